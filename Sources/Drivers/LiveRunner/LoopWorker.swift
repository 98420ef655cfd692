import CSockets
import Callers
import NIOCore
import Timeline
import WebRTCCore

/// One event loop's share of a run: its tick, its lines, its recorder.
///
/// Belongs to that loop.
final class LoopWorker {
    /// What this loop has of a path that is over.
    struct Share {
        var frames: [FrameMetric: FrameTally]
        var firstSlots: [UInt32: RunInstant]
        var dropped: Int
        var framesSkipped: Int
        var setupTime: Nanoseconds
        var setups: Int
        var decoding: DecodingTally
    }

    let recorder: LoopRecorder
    /// How the system schedules this loop.
    let policy: LoopScheduling.Policy
    private let number: Int
    private let clock: MonotonicClock
    private let factories: [CallFactory]
    private let endpoints: [PathEndpoint]
    private let deliver: @Sendable (ObservationBatch, _ loop: Int) -> Void
    private let room = ListeningRoom()
    /// What the room had decoded when a path's first call began.
    private var decodedBefore: [Int: DecodingTally] = [:]
    private let eventLoop: any EventLoop
    private let patience: Nanoseconds
    private let media: MediaLoop<CallSession>
    /// Connections to relays.
    private let streams: StreamLoop
    /// `nil` where no path needs one.
    private let context: DTLSContext?
    private let messages: MessageLoop<CallSession>
    private var ticker: LoopTicker?
    private let recording: CallRecording?
    private var taped: [CallID: CallSession] = [:]

    /// - Parameters:
    ///   - number: of the loop, from 0.
    ///   - deliver: takes what was observed, once a second.
    ///   - ended: told of every call that is over.
    init(
        number: Int,
        eventLoop: any EventLoop,
        run: LiveRunner.Settings,
        deliver: @escaping @Sendable (ObservationBatch, _ loop: Int) -> Void,
        ended: @escaping (CallID, RunInstant) -> Void
    ) throws {
        policy = LoopThread.prepare(number: number, plan: run.loops)
        self.number = number
        self.deliver = deliver
        clock = run.clock
        factories = run.factories
        endpoints = run.endpoints
        recording = run.recording
        self.eventLoop = eventLoop
        patience = run.dialPatience
        recorder = LoopRecorder(paths: run.endpoints.count)
        room.cpuClock = { Nanoseconds(talkover_thread_cpu_ns()) }
        streams = try StreamLoop(clock: clock)
        context = try run.identity.map { try DTLSContext(identity: $0) }
        media = try MediaLoop(clock: clock, recorder: recorder, ended: ended)
        messages = try MessageLoop(
            eventLoop: eventLoop,
            clock: clock,
            recorder: recorder,
            patience: run.dialPatience,
            ended: ended
        )
        ticker = LoopTicker(eventLoop: eventLoop, clock: clock) { [weak self] tick, now in
            self?.tick(tick, now: now)
        }
        ticker?.start()
    }

    /// Places a call.
    func start(path: Int, number: Int, planned: RunInstant) {
        let session = factories[path].makeCall(number: number, planned: planned, room: room)
        session.started(at: clock.now)
        if decodedBefore[path] == nil { decodedBefore[path] = room.decoding }
        if let recording, number < recording.callsPerPath {
            session.record(clips: recording.clips)
            taped[session.id] = session
        }
        switch endpoints[path] {
        case .webSocket(let target): messages.dial(session, target: target)
        case .rtp(let peer): media.dial(session, peer: peer)
        case .webRTC(let target): dial(session, target)
        case .unreachable(let failure): media.refuse(session, failure)
        }
    }

    private func dial(_ session: CallSession, _ target: WebRTCTarget) {
        guard let context else { return }
        var chance = SystemRandomNumberGenerator()
        let link = PeerLink(
            target: target, callName: String(session.wireID), ssrc: session.wireID,
            context: context, eventLoop: eventLoop, streams: streams, clock: clock,
            generator: SeededGenerator(seed: chance.next(), stream: "peer"), patience: patience)
        media.dial(session, link: link, target: target)
    }

    func interruptAll() {
        media.interruptAll()
        messages.interruptAll()
    }

    /// Hands over what is left of a path whose calls are all over.
    func end(path: Int) -> Share {
        recorder.end(path: path)
        handOverRecordings()
        deliver(recorder.takeBatch(), number)
        return Share(
            frames: recorder.frames(path: path),
            firstSlots: recorder.firstSlots(path: path),
            dropped: recorder.dropped(path: path),
            framesSkipped: recorder.framesSkipped(path: path),
            setupTime: media.setups[path]?.time ?? .zero,
            setups: media.setups[path]?.count ?? 0,
            decoding: room.decoding - (decodedBefore[path] ?? room.decoding)
        )
    }

    private func handOverRecordings() {
        guard let recording, !taped.isEmpty else { return }
        for (id, session) in taped where session.isOver {
            if let sound = session.tape?.recording { recording.take(id, sound) }
            taped[id] = nil
        }
    }

    func shutDown() {
        ticker?.stop()
        ticker = nil
    }

    private func tick(_ tick: TickGrid.Tick, now: RunInstant) {
        streams.tick()
        media.tick(nominal: tick.nominal, now: now)
        messages.tick(nominal: tick.nominal, now: now)
        if recorder.ticked(tick) {
            deliver(recorder.takeBatch(), number)
            handOverRecordings()
        }
    }
}
