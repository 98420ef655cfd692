import Analysis
import Drivers
import Foundation
import Reports
import Timeline

/// The live line on stderr: redrawn on a terminal, one plain line every few seconds elsewhere.
struct Progress {
    private struct PathState {
        var firstSecond: Int?
        var lastSecond = 0
        var callers = 0
        var ended = 0
        var failed = 0
        var firstAudio = FrameTally()
        var cut = FrameTally()
    }

    /// Between two plain lines.
    private static let plainEvery = 5

    private let names: [String]
    private let plannedCalls: Int?
    private let isQuiet: Bool
    private let isTerminal = Console.isInteractive
    private var paths: [PathState]
    private var nextPlain = 0

    init(paths: [String], plannedCalls: Int?, isQuiet: Bool) {
        names = paths
        self.plannedCalls = plannedCalls
        self.isQuiet = isQuiet
        self.paths = paths.map { _ in PathState() }
    }

    mutating func take(_ batch: ObservationBatch) {
        for observation in batch.observations { take(observation) }
        for (path, callers) in batch.callers.enumerated() { paths[path].callers = callers }
        for second in batch.seconds {
            paths[second.path].firstSecond = paths[second.path].firstSecond ?? second.second
            paths[second.path].lastSecond = second.second
        }
        guard !isQuiet, let newest = batch.seconds.last else { return }
        let line = line(of: newest.path)
        if isTerminal {
            Console.write(line.redraw(width: Console.width))
        } else if newest.second >= nextPlain {
            nextPlain = newest.second + Self.plainEvery
            Console.note(line.plain)
        }
    }

    func finish() {
        if !isQuiet, isTerminal { Console.write("\n") }
    }

    private mutating func take(_ observation: Observation) {
        switch observation {
        case .call(let call):
            paths[call.id.path].ended += 1
            if call.outcome == .failed { paths[call.id.path].failed += 1 }
        case .turn(let turn):
            let context = TurnInContext(turn, in: nil)
            if case .value(let ms) = TurnMetric.firstAudio.sample(context) {
                paths[turn.call.path].firstAudio.record(Nanoseconds(milliseconds: ms))
            }
            if case .value(let ms) = TurnMetric.bargeInCut.sample(context) {
                paths[turn.call.path].cut.record(Nanoseconds(milliseconds: ms))
            }
        case .frame:
            break
        }
    }

    private func line(of path: Int) -> ProgressLine {
        let state = paths[path]
        return ProgressLine(
            path: names[path],
            elapsedSeconds: Double(state.lastSecond - (state.firstSecond ?? 0) + 1),
            callers: state.callers,
            callsEnded: state.ended,
            callsPlanned: plannedCalls,
            callsFailed: state.failed,
            metrics: [("first_audio", state.firstAudio), ("barge_in_cut", state.cut)].map {
                name, tally in
                ProgressLine.RunningMetric(
                    name: name,
                    p50: tally.value(atQuantile: 0.5)?.milliseconds,
                    p95: tally.value(atQuantile: 0.95)?.milliseconds,
                    n: Int(tally.total)
                )
            }
        )
    }
}
