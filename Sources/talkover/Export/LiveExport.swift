import Analysis
import Drivers
import Foundation
import NIOConcurrencyHelpers
import Planning
import Reports
import Timeline

/// What a command exports while its runs are going on: files, and the last figures for a scraper.
///
/// Fed by whoever keeps the batches, never by a loop. One command may feed it with several runs,
/// one after the other.
final class LiveExport: Sendable {
    private struct State {
        var run = LiveLine.Run(id: "", originUnixNs: 0)
        var label = PrometheusText.Run(id: "", scenario: "", version: "")
        var paths: [PathConfiguration] = []
        var figures = LiveFigures(paths: [])
    }

    private let files: [(format: LiveLine.Format, file: LineFile)]
    /// What `/metrics` says, read by the server's thread; `nil` where there is none.
    private let snapshot: NIOLockedValueBox<String>?
    private let state = NIOLockedValueBox(State())

    /// Opens the files.
    ///
    /// - Parameter store: which none of them may be.
    /// - Throws: a `CommandFailure` where one cannot be written, or is another one or the store.
    init(_ files: [ExportFile], store: String, snapshot: NIOLockedValueBox<String>?) throws {
        self.files = try files.map { ($0.format, try LineFile($0.place)) }
        self.snapshot = snapshot
        try Self.refuseSharing(self.files.map(\.file), store: store)
        for (format, file) in self.files {
            file.empty()
            guard let header = LiveLine.header(format) else { continue }
            do {
                try file.write(header)
            } catch {
                throw CommandFailure(status: .environment, message: error.message)
            }
        }
    }

    /// Two names may lead to one file, where each would write over the other.
    private static func refuseSharing(_ files: [LineFile], store: String) throws {
        var about = stat()
        if stat(store, &about) == 0,
            let file = files.first(where: { $0.identity == LineFile.Identity(about) })
        {
            throw CommandFailure(
                status: .usage,
                message: "--out: \(file.place) is the store (--db); name another file")
        }
        for (index, file) in files.enumerated() {
            guard let other = files[..<index].first(where: { $0.identity == file.identity }) else {
                continue
            }
            throw CommandFailure(
                status: .usage,
                message: "--out: \(other.place) and \(file.place) are one file; name two")
        }
    }

    /// A run begins.
    ///
    /// - Parameter originUnixNs: time of day at the run's own zero, ns since 1970.
    func begin(_ facts: RunFacts, scenario: Scenario, originUnixNs: Int64) {
        state.withLockedValue { state in
            state.run = LiveLine.Run(id: facts.id, originUnixNs: originUnixNs)
            state.label = PrometheusText.Run(
                id: facts.id, scenario: facts.scenario, version: facts.version)
            state.paths = scenario.paths
            state.figures = LiveFigures(
                paths: scenario.paths.map { ($0.name, $0.transport.rawValue) })
            publish(state)
        }
    }

    /// A second's worth of observations.
    ///
    /// - Throws: an `ExportProblem`; figures for the scraper are up to date all the same.
    func take(_ batch: ObservationBatch) throws(ExportProblem) {
        let texts = state.withLockedValue { state in
            note(batch, &state)
            return files.isEmpty ? [] : render(batch, state)
        }
        for (text, file) in zip(texts, files) { try file.file.write(text) }
    }

    private func note(_ batch: ObservationBatch, _ state: inout State) {
        guard snapshot != nil else { return }
        for observation in batch.observations { state.figures.take(observation) }
        for second in batch.seconds { state.figures.take(second) }
        state.figures.take(callers: batch.callers)
        publish(state)
    }

    /// A text for each file.
    private func render(_ batch: ObservationBatch, _ state: State) -> [String] {
        let rows =
            batch.observations.compactMap { row($0, state.paths) }
            + batch.seconds.map { LiveRow(second: $0, path: state.paths[$0.path].name) }
        return files.map { format, _ in
            rows.map { LiveLine.render($0, of: state.run, as: format) }.joined()
        }
    }

    private func row(_ observation: Observation, _ paths: [PathConfiguration]) -> LiveRow? {
        switch observation {
        case .call(let call):
            let path = paths[call.id.path]
            return LiveRow(call: call, path: path.name, configuration: path)
        case .turn(let turn): return LiveRow(turn: turn, path: paths[turn.call.path].name)
        case .frame: return nil
        }
    }

    private func publish(_ state: State) {
        guard let snapshot else { return }
        let text = PrometheusText.render(state.figures, of: state.label)
        snapshot.withLockedValue { $0 = text }
    }
}
