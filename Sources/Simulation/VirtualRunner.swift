import Callers
import Dialects
package import Gateway
package import LinkModel
package import Planning
import RTPCore
package import ReferenceAgent
package import Timeline

/// Runs a plan in virtual time: the same callers and the same agent as live, over a modelled network.
///
/// Single-threaded and deterministic: the same plan, link and build give the same observations
/// in the same order. There are no sockets, tasks or clocks; a second takes as long as its events.
package final class VirtualRunner {
    /// What a path measured besides its observations.
    package struct PathFigures: Sendable {
        package var seconds: [SecondRecord] = []
        package var frames: [FrameMetric: FrameTally] = [:]
    }

    enum Event {
        case beginPath(Int)
        case fleet(Int)
        case connected(VirtualCall)
        case slot(VirtualCall)
        case toAgent(VirtualCall, MessageForm, [UInt8])
        case toCaller(VirtualCall, MessageForm, [UInt8])
        case agentTick(VirtualCall, RunInstant)
        case upstreamOpened(VirtualCall)
        /// From the gateway to the agent.
        case upstream(VirtualCall, MessageForm, [UInt8])
        /// From the agent to the gateway.
        case downstream(VirtualCall, MessageForm, [UInt8])
        case gatewayTick(VirtualCall, RunInstant)
    }

    /// Between two paths that run one after the other.
    private static let pathGap = Nanoseconds.seconds(1)

    let plan: Plan
    let behaviour: AgentBehaviour
    let replies: ReplyLibrary
    let crowd: AgentCrowd?
    let link: LinkProfile
    /// Whether packets are handed to callers as they arrive: live, they wait until a caller listens.
    private let listensAtOnce: Bool
    let room = ListeningRoom()
    var queue = EventQueue<Event>()
    var buffer = WireBuffer()
    var figures: [PathFigures]
    private var fleets: [Fleet?]
    private let factories: [CallFactory]

    /// What the ears of each path were found to add, in the plan's order.
    package var detectors: [DetectorBias] { factories.map(\.detectorBias) }

    private var active: [Int]
    private var deliver: (Int, Observation) -> Void = { _, _ in }
    var deliverTruth: (Int, TruthEvent) -> Void = { _, _ in }
    var deliverGateway: (Int, GatewayEvent) -> Void = { _, _ in }
    private(set) var now = RunInstant.zero

    /// - Parameters:
    ///   - link: the network between every caller and the agent, or a hybrid's gateway.
    ///   - listensAtOnce: hands packets to callers as they arrive, which must make no difference.
    package init(
        plan: Plan, behaviour: AgentBehaviour, replies: ReplyLibrary, link: LinkProfile = .lan,
        listensAtOnce: Bool = false
    ) {
        self.plan = plan
        self.behaviour = behaviour
        self.replies = replies
        crowd = AgentCrowd(behaviour)
        self.link = link
        self.listensAtOnce = listensAtOnce
        figures = plan.paths.map { _ in PathFigures() }
        fleets = plan.paths.map { _ in nil }
        active = plan.paths.map { _ in 0 }
        factories = plan.paths.indices.map { path in
            CallFactory(
                plan: plan, path: path, nonce: 0, clockOrigin: NTPTimestamp(unixNanoseconds: 0)
            )
        }
    }

    /// Runs to the end.
    ///
    /// - Parameters:
    ///   - observe: takes each observation with its path's position, in order.
    ///   - truth: takes what the agent itself knows of each call.
    ///   - gateway: takes what a hybrid's gateway logs of each call.
    /// - Returns: the paths' figures, and the instant at which the last call ended.
    package func run(
        observe: @escaping (Int, Observation) -> Void,
        truth: @escaping (Int, TruthEvent) -> Void = { _, _ in },
        gateway: @escaping (Int, GatewayEvent) -> Void = { _, _ in }
    ) -> (paths: [PathFigures], ended: RunInstant) {
        deliver = observe
        deliverTruth = truth
        deliverGateway = gateway
        let firstPaths = plan.scenario.order == .together ? Array(plan.paths.indices) : [0]
        for path in firstPaths { queue.add(.beginPath(path), at: .zero) }
        while let (at, event) = queue.next() {
            now = at
            handle(event)
        }
        deliver = { _, _ in }
        deliverTruth = { _, _ in }
        deliverGateway = { _, _ in }
        return (figures, now)
    }

    private func handle(_ event: Event) {
        switch event {
        case .beginPath(let path):
            fleets[path] = Fleet(arrivals: plan.arrivals, start: now)
            drainFleet(path)
        case .fleet(let path):
            drainFleet(path)
        case .connected(let call):
            connect(call)
        case .slot(let call):
            takeSlot(of: call)
        case .toAgent(let call, let form, let bytes):
            if isHybrid(call) {
                deliverToGateway(call, form, bytes)
            } else {
                deliverToAgent(call, form, bytes)
            }
        case .toCaller(let call, let form, let bytes):
            guard !call.isOver else { return }
            if call.carriesPackets, !listensAtOnce {
                call.waiting.append((bytes, form, now))
            } else {
                hand(bytes, form, to: call, arrived: now)
            }
        case .agentTick(let call, let due):
            guard call.agentWake == due else { return }
            call.agentWake = nil
            call.agent?.tick(at: due, now: now)
            drainAgent(of: call)
        case .upstreamOpened(let call):
            openUpstream(of: call)
        case .upstream(let call, let form, let bytes):
            deliverUpstream(call, form, bytes)
        case .downstream(let call, let form, let bytes):
            deliverDownstream(call, form, bytes)
        case .gatewayTick(let call, let due):
            wakeGateway(of: call, due: due)
        }
    }

    private func isHybrid(_ call: VirtualCall) -> Bool {
        plan.paths[call.path].configuration.transport == .hybrid
    }

    // MARK: Calls

    private func drainFleet(_ path: Int) {
        while let output = fleets[path]?.poll(now: now) {
            switch output {
            case .start(let number, let planned):
                begin(path: path, number: number, planned: planned)
            case .wake(let at):
                queue.add(.fleet(path), at: at)
            case .finished:
                let next = path + 1
                if plan.scenario.order == .sequential, next < plan.paths.count {
                    queue.add(.beginPath(next), at: now + Self.pathGap)
                }
            }
        }
    }

    private func begin(path: Int, number: Int, planned: RunInstant) {
        let caller = factories[path].makeCall(number: number, planned: planned, room: room)
        let transport = plan.paths[path].configuration.transport
        let call = VirtualCall(
            caller: caller, number: number, path: path, transport: transport, profile: link,
            seed: plan.scenario.seed
        )
        caller.started(at: now)
        queue.add(.connected(call), at: now + setup(of: call).total)
    }

    /// What setting up takes: one round trip for each exchange, no time to think at either end.
    private func setup(of call: VirtualCall) -> SetupTimes {
        let roundTrip = link.delay * 2
        let configuration = plan.paths[call.path].configuration
        var setup = SetupTimes()
        if configuration.transport == .websocket {
            setup.tcp = roundTrip
            setup.upgrade = roundTrip
        } else if configuration.hasPeerSession {
            setup.tcp = roundTrip
            setup.signalling = roundTrip
            setup.ice = roundTrip
            // Two flights each way (RFC 6347 §4.2), keys themselves not modelled.
            setup.dtls = roundTrip * 2
        }
        return setup
    }

    private func agreement(of configuration: PathConfiguration) -> MediaAgreement {
        let payloadType = configuration.wirePayloadType
        return MediaAgreement(
            payloadType: payloadType, receivedPayloadType: payloadType,
            levelID: configuration.levelID, hasEvents: configuration.events != nil)
    }

    private func connect(_ call: VirtualCall) {
        let interval = call.caller.interval
        // Frames leave on the grid of a 1 ms tick, as they do live.
        let tick = Nanoseconds.milliseconds(1)
        let next = RunInstant(nanoseconds: (now.nanoseconds / tick.count + 1) * tick.count)
        call.firstSlot = next + interval
        let configuration = plan.paths[call.path].configuration
        if isHybrid(call) {
            if configuration.hasPeerSession { beginGateway(of: call) }
        } else if configuration.transport == .websocket || configuration.hasPeerSession {
            call.agent = makeAgent(for: call)
        }
        if configuration.hasPeerSession { call.caller.agreed(agreement(of: configuration)) }
        active[call.path] += 1
        note(callersOf: call.path)
        call.caller.connected(at: now, firstSlot: call.firstSlot, setup: setup(of: call))
        drain(call)
        drainAgent(of: call)
        queue.add(.slot(call), at: call.firstSlot)
    }

    private func hand(
        _ bytes: [UInt8], _ form: MessageForm, to call: VirtualCall, arrived: RunInstant
    ) {
        bytes.withUnsafeBytes { bytes in
            if call.isPacket(form) {
                call.caller.receive(datagram: bytes, arrived: arrived)
            } else {
                call.caller.receive(form, message: bytes, arrived: arrived)
            }
        }
        drain(call)
    }

    private func takeSlot(of call: VirtualCall) {
        guard !call.isOver else { return }
        if call.caller.restsUntil <= now {
            for (bytes, form, arrived) in call.waiting where !call.isOver {
                hand(bytes, form, to: call, arrived: arrived)
            }
            call.waiting = []
            guard !call.isOver else { return }
        }
        call.caller.slot(scheduled: now, now: now)
        drain(call, isSlot: true)
        guard !call.isOver else { return }
        call.framesSent += 1
        queue.add(.slot(call), at: call.firstSlot + call.caller.interval * call.framesSent)
    }

    private func drain(_ call: VirtualCall, isSlot: Bool = false) {
        while let output = call.caller.poll(into: &buffer) {
            switch output {
            case .transmit(let form):
                guard
                    let arrival = call.arrival(.up, form, bytes: buffer.bytes.count, sentAt: now)
                else { continue }
                if isSlot, isMedia(form, of: call) {
                    record(.frameDelay, arrival - now, path: call.path)
                }
                queue.add(.toAgent(call, form, Array(buffer.bytes)), at: arrival)
            case .observe(.frame(let metric, let value)):
                record(metric, value, path: call.path)
            case .observe(let observation):
                deliver(call.path, observation)
            case .hangUp:
                end(call)
            }
        }
    }

    /// Whether the buffer holds speech for the agent itself.
    private func isMedia(_ form: MessageForm, of call: VirtualCall) -> Bool {
        guard call.carriesMedia(form), !isHybrid(call) else { return false }
        return !call.isPacket(form) || RTPDemux.kind(buffer.bytes) != .rtcp
    }

    private func record(_ metric: FrameMetric, _ value: Nanoseconds, path: Int) {
        figures[path].frames[metric, default: FrameTally()].record(value)
    }

    private func end(_ call: VirtualCall) {
        guard !call.isOver else { return }
        call.isOver = true
        active[call.path] -= 1
        note(callersOf: call.path)
        closeGateway(of: call)
        hangUpAgent(of: call)
        fleets[call.path]?.callEnded(number: call.number, at: now)
        drainFleet(call.path)
    }

    /// Keeps the most callers of every second, and fills in the seconds nothing happened in.
    private func note(callersOf path: Int) {
        let second = Int(now.nanoseconds / 1_000_000_000)
        var seconds = figures[path].seconds
        figures[path].seconds = []
        while let last = seconds.last, last.second < second {
            var next = SecondRecord(path: path, second: last.second + 1)
            next.callers = callersBefore[path]
            seconds.append(next)
        }
        if seconds.isEmpty { seconds.append(SecondRecord(path: path, second: second)) }
        seconds[seconds.count - 1].callers = max(seconds[seconds.count - 1].callers, active[path])
        callersBefore[path] = active[path]
        figures[path].seconds = seconds
    }

    private lazy var callersBefore: [Int] = plan.paths.map { _ in 0 }
}

extension SetupTimes {
    /// All phases one after the other.
    fileprivate var total: Nanoseconds {
        [dns, tcp, tls, upgrade, signalling, ice, dtls].reduce(.zero) { $0 + ($1 ?? .zero) }
    }
}
