import Audio
import RTPCore
import Timeline

/// An RTP line: what it hears, and how its own packets are made.
///
/// A class: one session's own, and too large to be moved for every packet.
final class PacketLine {
    enum News {
        case nothing
        case problem
        /// A packet of speech or silence: from the first one's start to its own.
        case media(Nanoseconds)
        case report
        case goodbye
    }

    /// Slots that a stall has missed whose packets still leave.
    private static let madeUpFor = 3

    // In the order in which packets need them, so that they touch few cache lines.
    let ptime: Nanoseconds
    /// When the next packet leaves: a grid of its own, shortly after the caller's.
    private var slot: RunInstant
    /// When the reporter's next report is due.
    private var nextReport: RunInstant
    let voice: ReplyLibrary.Voice
    /// `nil` where levels were not agreed on: none is sent, and none believed.
    private let levelID: UInt8?
    private var media: MediaClock
    private var sender: RTPSender
    private var reception: ReceptionStatistics
    private var reporter: RTCPReporter
    private var meter: VoiceMeter

    init(
        voice: ReplyLibrary.Voice, codec: CodecName, ptime: Nanoseconds, payloadType: UInt8,
        levelID: UInt8?, ssrc: UInt32, isExtended: Bool, seed: UInt64, number: UInt64,
        at now: RunInstant
    ) {
        self.voice = voice
        self.ptime = ptime
        self.levelID = levelID.map { min(max($0, 1), 14) }
        var generator = SeededGenerator(seed: seed, stream: "agent-rtp", number: number)
        sender = RTPSender(
            ssrc: ssrc, payloadType: payloadType, clockRate: codec.sampleRate, frame: ptime,
            levelID: self.levelID ?? 1, generator: &generator)
        reception = ReceptionStatistics(clockRate: codec.sampleRate)
        // Delays alone are read from these reports, so that any clock origin will do.
        reporter = RTCPReporter(
            ssrc: ssrc, name: "agent-\(ssrc)@talkover", extended: isExtended,
            clockOrigin: NTPTimestamp(unixNanoseconds: 0),
            generator: SeededGenerator(seed: seed, stream: "agent-rtcp", number: number), start: now
        )
        nextReport = reporter.nextReport
        meter = VoiceMeter(codec: codec)
        media = MediaClock(rate: codec.sampleRate)
        slot = now + ptime / 8
    }

    var wake: RunInstant { slot }

    func receive(
        _ datagram: UnsafeRawBufferPointer, arrived: RunInstant, _ hear: (UplinkFrame) -> Void
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
            // Comfort noise, digits: other streams' packets are no mistake, and no speech.
            guard packet.header.payloadType == sender.payloadType, !packet.payload.isEmpty else {
                return .nothing
            }
            switch reception.receive(packet.header, arrived: arrived).order {
            case .duplicate, .held: return .nothing
            case .first, .next, .ahead, .reordered, .restarted: break
            }
            let start = media.start(of: packet.header.timestamp)
            let end = start + ptime
            let level = levelID.flatMap { packet.level(id: $0, in: datagram) }
            if let level {
                let attenuation = UInt8(-level.decibels)
                hear(
                    VoiceMeter.judge(level: attenuation, length: ptime, end: end, arrived: arrived))
            } else {
                let payload = UnsafeRawBufferPointer(rebasing: datagram[packet.payload])
                guard meter.hear(payload, end: end, arrived: arrived, hear) else { return .problem }
            }
            return .media(start)
        }
    }

    /// The slot that is due, once; those that a stall has missed are skipped, timestamps too.
    ///
    /// - Parameter isSpeaking: the last of them are made up for, one at each look: a player has as
    ///   much in store, and skipped ones would be a gap in the speech.
    func nextSlot(at now: RunInstant, isSpeaking: Bool) -> RunInstant? {
        guard now >= slot else { return nil }
        let missed = Int((now - slot) / ptime) - (isSpeaking ? Self.madeUpFor : 0)
        if missed > 0 {
            sender.skipFrames(missed)
            slot += ptime * missed
        }
        let due = slot
        slot += ptime
        return due
    }

    func isReportDue(at now: RunInstant) -> Bool { now >= nextReport }

    /// - Parameter reply: `nil` for silence.
    func write(
        _ reply: Reply?, _ index: Int, marker: Bool, at slot: RunInstant,
        into buffer: inout WireBuffer
    ) {
        (reply ?? voice.silence).withFrame(index, of: ptime) { frame, level in
            let decibels = -Int(level)
            sender.writePacket(
                payload: frame,
                level: levelID == nil
                    ? nil
                    : RTPCore.AudioLevel(
                        decibels: decibels, isVoice: decibels >= VoiceMeter.threshold(ptime)),
                marker: marker, at: slot, into: &buffer)
        }
    }

    func writeReport(at now: RunInstant, into buffer: inout WireBuffer) {
        reporter.write(at: now, sender: sender, reception: &reception, into: &buffer)
        nextReport = reporter.nextReport
    }

    func writeGoodbye(at now: RunInstant, into buffer: inout WireBuffer) {
        reporter.writeGoodbye(at: now, sender: sender, reception: &reception, into: &buffer)
    }
}

/// A caller's media time from its RTP timestamps.
private struct MediaClock {
    private let rate: Int
    private var last: UInt32?
    private var position = Nanoseconds.zero
    private static let longestJump = Nanoseconds.seconds(30)

    init(rate: Int) { self.rate = rate }

    /// From the first packet's start to that of the packet with this timestamp.
    ///
    /// Timestamps that jump by more than 30 s belong to a new stream; it is put behind the old one.
    mutating func start(of timestamp: UInt32) -> Nanoseconds {
        guard let last else {
            self.last = timestamp
            return position
        }
        let ticks = Int(Int32(bitPattern: timestamp &- last))
        let step = Nanoseconds(samples: ticks, rate: rate)
        let start = abs(step.count) > Self.longestJump.count ? position : position + step
        if start >= position {
            self.last = timestamp
            position = start
        }
        return start
    }
}
