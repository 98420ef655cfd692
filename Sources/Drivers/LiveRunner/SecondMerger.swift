import NIOConcurrencyHelpers
import Timeline

/// Adds up what each loop notes of a second, so that every second of a path comes once.
final class SecondMerger: Sendable {
    private struct Share {
        var record: SecondRecord
        var loops: Int
    }

    private struct State {
        var pending: [Int: [Int: Share]] = [:]
        /// By path: seconds up to here have been handed out.
        var passed: [Int: Int] = [:]
        var callers: [[Int]]
    }

    private let loops: Int
    private let state: NIOLockedValueBox<State>

    init(loops: Int, paths: Int) {
        self.loops = loops
        let none = [Int](repeating: 0, count: paths)
        state = NIOLockedValueBox(State(callers: Array(repeating: none, count: loops)))
    }

    /// A loop's batch, with the seconds that are whole by now and the callers of all loops.
    func merge(_ batch: ObservationBatch, loop: Int) -> ObservationBatch {
        state.withLockedValue { state in
            for record in batch.seconds { add(record, to: &state) }
            state.callers[loop] = batch.callers
            var merged = batch
            merged.seconds = takeWhole(&state)
            merged.callers = total(state)
            return merged
        }
    }

    /// What is left of a path whose loops have all reported its end: it has no callers any more.
    func finish(path: Int) -> ObservationBatch {
        state.withLockedValue { state in
            let shares = state.pending.removeValue(forKey: path) ?? [:]
            let records = shares.sorted { $0.key < $1.key }.map(\.value.record)
            if let last = records.last { state.passed[path] = last.second }
            for loop in state.callers.indices { state.callers[loop][path] = 0 }
            return ObservationBatch(observations: [], seconds: records, callers: total(state))
        }
    }

    private func add(_ record: SecondRecord, to state: inout State) {
        // A loop that stalled reports late: what it has counts for the first second still open.
        let second = max(record.second, (state.passed[record.path] ?? -1) + 1)
        var share =
            state.pending[record.path]?[second]
            ?? Share(record: SecondRecord(path: record.path, second: second), loops: 0)
        share.loops += 1
        share.record.callers += record.callers
        share.record.framesScheduled += record.framesScheduled
        share.record.framesOnTime += record.framesOnTime
        share.record.tickLateness = max(share.record.tickLateness, record.tickLateness)
        state.pending[record.path, default: [:]][second] = share
    }

    /// Seconds that every loop has reported, and those two seconds behind the latest.
    private func takeWhole(_ state: inout State) -> [SecondRecord] {
        var whole: [SecondRecord] = []
        for path in state.pending.keys.sorted() {
            guard let shares = state.pending[path], let latest = shares.keys.max() else { continue }
            for second in shares.keys.sorted() {
                guard let share = shares[second] else { continue }
                guard share.loops >= loops || second <= latest - 2 else { break }
                whole.append(share.record)
                state.pending[path]?[second] = nil
                state.passed[path] = second
            }
        }
        return whole
    }

    private func total(_ state: State) -> [Int] {
        guard var sum = state.callers.first else { return [] }
        for other in state.callers.dropFirst() {
            for path in sum.indices { sum[path] += other[path] }
        }
        return sum
    }
}
