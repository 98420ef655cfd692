package import Timeline

/// Everything published of a run: the JSON summary, field for field, before it is rendered.
package struct RunSummary: Equatable, Sendable {
    package var run: RunFacts
    package var verdict: Verdict
    /// The generator's own grade; `nil` in simulated runs.
    package var generator: GeneratorGrade?
    package var paths: [PathSummary]
    package var objectives: [ObjectiveResult]
    /// How the paths differ from the fastest one; empty with a single path.
    package var differences: [PathDifference] = []
    /// The runs that it sums up, oldest first, where they are several; `run` is the first of them.
    package var pooledRuns: [RunFacts] = []

    package init(
        run: RunFacts, verdict: Verdict, generator: GeneratorGrade?, paths: [PathSummary],
        objectives: [ObjectiveResult]
    ) {
        self.run = run
        self.verdict = verdict
        self.generator = generator
        self.paths = paths
        self.objectives = objectives
    }
}

/// What a whole run came to, for a reader and an exit code.
package enum Verdict: String, Sendable, Codable, CaseIterable {
    case pass, fail, inconclusive, invalid, interrupted, unreachable
}

/// Against sockets and real time, or within one process in virtual time.
package enum RunMode: String, Sendable, Codable { case live, simulated }

/// What a run was, for its header.
package struct RunFacts: Equatable, Sendable {
    package var id: String
    package var mode: RunMode
    package var scenario: String
    package var seed: UInt64
    /// RFC 3339, UTC.
    package var startedAt: String
    package var durationSeconds: Double
    package var version: String
    package var gitRevision: String?
    package var host: HostFacts
    package var tags: [String: String]
    /// CLOCK_MONOTONIC at the run's own zero, in ns: what its instants and an agent's truth log
    /// are joined by.
    ///
    /// `nil` in simulation.
    package var originMonotonicNs: Int64?

    package init(
        id: String, mode: RunMode, scenario: String, seed: UInt64, startedAt: String,
        durationSeconds: Double, version: String, gitRevision: String?, host: HostFacts,
        tags: [String: String], originMonotonicNs: Int64? = nil
    ) {
        self.id = id
        self.mode = mode
        self.scenario = scenario
        self.seed = seed
        self.startedAt = startedAt
        self.durationSeconds = durationSeconds
        self.version = version
        self.gitRevision = gitRevision
        self.host = host
        self.tags = tags
        self.originMonotonicNs = originMonotonicNs
    }
}

/// The machine that a run was made on.
package struct HostFacts: Equatable, Sendable, Codable {
    package var cores: Int
    package var kernel: String
    /// What the host calls itself; `nil` in runs of older versions.
    package var name: String?

    package init(cores: Int, kernel: String, name: String? = nil) {
        self.cores = cores
        self.kernel = kernel
        self.name = name
    }
}

/// Everything published of one path.
package struct PathSummary: Equatable, Sendable {
    package var name: String
    package var transport: String
    package var calls: CallCounts
    package var peakCallers: Int
    package var generator: GeneratorGrade?
    /// `decode` or `level+decode`.
    package var hearing: String
    /// In catalogue order.
    package var metrics: [MetricSummary]
    package var rates: [RateSummary]
    package var control: ControlArm
    /// How far a latency may be off for reasons of the instrument; `nil` in simulated runs.
    package var errorBar: ErrorBar?
    /// What the ear was found to add, and takes off; `nil` where it was not measured.
    package var detector: DetectorBias?
    /// What turns received audio into heard audio; `nil` where the scenario does not have the path.
    package var player: PathPlayer?

    package init(
        name: String, transport: String, calls: CallCounts, peakCallers: Int,
        generator: GeneratorGrade?, hearing: String, metrics: [MetricSummary],
        rates: [RateSummary], control: ControlArm
    ) {
        self.name = name
        self.transport = transport
        self.calls = calls
        self.peakCallers = peakCallers
        self.generator = generator
        self.hearing = hearing
        self.metrics = metrics
        self.rates = rates
        self.control = control
    }
}

/// Calls of one path by what became of them.
package struct CallCounts: Equatable, Sendable {
    package var planned = 0
    package var connected = 0
    package var completed = 0
    /// By reason.
    package var failed: [String: Int] = [:]
    /// By reason: what the first call that failed for it says in a sentence, where it says any.
    package var failureExamples: [String: String] = [:]
    /// Of all calls: what arrived and could not be used, as malformed messages, RTP of a wrong
    /// version, packets of strangers.
    package var packetsRefused = 0
    /// Connected calls by the candidates that ICE chose, ours and the peer's: `relay/host`.
    ///
    /// Empty where no call ran ICE.
    package var routes: [String: Int] = [:]

    package init() {}
}

/// One metric of one path.
///
/// Quantiles are order statistics of the raw samples, censored ones counted as +∞.
package struct MetricSummary: Equatable, Sendable {
    package var name: String
    /// `ms`, or `score`.
    package var unit: String
    /// Samples, censored ones included.
    package var n = 0
    package var censored = 0
    /// Where samples are censored, in the metric's unit.
    package var censoredAt: Double?
    /// Turns left out because they could not be judged.
    package var void = 0
    package var min: Double?
    /// Of the samples that are not censored.
    package var mean: Double?
    package var p50: Double?
    package var p90: Double?
    package var p95: Double?
    package var p99: Double?
    package var p999: Double?
    package var max: Double?
    /// Names of quantiles that lie inside the censored tail, as in `p99`.
    package var beyondTimeout: [String] = []
    /// Two-sided 95 % intervals by quantile name; an upper bound inside the censored tail is `nil`.
    package var intervals: [String: Interval] = [:]
    /// What a reader must know beside the figures, as that a model's constants are assumed.
    package var note: String?

    package init(name: String, unit: String) {
        self.name = name
        self.unit = unit
    }
}

/// Two bounds in a metric's unit; `nil` where a side has none that can be stated.
package struct Interval: Equatable, Sendable, Codable {
    package var lower: Double?
    package var upper: Double?

    package init(lower: Double?, upper: Double?) {
        self.lower = lower
        self.upper = upper
    }
}

/// One rate of one path.
package struct RateSummary: Equatable, Sendable {
    package var name: String
    package var hits: Int
    package var n: Int
    /// `nil` when n is 0.
    package var value: Double?
    /// Wilson, 95 %.
    package var interval: Interval?

    package init(name: String, hits: Int, n: Int, value: Double?, interval: Interval?) {
        self.name = name
        self.hits = hits
        self.n = n
        self.value = value
        self.interval = interval
    }
}

/// What happens to replies that nobody interrupts.
package struct ControlArm: Equatable, Sendable {
    /// Interjections that were scheduled and not said.
    package var calls = 0
    /// Those whose reply ended within two seconds all the same.
    package var stoppedByThemselves = 0

    package init() {}
}

/// One objective as one path met it.
package struct ObjectiveResult: Equatable, Sendable {
    package var path: String
    package var metric: String
    package var expression: String
    package var value: Double?
    package var verdict: ObjectiveVerdict
    package var n: Int
    /// One sentence: why, where it is not plain from the value.
    package var reason: String?
    /// Whether the value is a ratio to a baseline, or the difference of a rate, instead of a
    /// measured one.
    package var isRelative = false
    /// Of a relative one without a value: where the figure lies beyond the end of the watch, ms.
    package var beyond: Double?

    package init(
        path: String, metric: String, expression: String, value: Double?,
        verdict: ObjectiveVerdict, n: Int, reason: String?
    ) {
        self.path = path
        self.metric = metric
        self.expression = expression
        self.value = value
        self.verdict = verdict
        self.n = n
        self.reason = reason
    }
}

/// What the samples say about one objective.
package enum ObjectiveVerdict: String, Sendable, Codable { case pass, fail, inconclusive }
