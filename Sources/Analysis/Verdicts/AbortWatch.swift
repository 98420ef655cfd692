package import Planning
package import Timeline

/// Watches a run for objectives that are surely missed, so that it need not go on.
///
/// Looked at every few seconds, an ordinary bound would call many a good run missed at some moment:
/// every look is taken at a risk of 0.1 %. What fails is known at once and what succeeds only at its
/// end, so that every call that may be under way counts as a success to come.
package struct AbortWatch: Sendable {
    private let scenario: Scenario
    /// Objectives that may end a run, with the second of a path from which they do.
    private let objectives: [(objective: Objective, from: Int)]
    private var paths: [PathMaterial]
    private var firstSeconds: [Int?]
    private var nextLooks: [Int]

    /// Between two looks: what changed in a second proves little, and every look costs.
    private static let every = 5

    /// `nil` where no objective of the scenario asks for it, or none of them can be missed early.
    package init?(_ scenario: Scenario) {
        let watched = scenario.objectives.compactMap { objective in
            objective.isSettledOnlyByTheEnd
                ? nil
                : objective.abortAfter.map {
                    (objective: objective, from: Int($0.seconds.rounded(.up)))
                }
        }
        guard !watched.isEmpty else { return nil }
        self.scenario = scenario
        objectives = watched
        paths = scenario.paths.enumerated().map { index, path in
            PathMaterial(
                index: index, name: path.name, transport: path.transport.rawValue, hearing: "")
        }
        firstSeconds = paths.map { _ in nil }
        nextLooks = paths.map { _ in 0 }
    }

    package mutating func take(_ observation: Observation) {
        switch observation {
        case .call(let call): paths[call.id.path].calls.append(call)
        case .turn(let turn): paths[turn.call.path].turns.append(turn)
        case .frame: break
        }
    }

    /// A second of a path is over: the first objective that is surely missed by now, if any is.
    package mutating func missed(at second: SecondRecord) -> ObjectiveResult? {
        let path = second.path
        paths[path].seconds.append(second)
        let first = firstSeconds[path] ?? second.second
        firstSeconds[path] = first
        guard second.second >= nextLooks[path] else { return nil }
        nextLooks[path] = second.second + Self.every
        let due = objectives.filter { second.second - first >= $0.from }.map(\.objective)
        guard !due.isEmpty else { return nil }
        let measured = PathMeasurement(
            paths[path], scenario: scenario, only: Set(due.map(\.metric)))
        let pending = pending(at: second, of: path, elapsed: second.second - first + 1)
        return due.lazy
            .map { ObjectiveJudge.judge($0, on: measured, risk: .repeated, pending: pending) }
            .first { $0.verdict == .fail }
    }

    /// Most calls of a path that may be under way, those still dialling among them.
    private func pending(at second: SecondRecord, of path: Int, elapsed: Int) -> Int {
        let ended = paths[path].calls.count
        switch scenario.load {
        case .closed(let callers, _, .calls(let each)):
            return max(second.callers, min(callers, callers * each - ended))
        case .closed(let callers, _, .lasting): return max(second.callers, callers)
        case .open(let rate, _, let lasting):
            let begun = rate * min(Double(elapsed), lasting.seconds)
            return max(second.callers, Int(begun.rounded(.up)) - ended)
        }
    }
}

extension Objective {
    /// Whether one more sample can still turn a miss into a success, however many there are: a
    /// smallest or greatest sample that is not extreme enough yet.
    fileprivate var isSettledOnlyByTheEnd: Bool {
        aggregate == .minimum && wantsLess || aggregate == .maximum && !wantsLess
    }
}
