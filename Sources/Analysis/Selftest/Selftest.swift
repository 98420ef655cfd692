/// What one host does to a measurement: its limits, its timers, its loads and its own errors.
package struct Selftest: Equatable, Sendable {
    package var id: String
    /// RFC 3339, UTC.
    package var startedAt: String
    package var version: String
    package var gitRevision: String?
    package var host: HostFacts
    package var result: SelftestResult
    /// By path, in the order they were measured in.
    package var biases: [SelftestBias]

    package init(
        id: String, startedAt: String, version: String, gitRevision: String?, host: HostFacts,
        result: SelftestResult, biases: [SelftestBias]
    ) {
        self.id = id
        self.startedAt = startedAt
        self.version = version
        self.gitRevision = gitRevision
        self.host = host
        self.result = result
        self.biases = biases
    }

    /// A host that cannot keep the generator's budget with so few callers is fit for no run.
    package static let decisiveCallers = 100

    /// What makes this host unfit to measure, in words with the figure and the limit.
    ///
    /// Loads of more than ``decisiveCallers`` decide nothing: they tell where the host's limit is.
    package var problems: [String] {
        result.levels.filter { $0.callers <= Self.decisiveCallers }.flatMap(\.sentences)
            + biases.compactMap(\.problem)
    }

    /// What a reader must know of greater loads.
    package var remarks: [String] {
        result.levels.filter { $0.callers > Self.decisiveCallers }.flatMap(\.sentences)
    }

    package var isFit: Bool { problems.isEmpty }

    /// How far the instrument scatters on paths of a kind, ms; `nil` where none was measured.
    ///
    /// The larger of onset and stop. The same dialect counts before others of the transport.
    package func deviation(transport: String, dialect: String?, codec: String) -> Double? {
        let alike = biases.filter {
            $0.transport == transport && $0.codec == codec && $0.what != .firstPacket
        }
        let same = alike.filter { $0.dialect == dialect }
        return (same.isEmpty ? alike : same).compactMap(\.deviation).max()
    }
}

/// What a self-test found, apart from its rows of bias.
package struct SelftestResult: Equatable, Sendable, Codable {
    package var durationSeconds: Double
    /// Fewer callers and samples than by default.
    package var isQuick: Bool
    package var limits: SelftestLimits
    package var timer: SelftestTimer
    /// By callers, fewest first.
    package var levels: [SelftestLevel]
    /// Callers at once while bias was measured; `nil` for a few on all paths together.
    package var biasCallers: Int?

    package init(
        durationSeconds: Double, isQuick: Bool, limits: SelftestLimits, timer: SelftestTimer,
        levels: [SelftestLevel], biasCallers: Int? = nil
    ) {
        self.durationSeconds = durationSeconds
        self.isQuick = isQuick
        self.limits = limits
        self.timer = timer
        self.levels = levels
        self.biasCallers = biasCallers
    }
}
