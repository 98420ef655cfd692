import Analysis

/// What a comparison judged, figure by figure.
struct FindingsTable {
    let document: ComparisonDocument

    /// The table and what its columns mean; empty where nothing was judged.
    var parts: [HTML] {
        let findings = document.comparison.findings
        guard !findings.isEmpty else { return [] }
        let hasPaths = Set(findings.map(\.path)).count > 1
        let heads = [
            "verdict", "figure", document.first.name, document.second.name, "change",
            "\(document.levelText) % interval", "p", "MDE",
        ]
        let rows = findings.map { finding in
            HTML.tag("tr", [:], row(finding, names: hasPaths, heads: heads))
        }
        let caption = "\(document.second.name) against \(document.first.name)"
        return [
            .scrolling(
                caption,
                .tag(
                    "div", ["class": "findings"],
                    HTMLReport.table(caption: caption, heads, rows))),
            .tag("p", ["class": "note"], HTML(legend)),
        ] + reasons
    }

    /// - Parameter heads: of the columns; a narrow screen, which stacks the cells, has them in each.
    private func row(
        _ finding: ComparisonFinding, names hasPaths: Bool, heads: [String]
    ) -> [HTML] {
        let verdict = finding.verdict.map { "\($0.mark) \($0.rawValue)" } ?? ""
        let figure = (hasPaths ? "\(finding.path) " : "") + "\(finding.metric) \(finding.statistic)"
        return [
            .cell(verdict, class: "mark \(finding.verdict?.tone ?? "")"),
            .headerCell(figure, scope: "row"),
        ]
            + zip(
                heads.dropFirst(2),
                [
                    finding.text(finding.first), finding.text(finding.second), finding.changeText,
                    finding.intervalText, finding.riskText, finding.detectableText,
                ]
            ).map { .tag("td", ["class": "number", "data-head": $0], HTML($1)) }
    }

    private var legend: String {
        let terms = document.comparison.terms
        guard document.comparison.design != .single else {
            return "Intervals are those within the runs. How much runs differ by themselves is "
                + "unknown, so that nothing is called better or worse."
        }
        return "p after Holm's correction for \(document.testedCount) figures. MDE: "
            + "the smallest change that as many runs would have found four times in five. "
            + "Equivalent: within ±\(Figure.percentNumber(terms.margin)) %, of rates "
            + "±\(Figure.percentNumber(terms.rateMargin)) points."
    }

    private var reasons: [HTML] {
        let texts = document.reasons + document.differences.map { "differs: " + $0 }
        return texts.isEmpty
            ? [] : [.tag("ul", ["class": "note"], texts.map { .tag("li", [:], HTML($0)) })]
    }
}

extension ComparisonVerdict {
    /// The class that colours it, as a verdict of a run has.
    fileprivate var tone: String {
        switch self {
        case .better: "pass"
        case .worse: "fail"
        case .equivalent: ""
        case .inconclusive: "inconclusive"
        }
    }
}
