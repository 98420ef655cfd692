package import Planning

/// Holds measured paths against a scenario's objectives.
///
/// Every verdict but those of `min` and `max` rests on a one-sided 95 % bound: a path fails when
/// even the favourable end of what the samples allow breaks the limit, passes when the unfavourable
/// end keeps it, and is inconclusive in between.
package enum ObjectiveJudge {
    /// One result per path and objective, paths in order, then objectives.
    ///
    /// An objective on something that a path's transport cannot show, as packet loss on WebSocket,
    /// is judged on the other paths alone; where no path can show it, it is inconclusive on all.
    ///
    /// - Parameter risk: of each bound; half the usual where a second look is kept open.
    package static func judge(
        _ objectives: [Objective], on paths: [PathMeasurement],
        risk: QuantileRanks.Risk = .oneSided
    ) -> [ObjectiveResult] {
        paths.flatMap { path in
            objectives.compactMap { objective in
                let isShownElsewhere = paths.contains { $0.canShow(objective.metric) }
                if !path.canShow(objective.metric), isShownElsewhere { return nil }
                return judge(objective, on: path, risk: risk)
            }
        }
    }

    /// One objective on one path.
    ///
    /// - Parameter pending: trials of a rate that are under way, each counted as what the objective
    ///   wishes for.
    package static func judge(
        _ objective: Objective, on path: PathMeasurement, risk: QuantileRanks.Risk = .oneSided,
        pending: Int = 0
    ) -> ObjectiveResult {
        var finding: Finding
        var count = 0
        if objective.aggregate == .rate {
            let counted = path.rate(objective.metric) ?? Proportion(hits: 0, trials: 0)
            count = counted.trials
            let wished = objective.wantsLess ? 0 : pending
            finding = judge(
                objective,
                on: Proportion(hits: counted.hits + wished, trials: counted.trials + pending),
                risk: risk)
            finding.value = finding.value.flatMap { _ in counted.value }
        } else if let measured = path.metric(objective.metric) {
            count = measured.distribution.count
            finding = judge(objective, on: measured, risk: risk)
        } else {
            finding = .inconclusive("\(objective.metric) is not measured as a distribution")
        }
        return ObjectiveResult(
            path: path.name,
            metric: objective.metric,
            expression: objective.expression,
            value: finding.value,
            verdict: finding.verdict,
            n: count,
            reason: finding.reason
        )
    }

    /// What samples say about a limit.
    struct Finding: Equatable {
        var value: Double?
        var verdict: ObjectiveVerdict
        var reason: String?

        static func inconclusive(_ reason: String, value: Double? = nil) -> Finding {
            Finding(value: value, verdict: .inconclusive, reason: reason)
        }
    }

    private static func judge(
        _ objective: Objective, on measured: PathMeasurement.Measured, risk: QuantileRanks.Risk
    ) -> Finding {
        let distribution = measured.distribution
        guard distribution.count > 0 else { return .inconclusive("n=0: nothing was measured") }
        switch objective.aggregate {
        case .quantile(let quantile):
            return judge(objective, quantile: quantile, of: distribution, risk: risk)
        case .median:
            return judge(objective, quantile: 0.5, of: distribution, risk: risk)
        case .average:
            return judgeMean(objective, of: measured, risk: risk)
        case .minimum:
            return judge(objective, observed: distribution.value(rank: 1))
        case .maximum:
            return judge(objective, observed: distribution.value(rank: distribution.count))
        case .rate:
            return .inconclusive("\(objective.metric) is no rate")
        }
    }
}

extension PathMeasurement {
    /// Whether the transport can show the metric at all; what was measured settles it.
    func canShow(_ metric: String) -> Bool {
        if let measured = self.metric(metric)?.distribution, measured.count + measured.void > 0 {
            return true
        }
        if let proportion = rate(metric), proportion.trials > 0 { return true }
        guard let transport = Transport(rawValue: transport) else { return true }
        return !transport.cannotShow.contains(metric)
    }
}

extension Transport {
    /// Metrics that calls over it can never have a sample of.
    ///
    /// What depends on the agent or on the edge of a hybrid is not here: there, nothing measured
    /// is a finding.
    fileprivate var cannotShow: Set<String> {
        let legs: Set<String> = [
            "first_audio_edge", "first_audio_backend", "barge_in_cut_edge", "barge_in_cut_backend",
        ]
        let peer: Set<String> = ["setup_signalling", "setup_ice", "setup_dtls"]
        let stream: Set<String> = ["setup_dns", "setup_tcp", "setup_tls"]
        let events: Set<String> = ["signal_latency", "stale_audio"]
        switch self {
        case .websocket:
            return legs.union(peer).union(["jitter", "ipdv", "loss", "remote_loss"])
        case .rtp: return legs.union(peer).union(stream).union(events).union(["setup_upgrade"])
        case .webrtc: return legs.union(["setup_upgrade"])
        case .hybrid: return events.union(["setup_upgrade"])
        }
    }
}
