import Audio
import Dialects
import Timeline

/// The caller's end of a WebSocket: the dialect, and the player behind it.
///
/// A class, so that calls on packets have no room for one.
final class WebSocketLine {
    /// What a message meant to the call.
    enum Effect: Equatable {
        case none
        /// The agent noticed the caller's speech; the player may have been emptied.
        case signalled
        /// Audio of a reply that had been given up already.
        case stale(Nanoseconds)
        /// The agent's message could not be understood, or reported an error.
        case problem(String)
    }

    private let codec: CodecName
    private let isOpus: Bool
    private let interval: Nanoseconds
    private let honoursFlush: Bool
    private(set) var dialect: CallerDialect
    private(set) var queue: PlaybackQueue
    private var framer: SoundFramer
    private var opus: OpusEar?
    private var flushesOnSpeech = true
    var tape: CallTape?
    private var currentReply: ReplyTag?
    private var givenUpReply: ReplyTag?
    private var replyReceived = Nanoseconds.zero
    /// Whether more audio of the current reply may come.
    private var isReplyOpen = false
    /// Arrival of the first message of the reply that came last.
    private(set) var replyFirstArrival: RunInstant?
    /// Arrival of the last message with audible sound in it.
    private(set) var lastAudibleArrival: RunInstant?
    private(set) var messagesReceived = 0
    /// Heard of the current reply at the last flush, to be told to the agent.
    private(set) var playedAtFlush: Nanoseconds?

    init(dialect: CallerDialect, settings: CallSettings, interval: Nanoseconds) {
        self.dialect = dialect
        codec = settings.codec
        isOpus = codec == .opus
        honoursFlush = settings.honoursFlush
        self.interval = interval
        queue = PlaybackQueue(tolerance: max(interval, .milliseconds(20)))
        framer = SoundFramer(rate: codec.sampleRate)
        opus =
            isOpus
            ? OpusEar(mode: settings.hearing, interval: interval, hold: settings.patience.hold)
            : nil
    }

    // MARK: Receiving

    func receive(
        _ form: MessageForm, _ bytes: UnsafeRawBufferPointer, arrived: RunInstant,
        ear: inout Ear, room: ListeningRoom, events: inout [Ear.Event]
    ) -> Effect {
        let scratch = UnsafeMutableRawBufferPointer(room.samples)
        if let audio = dialect.audio(of: form, bytes, room: scratch) {
            return take(audio, arrived: arrived, threshold: ear.thresholdDecibels)
        }
        return receiveRest(form, bytes, arrived: arrived, &ear, room, &events)
    }

    /// Whatever is not plainly audio.
    private func receiveRest(
        _ form: MessageForm, _ bytes: UnsafeRawBufferPointer, arrived: RunInstant,
        _ ear: inout Ear, _ room: ListeningRoom, _ events: inout [Ear.Event]
    ) -> Effect {
        var audio: [UInt8] = []
        let message: AgentMessage
        do throws(DialectProblem) {
            message = try dialect.decode(form, bytes, audio: &audio)
        } catch {
            return .problem(error.message)
        }
        switch message {
        case .ready(let flushes):
            flushesOnSpeech = flushes
        case .audio(let reply):
            return take(
                audio, of: reply, level: nil, arrived: arrived, threshold: ear.thresholdDecibels)
        case .leveledAudio(let reply, let level):
            return take(
                audio, of: reply, level: level, arrived: arrived, threshold: ear.thresholdDecibels)
        case .speechStarted:
            if flushesOnSpeech { flush(at: arrived, &ear, room, &events) }
            return .signalled
        case .clear:
            flush(at: arrived, &ear, room, &events)
            return .signalled
        case .replyEnded(let reply, cancelled: true):
            if reply == currentReply, reply != givenUpReply {
                flush(at: arrived, &ear, room, &events)
            }
        case .replyEnded(let reply, cancelled: false):
            if reply == currentReply { endReply(arrived: arrived) }
        case .failure(let code, let text):
            return .problem("\(code): \(text)")
        case .speechStopped, .replyStarted, .ignored:
            break
        }
        return .none
    }

    private func take(
        _ audio: [UInt8], of reply: ReplyTag, level: UInt8?, arrived: RunInstant, threshold: Double
    ) -> Effect {
        audio.withUnsafeBytes {
            let audio = LentAudio(reply: reply, level: level, bytes: $0)
            return take(audio, arrived: arrived, threshold: threshold)
        }
    }

    private func take(
        _ audio: LentAudio, arrived: RunInstant, threshold: Double
    ) -> Effect {
        messagesReceived += 1
        let length =
            isOpus
            ? interval
            : Nanoseconds(
                samples: audio.bytes.count / (codec == .pcm16 ? 2 : 1), rate: codec.sampleRate)
        guard audio.reply != givenUpReply else { return .stale(length) }
        let isContinuing = audio.reply == currentReply
        if !isContinuing {
            currentReply = audio.reply
            isReplyOpen = true
            replyReceived = .zero
            replyFirstArrival = arrived
            framer = SoundFramer(rate: codec.sampleRate)
        }
        replyReceived += length
        if let tape {
            let playsAt = max(arrived, queue.playbackEnd ?? arrived)
            tape.heard(audio.bytes, codec: codec, at: playsAt)
        }
        if isOpus {
            keepPacket(audio, length: length, arrived: arrived, isContinuing: isContinuing)
            if audio.level.map({ -Double($0) > threshold - 4 }) ?? true {
                lastAudibleArrival = arrived
            }
        } else {
            keepFrames(
                audio.bytes, arrived: arrived, isContinuing: isContinuing, threshold: threshold)
        }
        return .none
    }

    /// All of a reply is there: what fills no whole frame is played too.
    private func endReply(arrived: RunInstant) {
        isReplyOpen = false
        guard currentReply != givenUpReply, let rest = framer.finish() else { return }
        queue.append(.frame(rest), length: SoundFrame.length, arrived: arrived, continuing: false)
    }

    private func keepPacket(
        _ audio: LentAudio, length: Nanoseconds, arrived: RunInstant, isContinuing: Bool
    ) {
        let playsAt = max(arrived, queue.playbackEnd ?? arrived)
        guard let number = opus?.keep(audio.bytes, playsAt: playsAt) else { return }
        queue.append(
            .packet(number: number, level: audio.level ?? Self.noLevel),
            length: length, arrived: arrived, continuing: isContinuing
        )
    }

    private func keepFrames(
        _ bytes: UnsafeRawBufferPointer, arrived: RunInstant, isContinuing: Bool, threshold: Double
    ) {
        var isContinuing = isContinuing
        var isAudible = false
        framer.append(bytes, in: codec) { frame in
            queue.append(
                .frame(frame), length: SoundFrame.length, arrived: arrived,
                continuing: isContinuing
            )
            isContinuing = true
            if Double(frame.level) > threshold { isAudible = true }
        }
        if isAudible { lastAudibleArrival = arrived }
    }

    // MARK: Playing

    /// Lets the ear hear everything that has played by `now`.
    func play(
        until now: RunInstant, ear: inout Ear, room: ListeningRoom, events: inout [Ear.Event]
    ) {
        while let piece = queue.next(until: now) {
            // An end that is certain before this piece is told before it is heard.
            hearNothing(until: piece.playsAt, &ear, room, &events)
            hear(piece, until: nil, &ear, room, &events)
        }
        hearNothing(until: queue.current.map { min(now, $0.playsAt) } ?? now, &ear, room, &events)
    }

    private func hearNothing(
        until instant: RunInstant, _ ear: inout Ear, _ room: ListeningRoom,
        _ events: inout [Ear.Event]
    ) {
        guard instant > ear.heardUntil, let event = ear.hearNothing(until: instant) else { return }
        events.append(opus?.refine(event, ear: ear, room: room) ?? event)
    }

    /// - Parameter end: where playback was ended within the piece; `nil` where it plays out.
    private func hear(
        _ piece: PlaybackQueue.Piece, until end: RunInstant?, _ ear: inout Ear,
        _ room: ListeningRoom,
        _ events: inout [Ear.Event]
    ) {
        switch piece.sound {
        case .frame(let frame):
            let part = end.map { frame.clipped(to: $0 - piece.playsAt) } ?? frame
            if let event = ear.hear(part, at: piece.playsAt, arrived: piece.arrived) {
                events.append(event)
            }
        case .packet(let number, let level):
            opus?.play(
                number, level: level == Self.noLevel ? nil : level, at: piece.playsAt,
                arrived: piece.arrived, until: end, ear: &ear, room: room, events: &events
            )
        }
    }

    private func flush(
        at now: RunInstant, _ ear: inout Ear, _ room: ListeningRoom, _ events: inout [Ear.Event]
    ) {
        guard honoursFlush else { return }
        play(until: now, ear: &ear, room: room, events: &events)
        if let piece = queue.current, piece.playsAt < now {
            hear(piece, until: now, &ear, room, &events)
        }
        tape?.cut(at: now)
        let flushed = queue.flush(at: now)
        // Of a reply that was heard to its end there is nothing to tell.
        if currentReply != givenUpReply, isReplyOpen || flushed.unplayed > .zero {
            playedAtFlush = max(.zero, replyReceived - flushed.unplayed)
        }
        isReplyOpen = false
        givenUpReply = currentReply
        framer = SoundFramer(rate: codec.sampleRate)
        opus?.stop(at: now, room: room)
    }

    // MARK: Sending

    /// The message that tells the agent how much was heard, once after a flush, where the dialect has one.
    func truncation(into buffer: inout WireBuffer) -> MessageForm? {
        guard let played = playedAtFlush else { return nil }
        playedAtFlush = nil
        return dialect.truncation(playedMs: Int(played.count / 1_000_000), into: &buffer)
    }

    func fill(_ media: inout MediaRecord) {
        media.framesReceived = messagesReceived
        media.underrun = queue.underrun
        media.underruns = queue.underruns
    }

    func close(room: ListeningRoom) { opus?.close(room: room) }

    private static let noLevel: UInt8 = 255
}
