import Audio
import CSockets
import Gateway
import RTPCore
import Timeline
import WebRTCCore

/// A gateway's UDP port for plain RTP callers, each known by its SSRC and the address it came from.
final class GatewayDatagramPort {
    typealias MakeCallee = (GatewayEdge, _ call: String, RunInstant) -> GatewayCallee?

    /// Callers at once; more are refused.
    private static let limit = 20_000
    /// How long packets under way may still come after a call has ended.
    private static let memory = Nanoseconds.seconds(2)
    private static let levelID: UInt8 = 1

    private final class Seat {
        let callee: GatewayCallee
        let peer: talkover_address
        let source: TransportAddress
        var isNudged = false

        init(callee: GatewayCallee, peer: talkover_address, source: TransportAddress) {
            self.callee = callee
            self.peer = peer
            self.source = source
        }
    }

    var port: UInt16 { datagrams.port }
    private let datagrams: DatagramPort
    private let clock: MonotonicClock
    private let makeCallee: MakeCallee
    private var seats: [UInt32: Seat] = [:]
    private var ended: [UInt32: RunInstant] = [:]
    private var output = WireBuffer()

    init(
        address: PeerAddress, clock: MonotonicClock, makeCallee: @escaping MakeCallee
    ) throws(SystemError) {
        datagrams = try DatagramPort(address: address, clock: clock)
        self.clock = clock
        self.makeCallee = makeCallee
    }

    func tick(now: RunInstant) {
        datagrams.receive { take(UnsafeRawBufferPointer($0), &$1, arrived: $2, now: $3) }
        let now = clock.now
        for (ssrc, seat) in seats {
            if let due = seat.callee.wake, due <= now {
                seat.callee.tick(now: now)
            } else if !seat.isNudged {
                continue
            }
            seat.isNudged = false
            drain(ssrc, seat)
        }
        datagrams.flush()
    }

    func close() {
        for (ssrc, seat) in seats {
            seat.callee.closed(at: clock.now)
            drain(ssrc, seat)
        }
        datagrams.flush()
    }

    private func take(
        _ datagram: UnsafeRawBufferPointer, _ from: inout talkover_address, arrived: RunInstant,
        now: RunInstant
    ) {
        guard let ssrc = Self.sender(of: datagram), let source = TransportAddress(&from),
            let seat = seats[ssrc] ?? seat(ssrc, datagram, from, source, now),
            seat.source == source
        else { return }
        seat.callee.receive(datagram: datagram, arrived: arrived, now: now)
        drain(ssrc, seat)
    }

    private func seat(
        _ ssrc: UInt32, _ datagram: UnsafeRawBufferPointer, _ peer: talkover_address,
        _ source: TransportAddress, _ now: RunInstant
    ) -> Seat? {
        if let end = ended[ssrc] {
            guard now - end >= Self.memory else { return nil }
            ended[ssrc] = nil
        }
        guard seats.count < Self.limit, RTPDemux.kind(datagram) == .rtp,
            let edge = Self.edge(of: datagram, ssrc: ssrc),
            let callee = makeCallee(edge, String(ssrc), now)
        else { return nil }
        let seat = Seat(callee: callee, peer: peer, source: source)
        callee.nudge = { [weak seat] in seat?.isNudged = true }
        seats[ssrc] = seat
        return seat
    }

    private func drain(_ ssrc: UInt32, _ seat: Seat) {
        while let asked = seat.callee.poll(into: &output) {
            switch asked {
            case .transmit: datagrams.send(output.bytes, to: seat.peer)
            case .hangUp:
                seats[ssrc] = nil
                ended[ssrc] = clock.now
                return
            }
        }
        guard seat.callee.wake == nil else { return }
        seats[ssrc] = nil
        ended[ssrc] = clock.now
    }

    private static func sender(of datagram: UnsafeRawBufferPointer) -> UInt32? {
        let offset: Int
        switch RTPDemux.kind(datagram) {
        case .unknown: return nil
        case .rtp: offset = 8
        case .rtcp: offset = 4
        }
        guard datagram.count >= offset + 4 else { return nil }
        return UInt32(bigEndian: datagram.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// Codec and packet length by a first packet (RFC 3551 §6; 96...127: Opus).
    private static func edge(of datagram: UnsafeRawBufferPointer, ssrc: UInt32) -> GatewayEdge? {
        guard let packet = try? RTPPacket.parse(datagram), !packet.payload.isEmpty else {
            return nil
        }
        let codec: CodecName
        let ptime: Nanoseconds
        switch packet.header.payloadType {
        case 0, 8:
            codec = packet.header.payloadType == 0 ? .pcmu : .pcma
            ptime = Nanoseconds(samples: packet.payload.count, rate: codec.sampleRate)
        case 96...127:
            codec = .opus
            let payload = UnsafeRawBufferPointer(rebasing: datagram[packet.payload])
            guard let count = OpusSpeechDecoder.sampleCount(of: payload) else { return nil }
            ptime = Nanoseconds(samples: count, rate: codec.sampleRate)
        default: return nil
        }
        return GatewayEdge(
            codec: codec, ptime: ptime, payloadType: packet.header.payloadType, levelID: levelID,
            ssrc: ssrc ^ 0x8000_0000)
    }
}
