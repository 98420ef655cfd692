import Audio
import RTPCore
import Timeline

/// The gateway's own RTP stream towards the caller, and the reports of both ends.
struct EdgeLine {
    /// What a datagram of the caller was.
    enum News {
        case nothing
        case problem
        /// Media; whether it begins a new stream.
        case media(RTPPacket, isRestart: Bool)
        /// A packet that came twice, or too far from the others.
        case stray
        case report
        case goodbye
    }

    private let edge: GatewayEdge
    private(set) var sender: RTPSender
    private var reception: ReceptionStatistics
    private(set) var reporter: RTCPReporter
    private let silence: [UInt8]
    /// When the next packet leaves: a grid of its own.
    private(set) var slot: RunInstant

    init(edge: GatewayEdge, generator: SeededGenerator, at now: RunInstant) throws(CodecProblem) {
        self.edge = edge
        var generator = generator
        silence = try EncodedClip.silence(codec: edge.codec, interval: edge.ptime).frame(0)
        sender = RTPSender(
            ssrc: edge.ssrc, payloadType: edge.payloadType, clockRate: edge.codec.sampleRate,
            frame: edge.ptime, levelID: edge.levelID ?? 1, generator: &generator)
        sender.mediaID = edge.mediaID
        reception = ReceptionStatistics(clockRate: edge.codec.sampleRate)
        // Delays alone are read from these reports, so that any clock origin will do.
        reporter = RTCPReporter(
            ssrc: edge.ssrc, name: "gateway-\(edge.ssrc)@talkover",
            extended: edge.hasExtendedReports, clockOrigin: NTPTimestamp(unixNanoseconds: 0),
            generator: generator, start: now)
        slot = now + edge.ptime / 8
    }

    mutating func receive(
        _ datagram: UnsafeRawBufferPointer, arrived: RunInstant
    ) -> News {
        switch RTPDemux.kind(datagram) {
        case .unknown: return .problem
        case .rtcp:
            guard
                let news = try? reporter.receive(
                    datagram, arrived: arrived, from: reception.ssrc)
            else { return .problem }
            return news.saysGoodbye ? .goodbye : .report
        case .rtp:
            guard let packet = try? RTPPacket.parse(datagram) else { return .problem }
            switch reception.receive(packet.header, arrived: arrived).order {
            case .duplicate, .held: return .stray
            case .restarted: return .media(packet, isRestart: true)
            case .first, .next, .ahead, .reordered: return .media(packet, isRestart: false)
            }
        }
    }

    func octet(_ packet: RTPPacket, in datagram: UnsafeRawBufferPointer) -> UInt8? {
        edge.levelID.flatMap { packet.level(id: $0, in: datagram)?.wireByte }
    }

    /// The slot that is due, once; those that a stall has missed are skipped, timestamps too.
    mutating func nextSlot(at now: RunInstant) -> RunInstant? {
        guard now >= slot else { return nil }
        let missed = Int((now - slot) / edge.ptime)
        if missed > 0 {
            sender.skipFrames(missed)
            slot += edge.ptime * missed
        }
        let due = slot
        slot += edge.ptime
        return due
    }

    func isReportDue(at now: RunInstant) -> Bool { now >= reporter.nextReport }

    mutating func write(
        _ payload: UnsafeRawBufferPointer, octet: UInt8, marker: Bool, at slot: RunInstant,
        into buffer: inout WireBuffer
    ) {
        sender.writePacket(
            payload: payload,
            level: edge.levelID == nil ? nil : RTPCore.AudioLevel(wireByte: octet),
            marker: marker, at: slot, into: &buffer)
    }

    mutating func writeSilence(at slot: RunInstant, into buffer: inout WireBuffer) {
        silence.withUnsafeBytes { frame in
            sender.writePacket(
                payload: frame,
                level: edge.levelID == nil ? nil : RTPCore.AudioLevel(wireByte: 127),
                marker: false, at: slot, into: &buffer)
        }
    }

    mutating func writeReport(at now: RunInstant, into buffer: inout WireBuffer) {
        reporter.write(at: now, sender: sender, reception: &reception, into: &buffer)
    }

    mutating func writeGoodbye(at now: RunInstant, into buffer: inout WireBuffer) {
        reporter.writeGoodbye(at: now, sender: sender, reception: &reception, into: &buffer)
    }
}
