package import Audio
package import Dialects
import Planning
package import Timeline

/// One simulated call, whole: its script, its mouth, its ear and its end of the line.
///
/// Sans-IO and owned by one event loop. The runner hands in what arrives and calls
/// ``slot(scheduled:now:)`` once every ``interval``; after each call it drains
/// ``poll(into:)`` until `nil`.
///
/// What every frame touches stands first; see ``near(_:step:)``.
package final class CallSession {
    private var isDone = false
    /// Until a slot that is scheduled for then or later, nothing that arrives changes what the call
    /// does: what is on its way to it may wait as long, if it comes with its time of arrival.
    package private(set) var restsUntil = RunInstant.zero
    var heardUntil = RunInstant.zero
    /// Told before what is pending.
    private var usual = UsualOutput.nothing
    private var pending: [PendingOutput] = []
    private(set) var rtp: RTPLine? { didSet { unheldLine = rtp.map(Unmanaged.passUnretained) } }
    /// The same, to be asked without being held: that would be to wait for its memory.
    private(set) var unheldLine: Unmanaged<RTPLine>?
    private(set) var webSocket: WebSocketLine?
    /// Between two frames of the caller.
    package let interval: Nanoseconds
    private let settings: CallSettings
    var events: [Ear.Event] = []
    let room: ListeningRoom
    private let voice: PathVoice
    private var framesSent = 0
    private(set) var mouth: Mouth
    var overlap: OverlapTally
    var dialogue: Dialogue
    var ear: Ear
    // From here on: what is rarely looked at.
    package let id: CallID
    /// The name the agent knows the call by.
    package let wireID: UInt32
    private var nextPending = 0
    /// What the channel beside the packets speaks.
    private var channel: CallerDialect?
    private var agreement: MediaAgreement?
    private(set) var roundTrips: [Nanoseconds] = []
    private var tapedClips: [String: Clip]?
    /// Where the call is recorded; `nil` for most.
    package private(set) var tape: CallTape?
    private var record: CallRecord

    /// Whether the call has ended, however it did.
    package var isOver: Bool { isDone }

    init(
        id: CallID, wireID: UInt32, planned: RunInstant, script: Script, settings: CallSettings,
        voice: PathVoice, room: ListeningRoom
    ) {
        self.id = id
        self.wireID = wireID
        self.settings = settings
        self.voice = voice
        self.room = room
        interval = voice.interval
        dialogue = Dialogue(call: id, script: script, patience: settings.patience)
        ear = Ear(hold: settings.patience.hold, bias: settings.detectorBias)
        mouth = Mouth(voice: voice)
        overlap = OverlapTally(interval: voice.interval)
        record = CallRecord(id: id, wireID: wireID, planned: planned)
        record.isControl = script.isControl
    }

    // MARK: What the runner tells

    /// The runner begins to set the call up.
    package func started(at now: RunInstant) { record.started = now }

    /// What signalling settled about the packets; before the call is connected.
    package func agreed(_ agreement: MediaAgreement) { self.agreement = agreement }

    /// How the two ends found each other, where they had to search.
    package func routed(local: CandidateKind, remote: CandidateKind) {
        record.media.localCandidate = local
        record.media.remoteCandidate = remote
    }

    /// Media can flow: frame k of the call is scheduled to leave at `firstSlot` + k × interval.
    package func connected(at now: RunInstant, firstSlot: RunInstant, setup: SetupTimes) {
        record.connected = now
        record.setup = setup
        if let dialect = settings.dialect {
            webSocket = WebSocketLine(
                dialect: dialect, settings: settings, interval: interval
            )
            pending.append(.opening)
        } else {
            rtp = RTPLine(
                ssrc: wireID, settings: settings, agreement: agreement, interval: interval,
                start: firstSlot - interval)
            if agreement?.hasEvents == true, let events = settings.events {
                channel = events
                pending.append(.opening)
            }
        }
        dialogue.start(at: firstSlot - interval)
        if let clips = tapedClips {
            let tape = CallTape(from: firstSlot - interval, clips: clips, codec: settings.codec)
            webSocket?.tape = tape
            rtp?.tape = tape
            self.tape = tape
        }
    }

    /// Record the call: to be asked for before it is connected.
    ///
    /// - Parameter clips: the scenario's clips by name.
    package func record(clips: [String: Clip]) { tapedClips = clips }

    /// The call could not be set up, or its line was lost.
    package func failed(_ failure: CallFailure, at now: RunInstant) {
        guard !isDone else { return }
        record.reason = failure.code
        record.detail = failure.detail
        finish(.failed, at: now)
    }

    /// The run ends before the call does.
    package func interrupt(at now: RunInstant) {
        guard !isDone else { return }
        finish(.interrupted, at: now)
    }

    /// A round trip the runner measured: ping to pong.
    package func roundTrip(_ measured: Nanoseconds) {
        guard roundTrips.count < 256 else { return }
        roundTrips.append(measured)
    }

    package func receive(datagram: UnsafeRawBufferPointer, arrived: RunInstant) {
        guard !isDone else { return }
        // What is read late is heard as if it had been read at once.
        if arrived - heardUntil >= interval { hear(until: arrived) }
        if let variation = rtp?.receive(datagram, arrived: arrived) {
            want(.variation(variation))
        }
        if rtp?.saidGoodbye == true { failed(.saidGoodbye, at: arrived) }
    }

    package func receive(
        _ form: MessageForm, message: UnsafeRawBufferPointer, arrived: RunInstant
    ) {
        guard !isDone else { return }
        if rtp != nil {
            receive(event: message, form: form, arrived: arrived)
            return
        }
        if overlap.isBehind(arrived) { hear(until: arrived) }
        let effect = webSocket?.receive(
            form, message, arrived: arrived, ear: &ear, room: room, events: &events
        )
        deliverEvents()
        switch effect {
        case .signalled: dialogue.signalled(at: arrived)
        case .stale(let length): dialogue.gotStaleAudio(length)
        case .problem: record.media.packetsRefused += 1
        case .some(.none), nil: break
        }
        if webSocket?.playedAtFlush != nil { pending.append(.truncation) }
    }

    /// What the agent says beside its packets: it owns the playback, so that nothing is flushed.
    private func receive(
        event: UnsafeRawBufferPointer, form: MessageForm, arrived: RunInstant
    ) {
        guard var dialect = channel.take() else { return }
        var unused: [UInt8] = []
        switch Result(catching: { () throws(DialectProblem) in
            try dialect.decode(form, event, audio: &unused)
        }) {
        case .success(.speechStarted), .success(.clear): dialogue.signalled(at: arrived)
        case .success(.failure), .failure: record.media.packetsRefused += 1
        case .success: break
        }
        channel = dialect
    }

    /// A frame of the caller is due.
    ///
    /// - Parameters:
    ///   - scheduled: the instant it was to leave at, on the call's own grid.
    ///   - now: the present, just before it leaves.
    package func slot(scheduled: RunInstant, now: RunInstant) {
        guard !isDone else { return }
        let frameStart = scheduled - interval
        let isAttentive = scheduled >= restsUntil
        if isAttentive {
            attend(frameStart: frameStart, now: now)
            guard !isDone else { return }
        }
        speak(scheduled: scheduled, now: now)
        guard isAttentive else { return }
        if let reportDue = rtp?.nextReport, reportDue <= now { pending.append(.report(now)) }
        if let next = nextAttention(after: scheduled) { restsUntil = next }
    }

    /// Hears what has played, and decides what comes next.
    private func attend(frameStart: RunInstant, now: RunInstant) {
        hear(until: now)
        dialogue.advance(frameStart: frameStart, now: now, hearing: hearing)
        act(at: now, frameStart: frameStart)
        let patience = settings.patience.turnTimeout
        if settings.isBlind, rtp?.packetsReceived == 0, let connected = record.connected,
            now - connected > patience
        {
            failed(.noMedia, at: now)
        }
    }

    // MARK: What the runner is asked

    /// What the call wants next; `.transmit` leaves its bytes in `buffer`.
    package func poll(into buffer: inout WireBuffer) -> CallOutput? {
        if case .nothing = usual { return pending.isEmpty ? nil : pollPending(into: &buffer) }
        let next = usual
        usual = .nothing
        buffer.removeAll()
        return output(of: next, into: &buffer)
    }

    private func want(_ thing: UsualOutput) {
        if case .nothing = usual, pending.isEmpty {
            usual = thing
        } else {
            pending.append(.usual(thing))
        }
    }

    private func pollPending(into buffer: inout WireBuffer) -> CallOutput? {
        while nextPending < pending.count {
            let next = pending[nextPending]
            nextPending += 1
            if let output = output(of: next, into: &buffer) { return output }
        }
        pending = []
        nextPending = 0
        return nil
    }

    private func output(of next: PendingOutput, into buffer: inout WireBuffer) -> CallOutput? {
        buffer.removeAll()
        switch next {
        case .usual(let thing):
            return output(of: thing, into: &buffer)
        case .report(let now):
            rtp?.writeReport(at: now, into: &buffer)
            return .transmit(.binary)
        case .opening:
            return (webSocket?.dialect ?? channel).map { .transmit($0.opening(into: &buffer)) }
        case .truncation:
            return webSocket?.truncation(into: &buffer).map { .transmit($0) }
        case .closing(let now):
            if rtp != nil {
                rtp?.writeGoodbye(at: now, into: &buffer)
                return .transmit(.binary)
            }
            return webSocket?.dialect.closing(into: &buffer).map { .transmit($0) }
        case .observe(let observation):
            return .observe(observation)
        case .hangUp:
            return .hangUp
        }
    }

    @inline(__always)
    private func output(of thing: UsualOutput, into buffer: inout WireBuffer) -> CallOutput? {
        switch thing {
        case .frame(let frame, let scheduled):
            write(frame, scheduled: scheduled, into: &buffer)
        case .variation(let variation): .observe(.frame(.ipdv, variation))
        case .nothing: nil
        }
    }

    private func write(
        _ frame: Mouth.Frame, scheduled: RunInstant, into buffer: inout WireBuffer
    ) -> CallOutput {
        let level = voice.level(of: frame.index)
        voice.withFrame(frame.index) { bytes in
            if rtp != nil {
                rtp?.write(
                    bytes, level: level, marker: frame.startsTalkspurt, at: scheduled, into: &buffer
                )
            } else if settings.framesCarryLevels, webSocket?.dialect.hasLevels == false {
                buffer.append(UnsafeRawBufferPointer(rebasing: bytes[1...]))
            } else {
                buffer.append(bytes)
            }
        }
        return .transmit(voice.form)
    }

    // MARK: Inside a slot

    /// Carries out what the dialogue decided.
    private func act(at now: RunInstant, frameStart: RunInstant) {
        while let output = dialogue.poll() {
            switch output {
            case .begin(let clip):
                mouth.begin(clip: clip)
                tape?.said(voice.clips[clip].name, at: frameStart)
                if let onset = dialogue.interjectionOnset { ear.watchForDuck(from: onset) }
            case .settled, .greeted: take(output)
            case .hangUp: finish(.completed, at: now)
            }
        }
    }

    /// Passes on what is only to be told.
    func settleOutputs() {
        while let output = dialogue.poll() { take(output) }
    }

    private func take(_ output: Dialogue.Output) {
        switch output {
        case .settled(let turn): pending.append(.observe(.turn(turn)))
        case .greeted(let after): record.greeting = record.greeting ?? after
        case .begin, .hangUp: break
        }
    }

    private func speak(scheduled: RunInstant, now: RunInstant) {
        let frame = mouth.next()
        dialogue.left(frameDue: scheduled, lateness: now - scheduled)
        overlap.left(isVoiced: frame.isVoiced, end: scheduled)
        if settings.leavesSilenceOut, frame.mayBeLeftOut {
            rtp?.skipFrame()
        } else {
            framesSent += 1
            want(.frame(frame, scheduled: scheduled))
        }
    }

    // MARK: The end

    private func finish(_ outcome: CallOutcome, at now: RunInstant) {
        compareFrames(endingBy: now)
        isDone = true
        dialogue.abandon()
        settleOutputs()
        fillIn(at: now)
        record.outcome = outcome
        if outcome == .completed, rtp?.packetsReceived == 0 {
            record.outcome = .failed
            record.reason = CallFailure.noMedia.code
            record.detail = CallFailure.noMedia.detail
        }
        if settings.isBlind, rtp?.packetsReceived == 0 { record.connected = nil }
        if outcome != .failed { pending.append(.closing(now)) }
        pending.append(.observe(.call(record)))
        pending.append(.hangUp)
        webSocket?.close(room: room)
        rtp?.close(room: room)
    }

    private func fillIn(at now: RunInstant) {
        record.ended = now
        record.media.framesSent = framesSent
        record.media.overlap = overlap.total
        if let webSocket { webSocket.fill(&record.media) }
        rtp?.fill(&record.media)
        if !roundTrips.isEmpty {
            record.media.roundTrip = roundTrips.sorted()[(roundTrips.count - 1) / 2]
        }
        if let roundTrip = record.media.roundTrip {
            record.media.mouthToEar =
                settings.codec.delay + interval + roundTrip / 2 + (rtp?.playerDelay ?? .zero)
        }
    }
}
