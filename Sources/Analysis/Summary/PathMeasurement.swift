package import Planning
package import Timeline

/// Every distribution and rate of one path, before anything is published or judged.
package struct PathMeasurement: Sendable {
    package let name: String
    package let transport: String
    /// In the order reports list them.
    package let metrics: [Measured]
    package let rates: [(name: String, proportion: Proportion)]
    package let control: ControlArm
    /// Turns with their voids, in order of call and number.
    package let turns: [TurnInContext]

    package struct Measured: Sendable {
        package let name: String
        /// `ms`, or `score`.
        package let unit: String
        package let distribution: Distribution
        package let censoredAt: Double?
        /// What a reader must know beside the figures.
        var note: String?
    }

    /// - Parameters:
    ///   - material: one path, stalls not yet voided (voiding again changes nothing).
    ///   - scenario: what was run; the path is looked up in it by name.
    ///   - names: the metrics and rates that are asked for; `nil` for all.
    package init(_ material: PathMaterial, scenario: Scenario, only names: Set<String>? = nil) {
        func isWanted(_ name: String) -> Bool { names?.contains(name) ?? true }
        name = material.name
        transport = material.transport
        let calls = [CallID: CallRecord](
            material.calls.lazy.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let turns = material.voidingStalls()
            .sorted { ($0.call, $0.number) < ($1.call, $1.number) }
            .map { TurnInContext($0, in: calls[$0.call]) }
        self.turns = turns

        let path = scenario.paths.first { $0.name == material.name }
        var found: [String: Measured] = [:]
        for metric in TurnMetric.all where isWanted(metric.name) {
            found[metric.name] = Measured(
                name: metric.name,
                unit: "ms",
                distribution: Distribution(clustered: metric.samples(turns)),
                censoredAt: metric.censoring.limit(in: scenario)?.milliseconds
            )
        }
        // Under an open load a call that began late kept its caller waiting all the same.
        let timed =
            scenario.load.isOpen ? material.calls.map { $0.fromPlanned() } : material.calls
        for metric in CallMetric.all where isWanted(metric.name) {
            let values = timed.compactMap { metric.value($0, path) }
            found[metric.name] = Measured(
                name: metric.name,
                unit: metric.name == CallMetric.mos.name ? "score" : "ms",
                distribution: Distribution(values: values),
                censoredAt: nil
            )
        }
        for metric in [FrameMetric.ipdv, .frameDelay] where isWanted(metric.rawValue) {
            found[metric.rawValue] = Measured(
                name: metric.rawValue,
                unit: "ms",
                distribution: material.frames[metric].map { Distribution($0) }
                    ?? Distribution(values: []),
                censoredAt: nil
            )
        }
        if let path, EModel.Codec(named: "\(path.codec)").isAssumed {
            found[CallMetric.mos.name]?.note =
                "assumed: G.113 has no figures for \(path.codec);"
                + " those of G.711 with concealment are used"
        }
        metrics = Self.order.compactMap { found[$0] }
        rates = RateMetric.all.filter { isWanted($0.name) }
            .map { ($0.name, $0.count(material, turns)) }
        control = ControlArm(turns)
    }

    /// What was measured elsewhere, as by several runs together.
    init(
        name: String, transport: String, metrics: [Measured],
        rates: [(name: String, proportion: Proportion)] = [], turns: [TurnInContext] = []
    ) {
        self.name = name
        self.transport = transport
        self.metrics = metrics
        self.rates = rates
        self.turns = turns
        control = ControlArm(turns)
    }

    /// Metric names in the order reports list them: the catalogue's, each agent's view after the
    /// caller's.
    package static let order = [
        "first_audio", "barge_in_cut", "first_audio_edge", "first_audio_backend",
        "barge_in_cut_edge", "barge_in_cut_backend", "first_audio_agent", "barge_in_cut_agent",
        "after_interrupt",
        "resume", "greeting", "first_packet", "lead_silence", "signal_latency", "wire_stop",
        "buffered_at_cut", "stale_audio", "duck", "connect", "setup_dns", "setup_tcp", "setup_tls",
        "setup_upgrade", "setup_signalling", "setup_ice", "setup_dtls", "network_rtt", "jitter",
        "ipdv", "mouth_to_ear", "frame_delay", "overlap",
        "underrun", "mos",
    ]

    package func metric(_ name: String) -> Measured? { metrics.first { $0.name == name } }
    package func rate(_ name: String) -> Proportion? { rates.first { $0.name == name }?.proportion }
}

extension TurnMetric.Censoring {
    /// From where on a sample is censored; `nil` where none ever is.
    package func limit(in scenario: Scenario) -> Nanoseconds? {
        switch self {
        case .never: nil
        case .turnTimeout: scenario.turnTimeout
        case .cutLimit: .cutLimit
        }
    }
}

extension ControlArm {
    /// Interjections kept to oneself while the agent spoke, and how many of its replies ended
    /// within two seconds without them.
    package init(_ turns: some Sequence<TurnInContext>) {
        self.init()
        for context in turns where context.turn.isControl && context.turn.kind.isInterjection {
            guard context.void == nil, context.metSpeech else { continue }
            calls += 1
            if context.stopped(within: .cutLimit) != nil { stoppedByThemselves += 1 }
        }
    }
}
