import Analysis

/// Several runs as one with the paths of all, so that every table and plot of a run can hold them.
struct MergedRuns {
    private let runs: [ReportedRun]

    init(_ runs: [ReportedRun]) { self.runs = runs }

    /// `A`, `B` … in the order in which the runs were named.
    static func letter(_ index: Int) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return index < letters.count ? String(letters[index]) : "R\(index + 1)"
    }

    /// Paths of one name stand together, in the order of the first run that has them.
    func merged() -> (RunSummary, ReportDetail) {
        var names: [String] = []
        for run in runs {
            for path in run.summary.paths where !names.contains(path.name) {
                names.append(path.name)
            }
        }
        var paths: [PathSummary] = []
        var detail = ReportDetail(definitions: runs.first?.detail.definitions ?? [])
        for name in names {
            for (index, run) in runs.enumerated() {
                guard var path = run.summary.paths.first(where: { $0.name == name }) else {
                    continue
                }
                let label = "\(Self.letter(index)) \(name)"
                path.name = label
                paths.append(path)
                if var curves = run.detail.curves.first(where: { $0.name == name }) {
                    curves.name = label
                    detail.curves.append(curves)
                }
                if var explanation = run.detail.explanations.first(where: { $0.name == name }) {
                    explanation.name = label
                    detail.explanations.append(explanation)
                }
            }
        }
        guard var summary = runs.first?.summary else {
            preconditionFailure("a comparison of no runs")
        }
        summary.paths = paths
        summary.objectives = []
        summary.differences = []
        return (summary, detail)
    }
}
