import Analysis
import ArgumentParser
import Drivers
import Foundation
import Planning
import Timeline

/// How a capacity is searched for, and what is planned with it.
struct CapacityOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How long each load is held and measured.", valueName: "duration"))
    var hold = "30s"

    @Option(
        help: ArgumentHelp(
            "How long the answer has to last, at least as long as --hold; 0s for no soak. 60s, or "
                + "--hold where that is longer, by default.", valueName: "duration"))
    var soak: String?

    @Option(help: "Callers of the first load; load.callers, or 10, by default.")
    var start: Int?

    @Option(name: .customLong("max"), help: "Callers that are not exceeded.")
    var most = 10_000

    @Option(
        help:
            "How far the answer may be from the limit, as a share of it; half of it is for chance.")
    var precision = 0.05

    @Option(
        help: ArgumentHelp("Rest between two loads; none in virtual time.", valueName: "duration"))
    var cooldown = "5s"

    @Option(
        help: ArgumentHelp(
            "Prometheus page of the agent, for its CPU and memory.", valueName: "url"))
    var agentMetrics: String?

    @Option(help: ArgumentHelp("The agent's process on this host, for the same.", valueName: "pid"))
    var agentPid: Int32?

    @Option(help: ArgumentHelp("Plan servers for as many calls an hour.", valueName: "n"))
    var peakCallsPerHour: Double?

    @Option(
        help: ArgumentHelp(
            "Mean length of a call, for the plan; what is measured, by default.",
            valueName: "duration"))
    var holdingTime: String?

    @Option(help: "Share of calls that may find every line taken, for the plan.")
    var blocking = 0.01

    @Option(help: "Share of its capacity that a server is loaded with, for the plan.")
    var headroom = 0.7

    /// Callers of one path are numbered in 20 bits, with every call they make.
    private static let mostCallers = 100_000

    func validate() throws {
        _ = try lengths()
        guard (1...Self.mostCallers).contains(most) else {
            throw ValidationError("--max \(most): write 1 to \(Self.mostCallers)")
        }
        if let start, !(1...most).contains(start) {
            throw ValidationError("--start \(start): write 1 to \(most), which is --max")
        }
        guard (0.001...0.5).contains(precision) else {
            throw ValidationError("--precision \(precision): write a share from 0.001 to 0.5")
        }
        guard agentMetrics == nil || agentPid == nil else {
            throw ValidationError(
                "--agent-metrics and --agent-pid tell the same; give one of them")
        }
        guard blocking > 0, blocking < 1, headroom >= 0.01, headroom <= 1 else {
            throw ValidationError(
                "--blocking is a share between 0 and 1, --headroom one from 0.01 to 1")
        }
        if let peakCallsPerHour, !(peakCallsPerHour > 0 && peakCallsPerHour < 1e9) {
            throw ValidationError("--peak-calls-per-hour \(peakCallsPerHour): write how many")
        }
        if peakCallsPerHour == nil, holdingTime != nil {
            throw ValidationError("--holding-time is for a plan; add --peak-calls-per-hour")
        }
    }

    /// How long steps last.
    struct Lengths {
        var hold: Nanoseconds
        var soak: Nanoseconds
        var cooldown: Nanoseconds
        var holding: Nanoseconds?
    }

    func lengths() throws -> Lengths {
        let hold = try span(hold, "--hold", in: .seconds(1)...(.seconds(3_600)))
        // What too few samples leave open is run for eight times as long, within a day.
        let soak =
            try soak.map { try span($0, "--soak", in: .zero...(.seconds(10_000))) }
            ?? max(hold, .seconds(60))
        guard soak == .zero || soak >= hold else {
            throw ValidationError(
                "--soak \(self.soak ?? "") is shorter than --hold \(self.hold): every load is held"
                    + " for longer; write more, or 0s for no soak")
        }
        return Lengths(
            hold: hold, soak: soak,
            cooldown: try span(cooldown, "--cooldown", in: .zero...(.seconds(3_600))),
            holding: try holdingTime.map {
                try span($0, "--holding-time", in: .milliseconds(1)...(.seconds(86_400)))
            })
    }

    private func span(
        _ text: String, _ option: String, in range: ClosedRange<Nanoseconds>
    ) throws -> Nanoseconds {
        guard let span = DurationText.parse(text), range.contains(span) else {
            let bounds = [range.lowerBound, range.upperBound].map(DurationText.render)
            throw ValidationError(
                "\(option) \(text): write a duration from \(bounds[0]) to \(bounds[1]), as in 30s")
        }
        return span
    }

    /// What to plan for; `nil` where nothing was asked.
    func demand() throws -> ServerPlan.Demand? {
        let holding = try lengths().holding?.seconds
        return peakCallsPerHour.map {
            ServerPlan.Demand(
                peakCallsPerHour: $0, holdingSeconds: holding, blocking: blocking,
                headroom: headroom)
        }
    }

    /// The search as it begins on a scenario.
    func settings(for scenario: Scenario) throws -> CapacitySearch.Settings {
        var first = start ?? 10
        if start == nil, case .closed(let callers, _, _) = scenario.load { first = callers }
        return CapacitySearch.Settings(
            start: min(first, most), ceiling: most, precision: precision,
            soaks: try lengths().soak > .zero)
    }
}
