import Analysis

/// Metrics that are read together, in the order in which a report shows them.
struct MetricGroup: Equatable, Sendable {
    var title: String
    var metrics: [String]

    /// The order of every report: what a run is for first, what explains it after.
    static let all: [MetricGroup] = [
        MetricGroup(
            title: "headline",
            metrics: [
                "first_audio", "first_audio_edge", "first_audio_backend", "barge_in_cut",
                "barge_in_cut_edge", "barge_in_cut_backend", "response_rate", "yield_rate",
            ]
        ),
        MetricGroup(
            title: "starting to talk",
            metrics: [
                "first_audio_agent", "first_packet", "lead_silence", "greeting", "after_interrupt",
                "agent_interrupts", "pause_takeover",
            ]
        ),
        MetricGroup(
            title: "falling silent",
            metrics: [
                "barge_in_cut_agent", "signal_latency", "wire_stop", "buffered_at_cut",
                "stale_audio", "duck",
                "resume", "false_interrupt", "overlap",
            ]
        ),
        MetricGroup(
            title: "setting up a call",
            metrics: [
                "call_success", "connect", "setup_dns", "setup_tcp", "setup_tls", "setup_upgrade",
                "setup_signalling", "setup_ice", "setup_dtls",
            ]
        ),
        MetricGroup(
            title: "media",
            metrics: [
                "mos", "loss", "remote_loss", "concealment", "frame_late", "network_rtt", "jitter",
                "ipdv", "mouth_to_ear", "frame_delay", "underrun",
            ]
        ),
    ]

    static let headline = ["first_audio", "barge_in_cut"]

    /// What `connect` is made of, in the order in which it happens.
    static let phases = [
        "setup_dns", "setup_tcp", "setup_tls", "setup_upgrade", "setup_signalling", "setup_ice",
        "setup_dtls",
    ]

    /// The metric that `name` is a part of, and what the part is called there; `nil` for a whole.
    static func part(_ name: String) -> (whole: String, title: String)? {
        if phases.contains(name) { return ("connect", String(name.dropFirst("setup_".count))) }
        for whole in headline {
            for leg in ["edge", "backend"] where name == "\(whole)_\(leg)" { return (whole, leg) }
        }
        return nil
    }

    /// Whether a report lists it even where no path has it.
    static func isAlwaysShown(_ name: String) -> Bool {
        all[0].metrics.contains(name) && part(name) == nil
    }

    /// The groups of a run: in report order, unknown names last, nothing that no path has.
    static func groups(of summary: RunSummary) -> [MetricGroup] {
        var present: [String] = []
        for path in summary.paths {
            for name in path.metrics.map(\.name) + path.rates.map(\.name)
            where !present.contains(name) { present.append(name) }
        }
        var groups = all.map { group in
            MetricGroup(title: group.title, metrics: group.metrics.filter { present.contains($0) })
        }
        let known = Set(all.flatMap(\.metrics))
        groups.append(MetricGroup(title: "other", metrics: present.filter { !known.contains($0) }))
        return groups.filter { !$0.metrics.isEmpty }
    }
}

/// What one path shows under one name: a distribution, a rate, or nothing.
enum Measurement {
    case distribution(MetricSummary)
    case rate(RateSummary)
    case missing

    var isMeasured: Bool {
        switch self {
        case .distribution(let metric): metric.isMeasured
        case .rate(let rate): rate.n > 0
        case .missing: false
        }
    }
}

extension PathSummary {
    func measurement(_ name: String) -> Measurement {
        if let metric = metrics.first(where: { $0.name == name }) { return .distribution(metric) }
        if let rate = rates.first(where: { $0.name == name }) { return .rate(rate) }
        return .missing
    }

    func metric(_ name: String) -> MetricSummary? { metrics.first { $0.name == name } }

    /// Failed calls by reason, the most frequent first, with what one of them says.
    var failures: [(reason: String, calls: Int, example: String?)] {
        calls.failed.filter { $0.value > 0 }
            .map { (reason: $0.key, calls: $0.value, example: calls.failureExamples[$0.key]) }
            .sorted { ($1.calls, $0.reason) < ($0.calls, $1.reason) }
    }

    /// What arrived and could not be used: an agent that is not understood looks like a mute one.
    ///
    /// `nil` where there was nothing of the kind.
    var refusal: String? {
        guard calls.packetsRefused > 0 else { return nil }
        return "\(calls.packetsRefused) messages or packets that were malformed, of another format "
            + "or from a stranger"
    }

    /// What candidates ICE chose, where not all were those of the hosts: `12 relay/host, 3 host/host`.
    var routes: String? {
        let found = calls.routes.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        guard found.contains(where: { $0.key != "host/host" }) else { return nil }
        return found.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    /// Medians of the phases of `connect` that the path has: `signalling 8.1 · ice 12.4 ms`.
    var phases: String? {
        let parts = MetricGroup.phases.compactMap { name -> String? in
            guard let part = MetricGroup.part(name), let p50 = metric(name)?.p50 else { return nil }
            return "\(part.title) \(Figure.plain(p50))"
        }
        return parts.isEmpty ? nil : parts.joined(separator: " · ") + " ms"
    }
}
