import Analysis
import Drivers
import Foundation
import Planning
import Reports
import ResultStore
import Timeline

/// Takes what a live run observes, second by second: into the store, and onto the progress line.
struct BatchKeeper {
    let writer: RunWriter
    let scenario: Scenario
    let pathCount: Int
    let plannedCalls: Int?
    let isQuiet: Bool
    /// Where observations go besides; `nil` for nowhere.
    let export: LiveExport?
    /// Called with the reason when the store or an export takes no more: the run ends before more
    /// is lost.
    let giveUp: @Sendable (String) -> Void
    /// Called once when an objective that ends a run early is surely missed.
    let abort: @Sendable (ObjectiveResult) -> Void

    /// Keeps batches until there are no more.
    ///
    /// - Returns: what kept the store or an export from taking everything, if anything did.
    func keep(_ batches: AsyncStream<ObservationBatch>) async -> String? {
        var problem: String?
        var exportProblem: String?
        var progress = Progress(
            paths: scenario.paths.map(\.name), plannedCalls: plannedCalls, isQuiet: isQuiet
        )
        var abortWatch = AbortWatch(scenario)
        for await batch in batches {
            progress.take(batch)
            if let missed = Self.missed(batch, &abortWatch) {
                abortWatch = nil
                abort(missed)
            }
            // First: whoever reads an export may keep it waiting.
            if problem == nil {
                do {
                    try store(batch)
                } catch {
                    problem = error.message
                    giveUp("the store takes no more")
                }
            }
            guard exportProblem == nil else { continue }
            do {
                try export?.take(batch)
            } catch {
                exportProblem =
                    error.message + "; the run was ended, and what was measured is in the store"
                giveUp("an export takes no more")
            }
        }
        progress.finish()
        return problem ?? exportProblem
    }

    private static func missed(
        _ batch: ObservationBatch, _ watch: inout AbortWatch?
    ) -> ObjectiveResult? {
        guard watch != nil else { return nil }
        for observation in batch.observations { watch?.take(observation) }
        for second in batch.seconds {
            if let missed = watch?.missed(at: second) { return missed }
        }
        return nil
    }

    private func store(_ batch: ObservationBatch) throws(StoreProblem) {
        var calls = [[CallRecord]](repeating: [], count: pathCount)
        var turns = [[TurnRecord]](repeating: [], count: pathCount)
        var seconds = [[SecondRecord]](repeating: [], count: pathCount)
        for observation in batch.observations {
            switch observation {
            case .call(let call): calls[call.id.path].append(call)
            case .turn(let turn): turns[turn.call.path].append(turn)
            case .frame: break
            }
        }
        for second in batch.seconds { seconds[second.path].append(second) }
        for path in 0..<pathCount
        where !(calls[path].isEmpty && turns[path].isEmpty && seconds[path].isEmpty) {
            try writer.append(
                path: path, calls: calls[path], turns: turns[path], seconds: seconds[path])
        }
    }
}
