import Audio
import RTPCore
import Timeline

/// The caller's end of an RTP path: its stream, the agent's stream, and the jitter buffer behind it.
///
/// A class, so that calls on messages have no room for one. What a packet that arrives touches
/// stands first, what a slot touches next to it, and last what is rarely looked at: of a thousand
/// calls nothing is near the processor when its turn comes, and all that is fetched takes time.
final class RTPLine {
    private let codec: CodecName
    private let receivedPayloadType: UInt8
    /// `nil` where levels were not agreed on.
    private let levelID: UInt8?
    /// The agent left the session (RFC 3550 §6.6).
    private(set) var saidGoodbye = false
    /// Arrival of the last packet that began a talkspurt.
    private(set) var talkspurtArrival: RunInstant?
    private var reception: ReceptionStatistics
    private var buffer: JitterBuffer
    /// Arrival of the last packet with audible sound in it.
    private(set) var lastAudibleArrival: RunInstant?
    private(set) var nextReport: RunInstant
    private var sender: RTPSender
    var tape: CallTape?
    private var opus: OpusEar?
    /// The buffer's, to be asked for its place without holding it.
    private let ring: Unmanaged<PayloadRing>
    /// The ear's, to be asked for its place without holding it.
    private let shelf: Unmanaged<PacketShelf>?
    private var framer: SoundFramer
    private let interval: Nanoseconds
    /// Of our stream: its extended sequence numbers count from here.
    private let firstSequence: UInt32
    private var reporter: RTCPReporter
    private var refused = 0

    /// - Parameter agreement: what signalling settled; `nil` where the path's settings hold.
    init(
        ssrc: UInt32, settings: CallSettings, agreement: MediaAgreement?, interval: Nanoseconds,
        start: RunInstant
    ) {
        codec = settings.codec
        self.interval = interval
        levelID = agreement.map(\.levelID) ?? settings.levelID
        receivedPayloadType = agreement?.receivedPayloadType ?? settings.payloadType
        var generator = SeededGenerator(seed: settings.seed, stream: "rtp", number: UInt64(ssrc))
        sender = RTPSender(
            ssrc: ssrc,
            payloadType: agreement?.payloadType ?? settings.payloadType,
            clockRate: codec.sampleRate,
            frame: interval,
            levelID: levelID ?? 1,
            generator: &generator
        )
        sender.mediaID = agreement?.mediaID ?? .none
        firstSequence = UInt32(sender.sequence)
        reporter = RTCPReporter(
            ssrc: ssrc,
            name: "caller-\(ssrc)@talkover",
            extended: agreement?.reportsRoundTrip ?? false,
            clockOrigin: settings.clockOrigin,
            generator: generator,
            start: start
        )
        nextReport = reporter.nextReport
        reception = ReceptionStatistics(clockRate: codec.sampleRate)
        buffer = JitterBuffer(
            clockRate: codec.sampleRate, delay: settings.jitterBuffer, frame: interval
        )
        ring = Unmanaged.passUnretained(buffer.ring)
        framer = SoundFramer(rate: codec.sampleRate)
        opus =
            codec == .opus
            ? OpusEar(
                mode: settings.hearing, interval: interval, hold: settings.patience.hold,
                shelf: PacketShelf(ring: buffer.ring))
            : nil
        shelf = opus.map { Unmanaged.passUnretained($0.shelf) }
    }

    var packetsReceived: Int { reception.received }
    var lastRoundTrip: Nanoseconds? { reporter.lastRoundTrip }
    /// From arrival to the ear.
    var playerDelay: Nanoseconds { buffer.meanWait ?? buffer.delay }

    // MARK: Receiving

    /// - Returns: delay variation against the packet before, where there is one.
    func receive(_ bytes: UnsafeRawBufferPointer, arrived: RunInstant) -> Nanoseconds? {
        switch RTPDemux.kind(bytes) {
        case .rtp:
            return receiveMedia(bytes, arrived: arrived)
        case .rtcp:
            do throws(RTCPProblem) {
                let news = try reporter.receive(bytes, arrived: arrived, from: reception.ssrc)
                if news.saysGoodbye { saidGoodbye = true }
            } catch {
                refused += 1
            }
        case .unknown:
            refused += 1
        }
        return nil
    }

    private func receiveMedia(
        _ bytes: UnsafeRawBufferPointer, arrived: RunInstant
    ) -> Nanoseconds? {
        guard let packet = try? RTPPacket.parse(bytes),
            packet.header.payloadType == receivedPayloadType
        else {
            refused += 1
            return nil
        }
        let arrival = reception.receive(packet.header, arrived: arrived)
        let level = levelID.flatMap { packet.level(id: $0, in: bytes) }
        if packet.header.marker { talkspurtArrival = arrived }
        _ = buffer.receive(
            sequence: packet.header.sequence,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            level: level,
            payload: UnsafeRawBufferPointer(rebasing: bytes[packet.payload]),
            arrived: arrived
        )
        return arrival.variation
    }

    // MARK: Playing

    /// Lets the ear hear everything that begins to play by `now`.
    func play(
        until now: RunInstant, ear: inout Ear, room: ListeningRoom, events: inout [Ear.Event]
    ) {
        while let played = buffer.next(until: now) {
            switch played.kind {
            case .packet(let packet): hear(packet, played, &ear, room, &events)
            case .concealed: conceal(played, &ear, room, &events)
            case .nothing:
                if let event = ear.hearNothing(until: played.playsAt + played.duration) {
                    events.append(opus?.refine(event, ear: ear, room: room) ?? event)
                }
            }
        }
    }

    private func hear(
        _ packet: PlayedPacket, _ played: PlayedFrame, _ ear: inout Ear, _ room: ListeningRoom,
        _ events: inout [Ear.Event]
    ) {
        if let tape, let payload = payload(of: packet) {
            tape.heard(payload, codec: codec, at: played.playsAt)
        }
        let threshold = ear.thresholdDecibels
        if opus != nil {
            let level = packet.level.map { $0.wireByte & 0x7F }
            if level.map({ -Double($0) > threshold }) ?? ear.isAgentTalking {
                lastAudibleArrival = packet.arrived
            }
            guard let number = opus?.keep(packet, playsAt: played.playsAt) else { return }
            opus?.play(
                number, level: level, at: played.playsAt, arrived: packet.arrived,
                ear: &ear, room: room, events: &events
            )
        } else if let payload = payload(of: packet) {
            // What is left of the packet before begins the frame.
            var at = played.playsAt - framer.pending
            var isAudible = false
            framer.append(payload, in: codec) { frame in
                if Double(frame.level) > threshold { isAudible = true }
                if let event = ear.hear(frame, at: at, arrived: packet.arrived) {
                    events.append(event)
                }
                at += SoundFrame.length
            }
            if isAudible { lastAudibleArrival = packet.arrived }
        }
    }

    private func payload(of packet: PlayedPacket) -> UnsafeRawBufferPointer? {
        buffer.ring.bytes(at: packet.position, count: packet.length)
    }

    private func conceal(
        _ played: PlayedFrame, _ ear: inout Ear, _ room: ListeningRoom, _ events: inout [Ear.Event]
    ) {
        if opus != nil {
            opus?.conceal(at: played.playsAt, ear: &ear, room: room, events: &events)
        } else if let event = ear.hearNothing(until: played.playsAt + played.duration) {
            events.append(event)
        }
    }

    /// Received and not yet played at an instant: what the player's delay holds back.
    func buffered(at instant: RunInstant) -> Nanoseconds {
        talkspurtArrival == nil ? .zero : buffer.delay
    }

    // MARK: Sending

    func write(
        _ payload: UnsafeRawBufferPointer, level: UInt8, marker: Bool, at scheduled: RunInstant,
        into out: inout WireBuffer
    ) {
        sender.writePacket(
            payload: payload,
            level: levelID == nil
                ? nil : RTPCore.AudioLevel(decibels: -Int(level), isVoice: level < 50),
            marker: marker,
            at: scheduled,
            into: &out
        )
    }

    func skipFrame() { sender.skipFrames() }

    func writeReport(at now: RunInstant, into out: inout WireBuffer) {
        reporter.write(at: now, sender: sender, reception: &reception, into: &out)
        nextReport = reporter.nextReport
    }

    func writeGoodbye(at now: RunInstant, into out: inout WireBuffer) {
        reporter.writeGoodbye(at: now, sender: sender, reception: &reception, into: &out)
    }

    // MARK: Memory to ask for beforehand

    /// What is not in the line itself, which has to be near for it; then what that leads to.
    func addNear(step: Int, to memory: inout NearMemory) {
        if step == 1 {
            buffer.addNearArrival(to: &memory)
            buffer.addNearPlayback(to: &memory)
            memory.add(UnsafeRawPointer(ring.toOpaque()), bytes: 64)
            memory.add(UnsafeRawPointer(shelf?.toOpaque()), bytes: PacketShelf.bytes)
        } else {
            ring._withUnsafeGuaranteedRef { memory.add($0.vacancy, bytes: Self.usualPayload) }
            shelf?._withUnsafeGuaranteedRef { $0.addNear(to: &memory) }
        }
    }

    /// Bytes of a payload that are worth asking for.
    private static let usualPayload = 128

    /// What a packet that arrives and is heard touches of the line itself, in bytes from its begin.
    static let nearBytes = senderBytes.upperBound + MemoryLayout<OpusEar?>.size
    /// What a packet that is sent touches of it.
    static let senderBytes = senderStart..<(senderStart + 64 + MemoryLayout<RTPSender>.size)

    private static let senderStart =
        64 + MemoryLayout<ReceptionStatistics>.size + MemoryLayout<JitterBuffer>.size

    // MARK: The end

    func fill(_ media: inout MediaRecord) {
        media.framesReceived = reception.received
        media.packetsExpected = reception.expected
        media.packetsLost = max(0, reception.lost)
        media.packetsDuplicated = reception.duplicates
        media.packetsReordered = reception.reordered
        media.packetsLate = buffer.counts.late
        media.framesPlayed = buffer.counts.played
        media.framesConcealed = buffer.counts.concealed
        media.burstRatio = buffer.lossRuns.burstRatio
        media.jitter = reception.received > 1 ? reception.jitter : nil
        media.roundTrip = reporter.medianRoundTrip
        media.packetsRefused += refused
        if let report = reporter.remoteReport {
            media.remotePacketsLost = Int(report.cumulativeLost)
            media.remotePacketsExpected = max(
                0, Int(report.highestSequence) - Int(firstSequence) + 1)
        }
    }

    func close(room: ListeningRoom) { opus?.close(room: room) }
}
