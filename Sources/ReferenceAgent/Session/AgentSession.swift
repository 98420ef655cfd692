package import Dialects
package import Planning
package import Timeline

/// The reference agent in one call: hears the caller, takes its turns, replies, and gives way.
///
/// Sans-IO, and deterministic: the same input at the same instants gives the same output.
/// After every `receive`, `tick` and `closed`, call ``poll(into:)`` until it returns `nil`,
/// then ask for ``wake``. Not thread-safe: one event loop owns it.
package final class AgentSession {
    // What every packet needs comes first and close together: with thousands of sessions each
    // cache line of one is fetched from memory again whenever its packet comes.
    package private(set) var end: AgentEnd?
    private let packets: PacketLine?
    private let stream: StreamLine?
    /// The reply that is being spoken.
    var speech: Speech?
    private var lastSign: RunInstant
    private let idle: Nanoseconds
    var conversation: Conversation
    private var uplink: UplinkTally?
    private var pending: [Pending] = []
    private var pendingIndex = 0
    /// What comes before all that is pending: nearly always it is all there is.
    private var first: Pending?

    /// Beside packets: the channel on which the caller is told what happens.
    private(set) var events: AgentDialect?
    private let agentPolicy: AgentBehaviour.Policy
    private let crowd: AgentCrowd?
    package let call: String
    let limits: AgentLimits
    /// Replies spoken or begun so far: the next one's number, from 0.
    private(set) var repliesBegun = 0
    /// On WebSocket: responses begun; a reply sent anew is another.
    var responses: UInt64 = 0
    /// Messages and packets that could not be understood.
    package private(set) var problems = 0

    /// What waits to be polled; sound is written only then.
    ///
    /// What comes once in a while is boxed, so that what comes with every packet stays small.
    enum Pending {
        indirect case truth(TruthEvent)
        indirect case event(AgentEvent)
        case frame(Reply, index: Int, number: UInt64)
        case samples(Reply, from: Nanoseconds, to: Nanoseconds, number: UInt64)
        case packet(Reply?, index: Int, marker: Bool, slot: RunInstant)
        case report(at: RunInstant)
        case goodbye(at: RunInstant)
        case close(AgentEnd)
    }

    /// - Parameters:
    ///   - call: the caller's name in the truth log.
    ///   - number: of the call; names its stream of random draws.
    ///   - crowd: of all sessions of this agent; `nil` for one that nobody slows down.
    ///   - now: when its first packet came, or its connection was made.
    package init(
        line: AgentLine, call: String, number: UInt64, behaviour: AgentBehaviour,
        library: ReplyLibrary, limits: AgentLimits = AgentLimits(), crowd: AgentCrowd? = nil,
        at now: RunInstant
    ) {
        self.call = call
        self.crowd = crowd
        self.limits = limits
        agentPolicy = behaviour.bargeIn.policy
        lastSign = now
        switch line {
        case .rtp(
            let codec, let ptime, let payloadType, let levelID, let ssrc, let kind, let isExtended):
            idle = limits.idle
            conversation = Conversation(
                behaviour: behaviour, policy: behaviour.bargeIn.policy, interval: ptime,
                patience: .milliseconds(20), number: number)
            stream = nil
            packets = library.voice(codec, ptime).map { voice in
                PacketLine(
                    voice: voice, codec: codec, ptime: ptime, payloadType: payloadType,
                    levelID: levelID, ssrc: ssrc, isExtended: isExtended, seed: behaviour.seed,
                    number: number, at: now)
            }
            events = kind.map { kind in
                AgentDialect(
                    eventsOf: kind,
                    announcing: .init(
                        session: call, interruptsReplies: behaviour.bargeIn.policy != .ignore,
                        endpointing: behaviour.endpointing))
            }
        case .webSocket(let kind):
            idle = limits.webSocketIdle
            conversation = Conversation(
                behaviour: behaviour, policy: behaviour.bargeIn.policy,
                interval: .milliseconds(20),
                // A retransmission holds up the messages behind it; that is no silence.
                patience: .milliseconds(200), number: number)
            packets = nil
            stream = StreamLine(
                kind: kind, call: call, behaviour: behaviour, library: library, limits: limits)
        }
        crowd?.join()
        conversation.crowd = crowd
        note(.callStart, at: now, turn: 0)
        if packets == nil, stream == nil { finish(.unsupported, at: now) }
        if stream != nil || events != nil { add(.event(.created)) }
    }

    /// Takes a datagram of the caller: RTP or RTCP.
    ///
    /// - Parameter arrived: the kernel's arrival time; measurements count from it.
    package func receive(
        datagram: UnsafeRawBufferPointer, arrived: RunInstant, now: RunInstant
    ) {
        guard end == nil, let packets else { return }
        let news = packets.receive(datagram, arrived: arrived) { frame in
            conversation.hear(frame, at: now)
        }
        switch news {
        case .problem: countProblem(now)
        case .media(let media):
            lastSign = now
            tally(media, interval: packets.ptime, arrived: arrived)
        case .report: lastSign = now
        case .goodbye: finish(.farewell, at: now)
        case .nothing: break
        }
        act(at: now)
    }

    /// Takes a message of the caller.
    ///
    /// - Parameter arrived: when it was read; measurements count from it.
    package func receive(
        _ form: MessageForm, message: UnsafeRawBufferPointer, arrived: RunInstant, now: RunInstant
    ) {
        guard end == nil else { return }
        if events != nil {
            receive(event: message, form: form, at: now)
            return
        }
        streamSpeech(at: now)  // a reply that is over by now is not interrupted
        guard let stream else { return }
        let news = stream.receive(form, message, arrived: arrived) { frame, interval in
            conversation.interval = interval
            conversation.hear(frame, at: now)
        }
        lastSign = now
        switch news {
        case .problem(let problem):
            if problems < limits.answeredProblems {
                add(.event(.failure(code: problem.code.rawValue, message: problem.message)))
            }
            countProblem(now)
        case .media(let media): tally(media, interval: conversation.interval, arrived: arrived)
        case .configured(let policy):
            conversation.policy = policy
            add(.event(.configured))
        case .cancel: cutSpeech(at: now, isFlushed: false)
        case .truncate(let item, let playedMs):
            add(.event(.truncated(item: item, playedMs: playedMs)))
        case .clear: conversation.forget()
        case .stop: finish(.farewell, at: now)
        case .nothing: break
        }
        act(at: now)
    }

    /// Takes a message of the channel beside the media; audio in it counts for nothing.
    private func receive(event: UnsafeRawBufferPointer, form: MessageForm, at now: RunInstant) {
        guard var dialect = events.take() else { return }
        var unused: [UInt8] = []
        lastSign = now
        do throws(DialectProblem) {
            switch try dialect.decode(form, event, audio: &unused) {
            case .configure(let configuration):
                let policy =
                    configuration.interruptsReplies == false
                    ? AgentBehaviour.Policy.ignore : agentPolicy
                dialect.announce(interruptsReplies: policy != .ignore)
                conversation.policy = policy
                add(.event(.configured))
            case .cancel: cutSpeech(at: now, isFlushed: false)
            case .clear: conversation.forget()
            case .truncate(let item, let playedMs):
                add(.event(.truncated(item: item, playedMs: playedMs)))
            case .stop: finish(.farewell, at: now)
            case .audio, .leveledAudio, .ignored: break
            }
            events = dialect
        } catch {
            events = dialect
            if problems < limits.answeredProblems {
                add(.event(.failure(code: error.code.rawValue, message: error.message)))
            }
            countProblem(now)
        }
        act(at: now)
    }

    /// When ``tick(at:now:)`` is due; `nil` once the session has ended.
    package var wake: RunInstant? {
        guard end == nil else { return nil }
        var wake = lastSign + idle
        if let due = conversation.nextWake() { wake = min(wake, due) }
        if let due = packets?.wake { wake = min(wake, due) }
        if let due = speech?.wake { wake = min(wake, due) }
        return wake
    }

    /// Does what time has brought.
    ///
    /// - Parameters:
    ///   - scheduled: the ``wake`` that this answers; kept for symmetry with callers.
    ///   - now: the present, never earlier.
    package func tick(at scheduled: RunInstant, now: RunInstant) {
        guard end == nil else { return }
        let now = max(scheduled, now)
        conversation.settle(at: now)
        act(at: now)
        if now >= lastSign + idle { finish(.idle, at: now) }
    }

    /// The connection is gone: whatever was being said has ended.
    package func closed(at now: RunInstant) { finish(.disconnected, at: now, isConnected: false) }

    /// The next thing to do; `nil` when there is none for now.
    ///
    /// - Parameter buffer: emptied, and filled where something is to be sent.
    package func poll(into buffer: inout WireBuffer) -> AgentOutput? {
        buffer.removeAll()
        if let next = first.take(), let output = output(next, into: &buffer) { return output }
        while pendingIndex < pending.count {
            let next = pending[pendingIndex]
            pendingIndex += 1
            if pendingIndex == pending.count {
                pending.removeAll(keepingCapacity: true)
                pendingIndex = 0
            }
            if let output = output(next, into: &buffer) { return output }
        }
        return nil
    }

    private func output(_ next: Pending, into buffer: inout WireBuffer) -> AgentOutput? {
        switch next {
        case .truth(let event): return .truth(event)
        case .close(let end): return .close(end)
        case .event(let event):
            let form =
                stream?.dialect.encode(event, into: &buffer) ?? events?.encode(event, into: &buffer)
            return form.map { .transmit($0) }
        case .frame(let reply, let index, let number):
            return stream?.write(reply, index, number, into: &buffer).map { .transmit($0) }
        case .samples(let reply, let from, let to, let number):
            return stream?.write(reply, from, to, number, into: &buffer).map { .transmit($0) }
        case .packet(let reply, let index, let marker, let slot):
            packets?.write(reply, index, marker: marker, at: slot, into: &buffer)
        case .report(let now): packets?.writeReport(at: now, into: &buffer)
        case .goodbye(let now): packets?.writeGoodbye(at: now, into: &buffer)
        }
        return .transmit(.binary)
    }
}

extension AgentSession {
    func add(_ next: Pending) {
        if first == nil, pending.isEmpty {
            first = next
        } else {
            pending.append(next)
        }
    }

    func note(_ event: TruthEvent.Name, at instant: RunInstant, turn: Int) {
        add(.truth(TruthEvent(call: call, turn: turn, event: event, at: instant)))
    }

    private func tally(_ media: Nanoseconds, interval: Nanoseconds, arrived: RunInstant) {
        if uplink == nil { uplink = UplinkTally(origin: arrived, interval: interval) }
        uplink?.record(media: media, arrived: arrived)
    }

    private func countProblem(_ now: RunInstant) {
        problems += 1
        if problems >= limits.problems { finish(.garbage, at: now) }
    }

    private func finish(_ reason: AgentEnd, at now: RunInstant, isConnected: Bool = true) {
        guard end == nil else { return }
        if speech != nil { cutSpeech(at: now, isFlushed: true) }
        end = reason
        crowd?.leave()
        if isConnected, packets != nil, reason != .farewell { add(.goodbye(at: now)) }
        add(
            .truth(
                TruthEvent(
                    call: call, turn: max(0, conversation.turn), event: .callEnd, at: now,
                    uplink: uplink)))
        if isConnected { add(.close(reason)) }
    }

    /// Carries out what the conversation has decided, then says what is due: a reply may start
    /// in this very slot.
    private func act(at now: RunInstant) {
        guard end == nil else { return }
        while let decision = conversation.next() {
            switch decision {
            case .speechStarted(let onset, let opensTurn):
                if opensTurn { note(.speechStart, at: onset, turn: conversation.turn) }
                giveWay(at: now, opensTurn: opensTurn)
            case .speechStopped: add(.event(.speechStopped(atMs: mediaMs)))
            case .turnTaken(let speechEnd):
                note(.speechEnd, at: speechEnd, turn: conversation.turn)
                note(.turnTaken, at: now, turn: conversation.turn)
                add(.event(.turnTaken))
            case .reply: beginReply(at: now)
            case .bargeIn:
                note(.bargeInDetected, at: now, turn: speech?.turn ?? max(0, conversation.turn))
            }
        }
        speak(at: now)
    }

    private var mediaMs: Int64 { conversation.mediaEnd / .milliseconds(1) }

    private func beginReply(at now: RunInstant) {
        let turn = conversation.turn
        if let stream, let voice = stream.voice, !voice.replies.isEmpty {
            let clip = repliesBegun % voice.replies.count
            speech = Speech(
                voice: voice, clip: clip, turn: turn, pieces: stream.pieces, at: now)
        } else if let packets, !packets.voice.replies.isEmpty {
            let clip = repliesBegun % packets.voice.replies.count
            speech = Speech(
                voice: packets.voice, clip: clip, turn: turn, pieces: .slots(packets.ptime), at: now
            )
        } else {  // nothing to say
            conversation.replyEnded()
            return
        }
        repliesBegun += 1
        if stream != nil || events != nil { announceReply(at: now) }
    }

    /// Says whatever part of the reply, or of the silence around it, is due.
    private func speak(at now: RunInstant) {
        if stream != nil { streamSpeech(at: now) }
        guard let packets,
            let slot = packets.nextSlot(
                at: now, isSpeaking: speech.map { !$0.isFirst } ?? false)
        else { return }
        let isReportDue = packets.isReportDue(at: now)
        sayPacket(in: slot, at: now)
        if isReportDue { add(.report(at: now)) }
    }

    private func giveWay(at now: RunInstant, opensTurn: Bool) {
        add(.event(.speechStarted(atMs: mediaMs)))
        guard speech != nil else { return }
        switch conversation.policy {
        case .ignore: break
        case .cut where opensTurn: cutSpeech(at: now, isFlushed: true)
        case .duck: duckSpeech(at: now)
        case .cut: break
        }
    }
}
