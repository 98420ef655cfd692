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
            summary(of: path, measurement, callers: callers)
        }
        let generator = isLive ? GeneratorGrade.ofRun(material, paths: paths) : nil
        let objectives = ObjectiveJudge.judge(material.scenario.objectives, on: measured)
        return RunSummary(
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
    }

    private static func summary(
        of path: PathMaterial, _ measurement: PathMeasurement, callers: CallerSeconds?
    ) -> PathSummary {
        PathSummary(
            name: path.name,
            transport: path.transport,
            calls: CallCounts(path.calls),
            peakCallers: path.sorted().seconds.map(\.callers).max() ?? 0,
            generator: callers.map { GeneratorGrade.ofPath(path, callers: $0) },
            hearing: path.hearing,
            metrics: measurement.metrics.map { MetricSummary($0) },
            rates: measurement.rates.map { RateSummary(name: $0.name, proportion: $0.proportion) },
            control: measurement.control
        )
    }
}

extension MetricSummary {
    fileprivate init(_ measured: PathMeasurement.Measured) {
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
    package init(_ calls: [CallRecord]) {
        self.init()
        planned = calls.count
        for call in calls {
            if call.connected != nil { connected += 1 }
            packetsRefused += call.media.packetsRefused
            switch call.outcome {
            case .completed: completed += 1
            case .failed: failed[call.reason ?? "unknown", default: 0] += 1
            case .interrupted: break
            }
        }
    }
}
