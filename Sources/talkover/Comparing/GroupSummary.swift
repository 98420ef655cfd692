import Analysis
import Planning

/// One run, or all runs of a group, summed up for a verdict.
struct GroupSummary {
    /// In the order in which they were made; not empty.
    let runs: [SideRun]

    /// The objectives judged on everything that the runs measured together, with the grade of the
    /// worst of them; what is relative to a baseline comes behind.
    ///
    /// - Parameter risk: of each objective's bound.
    func summary(
        risk: QuantileRanks.Risk = .oneSided, relative: [ObjectiveResult] = []
    ) -> RunSummary {
        guard let first = runs.first else { preconditionFailure("a group without a run") }
        let worst = runs.first { $0.summary.generator?.valid == false } ?? first
        var summary = first.summary
        if runs.count > 1 || risk != .oneSided {
            let pooled = RunMaterial.pooled(runs.map(\.material))
            let measured = pooled.paths.map { PathMeasurement($0, scenario: pooled.scenario) }
            let whole = Summarizer.summarize(pooled)
            summary.objectives = ObjectiveJudge.judge(
                pooled.scenario.objectives, on: measured, risk: risk)
            summary.paths = whole.paths.map { path in
                var path = path
                let graded = worst.summary.paths.first { $0.name == path.name }
                path.generator = graded?.generator
                path.errorBar = graded?.errorBar
                path.peakCallers = graded?.peakCallers ?? path.peakCallers
                return path
            }
            summary.generator = worst.summary.generator
            // What a group shows of differences is its comparison.
            summary.differences = []
            if runs.count > 1 { summary.pooledRuns = runs.map(\.material.run) }
            summary.run.durationSeconds = runs.reduce(0) {
                $0 + $1.material.run.durationSeconds
            }
        }
        summary.objectives += relative
        let states = runs.map(\.material.state)
        summary.verdict = Verdict(
            state: states.first { $0 != .finished } ?? .finished,
            isGeneratorValid: summary.generator?.valid ?? true,
            unreachable: runs.contains { $0.summary.verdict == .unreachable },
            objectives: summary.objectives.map(\.verdict))
        return summary
    }
}
