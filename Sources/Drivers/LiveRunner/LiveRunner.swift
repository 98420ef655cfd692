import CSockets
import Callers
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
package import Planning
import RTPCore
package import Timeline
import WebRTCCore

/// Runs a plan for real: sockets, clocks and threads, path after path or all together.
package final class LiveRunner: Sendable {
    /// What the loops of a run have in common.
    struct Settings: Sendable {
        let clock: MonotonicClock
        let factories: [CallFactory]
        let endpoints: [PathEndpoint]
        let arrivals: Arrivals
        let order: PathOrder
        let dialPatience: Nanoseconds
        let recording: CallRecording?
        /// Of the run's WebRTC callers; `nil` where no path has any.
        let identity: DTLSIdentity?
        let loops: LoopPlan
    }

    private struct State {
        var stops = 0
        var conductor: NIOLoopBound<Conductor>?
    }

    /// Longest a call may take to be set up.
    package static let dialPatience = Nanoseconds.seconds(10)

    /// The run's clock; its origin is the run's.
    package let clock: MonotonicClock
    private let settings: Settings

    /// What the ears of each path were found to add, in the plan's order.
    package var detectors: [DetectorBias] { settings.factories.map(\.detectorBias) }
    private let state = NIOLockedValueBox(State())

    /// Prepares a run.
    ///
    /// Looks up the hosts of rtp paths, which can block for as long as the resolver does.
    ///
    /// - Parameters:
    ///   - agent: where the embedded agent serves, if the plan has one.
    ///   - gateways: where the run's own gateways serve, by path.
    ///   - environment: where secrets named in the scenario are looked up.
    ///   - nonce: keeps two generators that share an agent apart.
    ///   - recording: which calls to record; `nil` for none.
    ///   - loops: how many event loops, each on a thread of its own, and where; on each CPU one, by
    ///     default. Loops that no caller would come to are left out.
    /// - Throws: a path that cannot be called as it is configured.
    package init(
        plan: Plan,
        clock: MonotonicClock = MonotonicClock(),
        agent: AgentAddresses?,
        gateways: [String: GatewayAddresses] = [:],
        environment: [String: String],
        nonce: UInt8 = LiveRunner.drawnNonce(),
        loops: LoopPlan = LoopPlan(),
        dialPatience: Nanoseconds = LiveRunner.dialPatience,
        recording: CallRecording? = nil
    ) throws(RunProblem) {
        self.clock = clock
        var monotonic: Int64 = 0
        var realtime: Int64 = 0
        _ = talkover_clock_pair(&monotonic, &realtime)
        let origin = NTPTimestamp(unixNanoseconds: realtime - monotonic + clock.originMonotonicNs)
        let identity = try Self.identity(for: plan)
        var endpoints: [PathEndpoint] = []
        for path in plan.paths {
            endpoints.append(
                try PathEndpoint(
                    path: path.configuration, agent: agent,
                    gateway: gateways[path.configuration.name], identity: identity,
                    environment: environment)
            )
        }
        settings = Settings(
            clock: clock,
            factories: plan.paths.indices.map {
                CallFactory(plan: plan, path: $0, nonce: nonce, clockOrigin: origin)
            },
            endpoints: endpoints,
            arrivals: plan.arrivals,
            order: plan.scenario.order,
            dialPatience: dialPatience,
            recording: recording,
            identity: identity,
            loops: loops.limited(
                to: plan.arrivals, order: plan.scenario.order, paths: plan.paths.count)
        )
    }

    /// One certificate for all callers of a run: drawing one takes as long as a handshake.
    private static func identity(for plan: Plan) throws(RunProblem) -> DTLSIdentity? {
        guard plan.paths.contains(where: \.configuration.hasPeerSession) else { return nil }
        do throws(DTLSProblem) {
            return try DTLSIdentity.generate()
        } catch {
            throw RunProblem(message: "no certificate for WebRTC can be made: \(error)")
        }
    }

    /// A nonce nobody can foresee, for generators that may share an agent with others.
    package static func drawnNonce() -> UInt8 {
        var generator = SystemRandomNumberGenerator()
        return UInt8.random(in: 0...UInt8.max, using: &generator)
    }

    /// Runs every path to its end, or until ``stop()``.
    ///
    /// - Parameter deliver: takes what was observed, once a second and loop. Called on the loops'
    ///   threads, so it must only pass on what it gets. Everything has been delivered when this
    ///   returns.
    /// - Returns: one outcome for every path that began, in the plan's order.
    /// - Throws: when the loops cannot be had.
    package func run(
        deliver: @escaping @Sendable (ObservationBatch) -> Void
    ) async throws -> [PathOutcome] {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.loops.count)
        do {
            let outcomes = try await run(on: group, deliver: deliver)
            try await group.shutdownGracefully()
            return outcomes
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// Ends the run: every call hangs up, what was measured is delivered.
    ///
    /// Called again, it waits for nothing.
    ///
    /// May be called from any thread.
    package func stop() {
        let conductor = state.withLockedValue { state in
            state.stops += 1
            return state.conductor
        }
        conductor?.eventLoop.execute { conductor?.value.stop() }
    }

    private func run(
        on group: MultiThreadedEventLoopGroup,
        deliver: @escaping @Sendable (ObservationBatch) -> Void
    ) async throws -> [PathOutcome] {
        let eventLoops = Array(group.makeIterator())
        let home = eventLoops[0]
        let done = home.makePromise(of: [PathOutcome].self)
        let merger = SecondMerger(loops: eventLoops.count, paths: settings.endpoints.count)
        let conductor = try await home.submit { [settings] in
            NIOLoopBound(
                Conductor(
                    eventLoop: home, settings: settings, merger: merger, deliver: deliver,
                    done: done
                ),
                eventLoop: home
            )
        }.get()
        var workers: [NIOLoopBound<LoopWorker>] = []
        do {
            for (number, eventLoop) in eventLoops.enumerated() {
                workers.append(
                    try await makeWorker(number, on: eventLoop, conductor: conductor) {
                        deliver(merger.merge($0, loop: $1))
                    }
                )
            }
        } catch {
            done.fail(error)
            throw error
        }
        let ready = workers
        let stops = state.withLockedValue { state in
            state.conductor = conductor
            return state.stops
        }
        home.execute {
            conductor.value.begin(workers: ready)
            for _ in 0..<stops { conductor.value.stop() }
        }
        var outcomes = try await done.futureResult.get()
        let scheduling = try await scheduling(of: ready)
        for index in outcomes.indices { outcomes[index].usage.scheduling = scheduling }
        for worker in ready {
            try await worker.eventLoop.submit { worker.value.shutDown() }.get()
        }
        return outcomes
    }

    /// What the system made of the loops' wishes.
    private func scheduling(
        of workers: [NIOLoopBound<LoopWorker>]
    ) async throws -> LoopScheduling {
        var policy = LoopScheduling.Policy.firstInFirstOut
        var cpus: [Int] = []
        for worker in workers {
            let (granted, allowed) = try await worker.eventLoop.submit {
                (worker.value.policy, CPUList.allowed)
            }.get()
            policy = min(policy, granted)
            cpus += allowed.numbers
        }
        return LoopScheduling(
            policy: policy, loops: workers.count, cpus: CPUList(cpus) ?? .allowed,
            isPinned: settings.loops.cpus != nil)
    }

    private func makeWorker(
        _ number: Int,
        on eventLoop: any EventLoop,
        conductor: NIOLoopBound<Conductor>,
        deliver: @escaping @Sendable (ObservationBatch, Int) -> Void
    ) async throws -> NIOLoopBound<LoopWorker> {
        try await eventLoop.submit { [settings] in
            let worker = try LoopWorker(
                number: number, eventLoop: eventLoop, run: settings, deliver: deliver
            ) { call, instant in
                conductor.eventLoop.execute { conductor.value.callEnded(call, at: instant) }
            }
            return NIOLoopBound(worker, eventLoop: eventLoop)
        }.get()
    }
}
