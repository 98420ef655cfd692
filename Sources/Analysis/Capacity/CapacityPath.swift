/// A path's capacity, with what it was found from and what follows from it.
package struct CapacityPath: Equatable, Sendable {
    package let name: String
    package let transport: String
    package let conclusion: CapacityConclusion
    /// Every step, in the order in which they were made.
    package let points: [CapacityPoint]
    /// What ended the search before its time; `nil` where nothing did.
    package var problem: String?
    /// Latency at shares of the capacity, the capacity itself last; empty where there is none.
    package let profile: [Share]
    /// The run at the upper end of the bracket that says why it is one: rather one that failed.
    package let decisive: CapacityPoint?
    /// What did not pass there, with its values.
    package let gaveOut: [ObjectiveResult]
    /// Of the capacity, or of the greatest load it was measured at.
    package let agent: AgentPoint?
    /// `nil` with fewer than six loads.
    package let scalability: ScalabilityFit?
    package let plan: ServerPlan?
    package let isPlanWanted: Bool
    /// Callers that were not exceeded.
    package let ceiling: Int

    /// A load that stands for a share of the capacity.
    package struct Share: Equatable, Sendable {
        /// 0...1.
        package var share: Double
        package var point: CapacityPoint
    }

    /// What the agent used at a load.
    package struct AgentPoint: Equatable, Sendable {
        package var callers: Int
        package var usage: AgentUsage
    }

    /// - Parameters:
    ///   - demand: what to plan for; `nil` for nothing.
    ///   - seed: of the runs; what chance there is in the fit of the law is drawn by it.
    package init(
        name: String, transport: String, conclusion: CapacityConclusion, points: [CapacityPoint],
        settings: CapacitySearch.Settings, demand: ServerPlan.Demand?, seed: UInt64,
        problem: String? = nil
    ) {
        self.name = name
        self.transport = transport
        self.conclusion = conclusion
        self.points = points
        self.problem = problem
        let capacity = conclusion.capacity
        profile =
            capacity.map {
                Self.profile(of: $0, points: points, settings: settings)
            } ?? []
        decisive = conclusion.upper.flatMap { upper in
            let missed = points.filter { $0.callers == upper && $0.outcome != .pass }
            return missed.last { $0.outcome == .fail } ?? missed.last
        }
        gaveOut = decisive?.missed ?? []
        let best = capacity.flatMap { callers in Self.best(points, at: callers) }
        agent = Self.agent(best, among: points)
        // Of runs held for as long only: the ends of a hold weigh more in a short one.
        scalability = ScalabilityFit(
            points.filter { $0.isSound && $0.step.stretch == 1 && !$0.step.isSoak }.map {
                .init(callers: $0.callers, turnsPerSecond: $0.turnsPerSecond)
            }, seed: seed)
        isPlanWanted = demand != nil
        ceiling = settings.ceiling
        plan = demand.flatMap { demand in
            capacity.flatMap {
                ServerPlan(demand, capacity: $0, measuredSeconds: best?.meanCallSeconds)
            }
        }
    }

    private static func profile(
        of capacity: Int, points: [CapacityPoint], settings: CapacitySearch.Settings
    ) -> [Share] {
        (settings.shares + [1]).compactMap { share in
            let nearest = CapacitySearch.nearest(
                to: CapacitySearch.callers(at: share, of: capacity), among: points.map(\.callers),
                precision: settings.precision)
            let point = nearest.flatMap { best(points, at: $0) }
            return point.map { Share(share: share, point: $0) }
        }
    }

    /// The run of a load with most samples: its longest, and the last of those, whatever it said,
    /// but rather one that the generator did not spoil.
    private static func best(_ points: [CapacityPoint], at callers: Int) -> CapacityPoint? {
        let runs = points.enumerated().filter { $0.element.callers == callers }
        let sound = runs.filter(\.element.isSound)
        return (sound.isEmpty ? runs : sound).max {
            ($0.element.holdSeconds, $0.offset) < ($1.element.holdSeconds, $1.offset)
        }?.element
    }

    private static func agent(
        _ best: CapacityPoint?, among points: [CapacityPoint]
    ) -> AgentPoint? {
        let point =
            best?.agent == nil
            ? points.filter { $0.agent != nil }.max { $0.callers < $1.callers } : best
        return point.flatMap { point in
            point.agent.map { AgentPoint(callers: point.callers, usage: $0) }
        }
    }

    /// How the command ends for this path.
    package var exitStatus: ExitStatus {
        // Without an agent at the end there is nothing to be said of it.
        points.suffix(2).allSatisfy { !$0.isReached } && !points.isEmpty
            ? .unreachable : conclusion.exitStatus
    }
}

extension CapacityPoint {
    /// Whether the generator did its part.
    package var isSound: Bool { outcome != .generatorLimited && outcome != .void }
}
