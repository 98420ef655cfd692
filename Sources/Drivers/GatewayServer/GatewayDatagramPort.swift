import Audio
import CSockets
import Gateway
import RTPCore
import ReferenceAgent
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

    /// Strangers who have sent one packet, at most.
    private static let candidateLimit = 1_024

    private final class Seat {
        let callee: GatewayCallee
        let ssrc: UInt32
        let peer: talkover_address
        let source: TransportAddress
        var isOver = false

        init(
            callee: GatewayCallee, ssrc: UInt32, peer: talkover_address, source: TransportAddress
        ) {
            self.callee = callee
            self.ssrc = ssrc
            self.peer = peer
            self.source = source
        }
    }

    /// A stranger's first packet: a call begins with the one that follows it (RFC 3550 §A.1).
    private struct Candidate {
        let source: TransportAddress
        let sequence: UInt16
        let at: RunInstant
    }

    var port: UInt16 { datagrams.port }
    private let datagrams: DatagramPort
    private let clock: MonotonicClock
    private let makeCallee: MakeCallee
    private var seats = Seating<Seat>()
    private var places = SeatTable()
    private var candidates: [UInt32: Candidate] = [:]
    private var ended: [UInt32: RunInstant] = [:]
    private var lastSweep = RunInstant.zero
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
        for place in seats.places where seats.wake(of: place) <= now {
            guard let seat = seats[place] else { continue }
            if let due = seat.callee.wake, due <= now { seat.callee.tick(now: now) }
            drain(place, seat)
        }
        datagrams.flush()
        forget(at: now)
    }

    func close() {
        for place in seats.places {
            guard let seat = seats[place] else { continue }
            seat.callee.closed(at: clock.now)
            drain(place, seat)
        }
        datagrams.flush()
    }

    private func take(
        _ datagram: UnsafeRawBufferPointer, _ from: inout talkover_address, arrived: RunInstant,
        now: RunInstant
    ) {
        guard let ssrc = Self.sender(of: datagram), let source = TransportAddress(&from),
            let place = places[UInt64(ssrc)] ?? seat(ssrc, datagram, from, source, now),
            let seat = seats[place], seat.source == source
        else { return }
        seat.callee.receive(datagram: datagram, arrived: arrived, now: now)
        drain(place, seat)
    }

    /// Takes a stranger in whose second packet this is.
    private func seat(
        _ ssrc: UInt32, _ datagram: UnsafeRawBufferPointer, _ peer: talkover_address,
        _ source: TransportAddress, _ now: RunInstant
    ) -> Int? {
        guard places.count < Self.limit, ended[ssrc] == nil, RTPDemux.kind(datagram) == .rtp,
            let packet = try? RTPPacket.parse(datagram),
            let edge = Self.edge(of: packet, in: datagram, ssrc: ssrc)
        else { return nil }
        // Each call is a connection to the agent: one stray packet is no caller.
        guard let first = candidates[ssrc], first.source == source,
            packet.header.sequence == first.sequence &+ 1
        else {
            if candidates.count < Self.candidateLimit {
                candidates[ssrc] = Candidate(
                    source: source, sequence: packet.header.sequence, at: now)
            }
            return nil
        }
        candidates[ssrc] = nil
        guard let callee = makeCallee(edge, String(ssrc), now) else { return nil }
        let seat = Seat(callee: callee, ssrc: ssrc, peer: peer, source: source)
        let place = seats.seat(seat)
        places.insert(UInt64(ssrc), at: place)
        callee.nudge = { [weak self, weak seat] in
            guard let self, let seat, !seat.isOver else { return }
            self.seats.wake(place, at: .zero)
        }
        return place
    }

    private func drain(_ place: Int, _ seat: Seat) {
        while let asked = seat.callee.poll(into: &output) {
            switch asked {
            case .transmit: datagrams.send(output.bytes, to: seat.peer)
            case .hangUp:
                end(place, seat)
                return
            }
        }
        guard let wake = seat.callee.wake else {
            end(place, seat)
            return
        }
        seats.wake(place, at: wake)
    }

    private func end(_ place: Int, _ seat: Seat) {
        seat.isOver = true
        seats.vacate(place)
        places.remove(UInt64(seat.ssrc))
        ended[seat.ssrc] = clock.now
    }

    private func forget(at now: RunInstant) {
        guard now - lastSweep >= Self.memory else { return }
        lastSweep = now
        ended = ended.filter { now - $0.value < Self.memory }
        candidates = candidates.filter { now - $0.value.at < Self.memory }
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

    /// What a caller sends and is sent, by its first packet.
    private static func edge(
        of packet: RTPPacket, in datagram: UnsafeRawBufferPointer, ssrc: UInt32
    ) -> GatewayEdge? {
        let payload = UnsafeRawBufferPointer(rebasing: datagram[packet.payload])
        let type = packet.header.payloadType
        guard let format = PacketFormat(payloadType: type, payload: payload) else { return nil }
        return GatewayEdge(
            codec: format.codec, ptime: format.interval, payloadType: type, levelID: levelID,
            ssrc: ssrc ^ 0x8000_0000)
    }
}
