import Analysis
import Planning
import Timeline

/// Runs of one scenario in turns, A B B A …: each a whole run of all its paths, every other one in
/// the opposite order, so that what drifts on the host falls on both sides alike.
///
/// Pair i draws everything from the scenario's seed + i, on every path.
struct PairedRuns {
    /// The scenario with another seed and order of paths, as it is then stored.
    let load: (_ seed: UInt64?, _ order: [String]?) throws -> Scenario
    let perform: (Scenario, _ tags: [String: String]) async throws -> ScenarioRun.Outcome
    let isQuiet: Bool
    var look = Look.only

    /// What the group came to.
    struct Outcome {
        let group: String
        var runs: [ScenarioRun.Outcome] = []

        var environmentProblem: String? { runs.lazy.compactMap(\.environmentProblem).first }
        var wasInterrupted: Bool {
            Interruption.isPending || runs.contains(where: \.wasInterrupted)
        }
        /// Whether another run makes sense.
        fileprivate var mayGoOn: Bool { environmentProblem == nil && !wasInterrupted }
    }

    /// Runs pairs `from` to `to` of a group, unless one of them ends it early.
    func run(_ places: Range<Int>, into outcome: inout Outcome) async throws {
        let scenario = try load(nil, nil)
        let names = scenario.paths.map(\.name)
        for place in places where outcome.mayGoOn && !Interruption.isPending {
            let order = place % 2 == 0 ? names : names.reversed()
            if !isQuiet {
                Console.note(
                    "pair \(place + 1) of \(places.upperBound): \(order.joined(separator: ", "))")
            }
            var tags = [RunTag.pairs: outcome.group, RunTag.pair: "\(place + 1)"]
            if look == .oneOfTwo { tags[RunTag.looks] = "2" }
            outcome.runs.append(
                try await perform(try load(scenario.seed &+ UInt64(place), order), tags))
        }
    }
}

extension PairedRuns.Outcome {
    /// The side that a path is, as the store would give it.
    func side(_ path: String) -> ComparedSide {
        ComparedSide(
            reference: "\(group)/\(path)", runs: runs.map { SideRun($0.material) }, path: path)
    }
}
