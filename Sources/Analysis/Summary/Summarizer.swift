import Planning
package import Timeline

/// Computes everything that is published of a run from what was observed.
package enum Summarizer {
    /// A pure function: the same material gives the same summary, whether it comes from memory or
    /// the store.
    package static func summarize(_ material: RunMaterial) -> RunSummary {
        let measured = material.paths.map { PathMeasurement($0, scenario: material.scenario) }
        let isLive = material.run.mode == .live
        let callers = isLive ? CallerSeconds(material.paths) : nil
        let paths = zip(material.paths, measured).map { path, measurement in
            summary(of: path, measurement, callers: callers, in: material)
        }
        let generator = isLive ? GeneratorGrade.ofRun(material, paths: paths) : nil
        let players = pathPlayers(of: material.scenario)
        let objectives = ObjectiveJudge.judge(material.scenario.objectives, on: measured)
        var run = RunSummary(
            run: material.run,
            verdict: Verdict(
                state: material.state,
                isGeneratorValid: generator?.valid ?? true,
                unreachable: paths.contains { $0.calls.planned > 0 && $0.calls.connected == 0 },
                objectives: objectives.map(\.verdict)
            ),
            generator: generator,
            paths: paths,
            objectives: objectives
        )
        for index in run.paths.indices {
            run.paths[index].player = players[run.paths[index].name]
        }
        run.differences = PathDifference.all(
            measured, players: players, seed: material.run.seed)
        return run
    }

    private static func pathPlayers(of scenario: Scenario) -> [String: PathPlayer] {
        [String: PathPlayer](
            scenario.paths.map { ($0.name, PathPlayer($0.player)) },
            uniquingKeysWith: { first, _ in first })
    }

    private static func summary(
        of path: PathMaterial, _ measurement: PathMeasurement, callers: CallerSeconds?,
        in run: RunMaterial
    ) -> PathSummary {
        let grade = callers.map {
            GeneratorGrade.ofPath(path, callers: $0, isOpen: run.scenario.load.isOpen)
        }
        var summary = PathSummary(
            name: path.name,
            transport: path.transport,
            calls: CallCounts(path.calls.sorted { $0.id < $1.id }),
            peakCallers: path.sorted().seconds.map(\.callers).max() ?? 0,
            generator: grade,
            hearing: path.hearing,
            metrics: measurement.metrics.map { MetricSummary($0) },
            rates: measurement.rates.map { RateSummary(name: $0.name, proportion: $0.proportion) },
            control: measurement.control
        )
        summary.errorBar = grade.map { grade in
            ErrorBar(
                path,
                configuration: run.scenario.paths.first { $0.name == path.name },
                grade: grade, selftest: run.selftest)
        }
        summary.detector = path.detector
        return summary
    }
}

extension MetricSummary {
    /// What is published of a metric as it was measured.
    init(_ measured: PathMeasurement.Measured) {
        self.init(
            name: measured.name,
            unit: measured.unit,
            distribution: measured.distribution,
            censoredAt: measured.censoredAt
        )
        note = measured.note
    }
}

extension CallCounts {
    /// - Parameter calls: in order of their number, so that examples are of the first.
    package init(_ calls: [CallRecord]) {
        self.init()
        planned = calls.count
        for call in calls {
            if call.connected != nil { connected += 1 }
            packetsRefused += call.media.packetsRefused
            if let local = call.media.localCandidate, let remote = call.media.remoteCandidate {
                routes["\(local.rawValue)/\(remote.rawValue)", default: 0] += 1
            }
            switch call.outcome {
            case .completed: completed += 1
            case .failed: count(call)
            case .interrupted: break
            }
        }
    }

    private mutating func count(_ call: CallRecord) {
        let reason = call.reason ?? CallCounts.unknownReason
        failed[reason, default: 0] += 1
        guard failureExamples[reason] == nil, let detail = call.detail, !detail.isEmpty else {
            return
        }
        failureExamples[reason] = detail
    }

    /// Stands for a reason that was never recorded.
    private static let unknownReason = "unknown"
}
