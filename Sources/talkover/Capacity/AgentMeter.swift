import Analysis
import Dialects
import Drivers
import Foundation
import NIOConcurrencyHelpers
import Timeline

/// Looks once a second at what the agent's process has used.
final class AgentMeter: Sendable {
    private enum Source: Sendable {
        case nothing
        /// Whichever process a run starts.
        case embedded
        case process(Int32)
        case page(TextEndpoint)
    }

    private struct State {
        var clock: MonotonicClock?
        var process: Int32?
        var samples: [AgentSample] = []
        var idleBytes: Double?
        var isOver = false
    }

    private static let period = Duration.seconds(1)
    private let from: Source
    private let state = NIOLockedValueBox(State())

    /// - Parameter embedded: whether any path calls the reference agent.
    /// - Throws: what was asked for cannot be looked at.
    init(_ options: CapacityOptions, embedded: Bool, isSimulated: Bool) async throws {
        let isAsked = options.agentPid != nil || options.agentMetrics != nil
        if isSimulated, isAsked {
            throw CommandFailure(
                status: .usage,
                message: "virtual time has no agent process to look at; leave --agent-pid and"
                    + " --agent-metrics out, or --simulate")
        }
        if let process = options.agentPid {
            guard let usage = ProcessUsage(of: process) else {
                throw CommandFailure(
                    status: .usage, message: "--agent-pid \(process): there is no such process")
            }
            from = .process(process)
            state.withLockedValue { $0.idleBytes = usage.residentBytes }
        } else if let url = options.agentMetrics {
            from = .page(try Self.endpoint(url))
        } else {
            from = embedded && !isSimulated ? .embedded : .nothing
        }
        guard case .page(let page) = from else { return }
        do throws(TextEndpoint.Problem) {
            let idle = try Self.usage(try await page.fetch())
            state.withLockedValue { $0.idleBytes = idle.residentBytes }
        } catch {
            throw CommandFailure(
                status: .environment, message: "--agent-metrics: \(error.message)")
        }
    }

    private static func endpoint(_ url: String) throws -> TextEndpoint {
        do {
            return try TextEndpoint(url)
        } catch {
            throw CommandFailure(status: .usage, message: "--agent-metrics: \(error.message)")
        }
    }

    /// Where figures come from, for a report; `nil` where there are none.
    var source: String? {
        switch from {
        case .nothing: nil
        case .embedded: "/proc of the embedded agent"
        case .process(let process): "/proc/\(process)"
        case .page(let page): "http metrics of \(page.url.authority)"
        }
    }

    /// A run begins, whose clock samples are to have.
    func began(_ process: Int32?, _ clock: MonotonicClock) {
        let idle: Double?
        if case .embedded = from {
            idle = process.flatMap { ProcessUsage(of: $0) }?.residentBytes
        } else {
            idle = nil
        }
        state.withLockedValue { state in
            state.clock = clock
            state.process = process
            // A new process of its own; of others the first look is the one at rest.
            state.idleBytes = idle ?? state.idleBytes
        }
    }

    /// Looks until ``end()``.
    func watch() async {
        if case .nothing = from { return }
        while !Task.isCancelled, !state.withLockedValue(\.isOver) {
            await look()
            try? await Task.sleep(for: Self.period)
        }
    }

    private func look() async {
        guard let clock = state.withLockedValue(\.clock) else { return }
        let usage: ProcessUsage?
        switch from {
        case .nothing: usage = nil
        case .embedded: usage = state.withLockedValue(\.process).flatMap { ProcessUsage(of: $0) }
        case .process(let process): usage = ProcessUsage(of: process)
        case .page(let page): usage = (try? await page.fetch()).flatMap { try? Self.usage($0) }
        }
        guard let usage else { return }
        let sample = AgentSample(
            at: clock.now, cpuSeconds: usage.cpuSeconds, residentBytes: usage.residentBytes)
        state.withLockedValue { $0.samples.append(sample) }
    }

    func end() { state.withLockedValue { $0.isOver = true } }

    /// What was seen of the run, and of the agent at rest; ready for the next run after that.
    func take() -> (samples: [AgentSample], idleBytes: Double?) {
        state.withLockedValue { state in
            defer {
                state.samples = []
                state.clock = nil
                state.isOver = false
            }
            return (state.samples, state.idleBytes)
        }
    }

    /// The two metrics that Prometheus' client libraries tell of their process.
    private static func usage(_ page: String) throws(TextEndpoint.Problem) -> ProcessUsage {
        let names = ["process_cpu_seconds_total", "process_resident_memory_bytes"]
        let values = names.map { PrometheusText.sum(of: $0, in: page) }
        guard let cpu = values[0], let resident = values[1], cpu.isFinite, resident.isFinite,
            cpu >= 0, resident >= 0
        else {
            throw TextEndpoint.Problem(
                message: "the page does not tell \(names.joined(separator: " and "))")
        }
        return ProcessUsage(cpuSeconds: cpu, residentBytes: resident)
    }
}
