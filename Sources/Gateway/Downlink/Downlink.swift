import Audio
import Dialects
import Timeline

/// The agent's replies on their way to the caller: queued as they come, one packet at a time.
struct Downlink {
    /// What a slot plays.
    enum Played {
        /// Nothing to say.
        case silence
        /// A packet of the reply was handed over.
        case audio(isFirst: Bool, octet: UInt8)
    }

    /// A reply that was stopped.
    struct Stopped {
        /// The reply that was being played, or was next.
        var reply: GatewayReply
        /// Audio of the reply received last that the caller was sent.
        var played: Nanoseconds
        /// Audio that nobody will hear.
        var cut: Nanoseconds
        /// It had been played to its end: nobody has stopped it.
        var wasOver: Bool
    }

    private let codec: CodecName
    private let ptime: Nanoseconds
    private let patience: Nanoseconds
    private(set) var queue: ReplyQueue
    private(set) var givenUp = GivenUpReplies()
    private var transcoder: Transcoder
    private var meter: SpeechMeter
    /// For Opus without levels, until a reply's first audible message is known.
    private var decoder: OpusSpeechDecoder?
    private var decoded: [Int16] = []
    /// Replies begun so far: the next one's number.
    private var begun = 0
    /// A slot has passed over a begun frame already.
    private var hasWaited = false
    /// All of the first reply is in the transcoder, with what its encoder holds back.
    private var isDrained = false

    init(
        edge: GatewayEdge, upstream: GatewayUpstream, limits: GatewayLimits
    ) throws(CodecProblem) {
        codec = upstream.codec
        ptime = edge.ptime
        patience = limits.replyPatience
        queue = ReplyQueue(codec: upstream.codec, limit: limits.queued)
        transcoder = try Transcoder(
            from: upstream.codec, ptime: upstream.interval, to: edge.codec, frame: edge.ptime)
        meter = SpeechMeter(codec: upstream.codec)
    }

    // MARK: From the agent

    /// How much audio a message holds; `nil` where it is not the codec's.
    func length(of audio: [UInt8]) -> Nanoseconds? {
        audio.withUnsafeBytes { Transcoder.duration($0, codec) }
    }

    /// The number of the reply that begins with audio of this name; `nil` where it goes on.
    mutating func begins(_ tag: ReplyTag, at arrived: RunInstant) -> Int? {
        if let last = queue.last, last.tag == tag { return nil }
        let number = begun
        begun += 1
        queue.begin(GatewayReply(number: number, tag: tag, at: arrived))
        meter = SpeechMeter(codec: codec)
        decoder?.reset()
        return number
    }

    /// Queues a message's audio for the reply that is received.
    ///
    /// - Returns: whether the first audible sample of the reply is in it, and what was dropped.
    mutating func append(
        _ audio: [UInt8], length: Nanoseconds, level: UInt8?, at arrived: RunInstant
    ) -> (isFirstAudible: Bool, dropped: Nanoseconds) {
        var isFirstAudible = false
        if let last = queue.last, !last.isFirstAudibleKnown {
            isFirstAudible = isAudible(audio, length: length, level: level)
        }
        queue.changeLast { reply in
            reply.lastArrival = arrived
            if isFirstAudible { reply.isFirstAudibleKnown = true }
        }
        hasWaited = false
        let octet = level.map { SampleBytes.octet($0) }
        return (isFirstAudible, queue.append(audio, length: length, octet: octet))
    }

    private mutating func isAudible(
        _ audio: [UInt8], length: Nanoseconds, level: UInt8?
    ) -> Bool {
        if let level { return SpeechMeter.judge(level: level, length: length).isVoiced }
        guard codec == .opus else {
            return audio.withUnsafeBytes { meter.hear($0).isVoiced }
        }
        if decoder == nil {
            decoder = try? OpusSpeechDecoder()
            decoded = [Int16](repeating: 0, count: OpusSpeechDecoder.largestFrame)
        }
        let count = audio.withUnsafeBytes { packet in
            decoded.withUnsafeMutableBufferPointer { decoder?.decode(packet, into: $0) }
        }
        guard let count = count ?? nil else { return false }
        return decoded.withUnsafeBufferPointer {
            meter.hear(UnsafeBufferPointer(rebasing: $0[..<count])).isVoiced
        }
    }

    mutating func begin(_ tag: ReplyTag) { givenUp.begins(tag) }

    mutating func callerFellSilent() { givenUp.forgetNameless() }

    /// The agent has sent all of the reply.
    mutating func end(_ tag: ReplyTag) {
        givenUp.forgetNameless()
        guard let last = queue.last, last.tag == tag else { return }
        queue.closeLast()
    }

    /// Drops what is held, and whatever still comes of the reply received last.
    ///
    /// - Parameter isOrdered: whether the agent's own word ends the reply, rather than the
    ///   caller's speech.
    /// - Returns: `nil` where there was nothing to stop.
    mutating func stop(isOrdered: Bool) -> Stopped? {
        guard let first = queue.first, let last = queue.last else { return nil }
        givenUp.giveUp(last.tag, isOrdered: isOrdered)
        let held = queue.removeAll() + transcoder.pending
        transcoder.cut()
        hasWaited = false
        isDrained = false
        return Stopped(
            reply: first, played: min(last.sent, last.received), cut: held,
            wasOver: held == .zero && !last.isOpen)
    }

    // MARK: To the caller

    /// Plays the next packet.
    ///
    /// - Parameter body: lent the packet's payload and its level octet.
    /// - Returns: what was played, and the reply that was over before it.
    mutating func play(
        at now: RunInstant, counts: inout GatewayCounts, over: (GatewayReply) -> Void,
        _ body: (UnsafeRawBufferPointer, UInt8) -> Void
    ) -> Played {
        while let reply = queue.first {
            feed()
            let hasMore = reply.isOpen && queue.replies.count == 1
            if !transcoder.isReady, !(queue.first?.hasQueued ?? false) {
                if hasMore, now < reply.lastArrival + patience {
                    guard transcoder.pending > .zero, hasWaited else {
                        hasWaited = true
                        counts.underruns += 1
                        return .silence
                    }
                } else if !isDrained {
                    drain()
                }
                transcoder.pad()
            }
            hasWaited = false
            if let octet = transcoder.next({ frame, octet in
                body(frame, octet)
                return octet
            }) {
                counts.downPackets += 1
                let isFirst = reply.sent == .zero
                queue.changeFirst { $0.sent += ptime }
                return .audio(isFirst: isFirst, octet: octet)
            }
            if let ended = queue.first { over(ended) }
            queue.removeFirst()
            isDrained = false
        }
        return .silence
    }

    /// Tells of the first reply that a packet of it could be heard.
    ///
    /// - Returns: whether it was the first such packet.
    mutating func heard(at now: RunInstant) -> Bool {
        let isFirst = queue.first.map { !$0.hasBeenAudible } ?? false
        queue.changeFirst { reply in
            reply.hasBeenAudible = true
            reply.lastAudible = now
        }
        return isFirst
    }

    /// Puts as much of the first reply into the transcoder as a packet needs.
    private mutating func feed() {
        while !transcoder.isReady {
            let wanted = ptime - transcoder.pending
            let isTaken = queue.take(atMost: wanted) { payload, octet in
                transcoder.push(payload, octet: octet, isMeasured: false)
            }
            guard isTaken != nil else { return }
        }
    }

    /// The reply is all there: lets out what an encoder would hold back.
    private mutating func drain() {
        isDrained = true
        // Only of a reply that was not cut to whole packets already by its own silence.
        if transcoder.encodingDelay > .zero { transcoder.fill(transcoder.encodingDelay) }
    }
}
