package import Analysis

/// One of the runs of a comparison.
package struct ReportedRun: Sendable {
    package var summary: RunSummary
    package var detail: ReportDetail

    package init(summary: RunSummary, detail: ReportDetail) {
        self.summary = summary
        self.detail = detail
    }
}

extension HTMLReport {
    /// Two runs or more on one page: what differs between them, and their paths side by side.
    ///
    /// It sets figures beside each other, each with the interval within its run; it does not judge.
    package static func comparison(of runs: [ReportedRun]) -> String {
        comparison(of: runs, leading: [])
    }

    /// The same below what a comparison of them says.
    ///
    /// - Parameter runs: one for each side; one for both where they are paths of the same.
    package static func comparison(
        _ document: ComparisonDocument, of runs: [ReportedRun]
    ) -> String {
        comparison(of: runs, leading: [answer([document])])
    }

    /// - Parameter leading: sections that stand before everything else, as a verdict does.
    static func comparison(of runs: [ReportedRun], leading: [HTML]) -> String {
        let (summary, detail) = MergedRuns(runs).merged()
        let names = Set(detail.definitions.map(\.name))
        let version = summary.run.version
        let title =
            leading.isEmpty ? "Comparison of \(Figure.count(runs.count, "run"))" : "Comparison"
        let body: [HTML] = [
            .tag("a", ["class": "skip", "href": "#measurements"], "Skip to the measurements"),
            .tag("header", ["class": "top"], [brand, .tag("h1", [:], HTML(title))]),
            .tag(
                "main", [:],
                leading + [
                    RunsTable(runs: runs).section(),
                    headline(summary),
                    stages(summary, detail),
                    MeasurementTable(summary: summary, defined: names, isWholeRun: false).section(),
                    carriage(summary, detail),
                    distributions(detail),
                    timeline(detail),
                    definitions(detail),
                ]),
            footer(version: version),
        ]
        return HTML.document(
            head: head(title: title + " · Talkover", version: version, plays: false),
            body: body + scripts(PageData.document(summary, detail)))
    }
}
