import Analysis
import Planning

/// One run, or all runs of a group, summed up for a verdict.
struct GroupSummary {
    /// In the order in which they were made; not empty.
    let runs: [SideRun]

    /// The path that is asked for; `nil` for all of them.
    var path: String?

    /// The objectives of the newest run judged on everything that the runs measured together, with
    /// the grade of the worst of them; what is relative to a baseline comes behind.
    func summary(relative: [ObjectiveResult] = []) -> RunSummary {
        guard let first = runs.first, let last = runs.last else {
            preconditionFailure("a group without a run")
        }
        let worst = runs.first { !isValid($0.summary) } ?? first
        var summary = first.summary
        let risk = Look(tags: first.material.run.tags).risk
        if runs.count > 1 || risk != .oneSided {
            let pooled = RunMaterial.pooled(runs.map(\.material))
            let measured = pooled.paths.map { PathMeasurement($0, scenario: pooled.scenario) }
            let whole = Summarizer.summarize(pooled)
            summary.objectives = ObjectiveJudge.judge(
                last.material.scenario.objectives, on: measured, risk: risk)
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
        if let path {
            summary.paths.removeAll { $0.name != path }
            summary.objectives.removeAll { $0.path != path }
        }
        summary.objectives += relative
        let states = runs.map(\.material.state)
        summary.verdict = Verdict(
            state: states.first { $0 != .finished } ?? .finished,
            isGeneratorValid: runs.allSatisfy { isValid($0.summary) },
            unreachable: runs.contains { run in
                asked(run.summary).contains { $0.calls.planned > 0 && $0.calls.connected == 0 }
            },
            objectives: summary.objectives.map(\.verdict))
        return summary
    }

    private func asked(_ summary: RunSummary) -> [PathSummary] {
        summary.paths.filter { path == nil || $0.name == path }
    }

    /// Whether the generator kept to its budget, on the path alone where one is asked for.
    private func isValid(_ summary: RunSummary) -> Bool {
        guard path != nil else { return summary.generator?.valid ?? true }
        return asked(summary).allSatisfy { $0.generator?.valid ?? true }
    }
}
