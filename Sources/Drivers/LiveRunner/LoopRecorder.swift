package import Timeline

/// What one loop has observed and not handed over yet, and its tallies of the whole run.
///
/// Owned by its loop: recording takes no lock. The buffer is bounded; what does not fit is counted
/// as dropped, which makes the run invalid.
package final class LoopRecorder {
    private struct PathFigures {
        var isActive = false
        var callers = 0
        var dropped = 0
        var framesSkipped = 0
        var lateness = FrameTally()
        var dwell = FrameTally()
        var variation = FrameTally()
        var delay = FrameTally()
        var firstSlots: [UInt32: RunInstant] = [:]
        var second: SecondRecord
    }

    private let capacity: Int
    private var paths: [PathFigures]
    private var observations: [Observation] = []
    private var finishedSeconds: [SecondRecord] = []
    private var second = 0

    /// - Parameters:
    ///   - paths: how many the run has.
    ///   - capacity: observations kept between two deliveries.
    package init(paths: Int, capacity: Int = 65_536) {
        self.capacity = capacity
        self.paths = (0..<paths).map { PathFigures(second: SecondRecord(path: $0, second: 0)) }
    }

    /// From now on the path has a record of every second.
    package func begin(path: Int) {
        paths[path].isActive = true
        paths[path].second = SecondRecord(path: path, second: second)
        paths[path].second.callers = paths[path].callers
    }

    /// The path's last second is over, whole or not.
    package func end(path: Int) {
        guard paths[path].isActive else { return }
        paths[path].isActive = false
        finishedSeconds.append(paths[path].second)
    }

    /// A frame left at `left` that was to leave at `scheduled`; on time is half an interval late at
    /// most.
    func frameSent(path: Int, scheduled: RunInstant, left: RunInstant, interval: Nanoseconds) {
        let lateness = left - scheduled
        paths[path].lateness.record(lateness)
        paths[path].second.framesScheduled += 1
        if lateness <= interval / 2 { paths[path].second.framesOnTime += 1 }
    }

    /// A frame that was to leave and could not.
    func frameHeldBack(path: Int) {
        paths[path].second.framesScheduled += 1
        paths[path].framesSkipped += 1
    }

    func packetRead(path: Int, dwell: Nanoseconds) { paths[path].dwell.record(dwell) }

    func callConnected(path: Int, wireID: UInt32, firstSlot: RunInstant) {
        paths[path].firstSlots[wireID] = firstSlot
        paths[path].callers += 1
        paths[path].second.callers = max(paths[path].second.callers, paths[path].callers)
    }

    func callEnded(path: Int) { paths[path].callers -= 1 }

    package func record(_ observation: Observation, path: Int) {
        if case .frame(let metric, let value) = observation {
            switch metric {
            case .ipdv: paths[path].variation.record(value)
            case .frameDelay: paths[path].delay.record(value)
            case .sendLateness: paths[path].lateness.record(value)
            case .rxDwell: paths[path].dwell.record(value)
            }
            return
        }
        guard observations.count < capacity else {
            paths[path].dropped += 1
            return
        }
        observations.append(observation)
    }

    /// A tick of the loop; true when a second has ended, and with it a batch is due.
    package func ticked(_ tick: TickGrid.Tick) -> Bool {
        for path in paths.indices where paths[path].isActive {
            let seen = paths[path].second.tickLateness
            if tick.lateness > seen { paths[path].second.tickLateness = tick.lateness }
        }
        let now = Int((tick.nominal - .zero) / .seconds(1))
        guard now > second else { return false }
        for path in paths.indices where paths[path].isActive {
            // A stall belongs to every second it touches, those without a tick of their own
            // included.
            for passed in (second + 1)...now {
                finishedSeconds.append(paths[path].second)
                paths[path].second = SecondRecord(path: path, second: passed)
                paths[path].second.callers = paths[path].callers
                paths[path].second.tickLateness = tick.lateness
            }
        }
        second = now
        return true
    }

    /// Everything observed since the last batch.
    package func takeBatch() -> ObservationBatch {
        defer {
            observations.removeAll(keepingCapacity: true)
            finishedSeconds.removeAll(keepingCapacity: true)
        }
        return ObservationBatch(
            observations: observations,
            seconds: finishedSeconds,
            callers: paths.map(\.callers)
        )
    }

    /// Tallies of a path since the run began.
    package func frames(path: Int) -> [FrameMetric: FrameTally] {
        let figures = paths[path]
        let all: [(FrameMetric, FrameTally)] = [
            (.sendLateness, figures.lateness), (.rxDwell, figures.dwell),
            (.ipdv, figures.variation), (.frameDelay, figures.delay),
        ]
        return Dictionary(uniqueKeysWithValues: all.filter { $0.1.total > 0 })
    }

    /// When the first frame of each of the path's calls was to leave, by wire id.
    package func firstSlots(path: Int) -> [UInt32: RunInstant] { paths[path].firstSlots }

    /// Observations of a path that did not fit into the buffer.
    package func dropped(path: Int) -> Int { paths[path].dropped }

    /// Frames of a path that were due and never left.
    package func framesSkipped(path: Int) -> Int { paths[path].framesSkipped }
}
