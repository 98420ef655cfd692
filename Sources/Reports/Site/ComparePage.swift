package import Analysis

/// Two runs side by side, figure by figure.
package struct ComparePage: Sendable {
    private let first: RunSummary
    private let second: RunSummary
    private let store: String
    private let judgement: Judgement?

    /// What a comparison of them says, or why there is none.
    package enum Judgement: Sendable {
        case document(ComparisonDocument)
        case refusal(String)
    }

    /// - Parameter judgement: `nil` where nobody asked for one.
    package init(
        _ first: RunSummary, _ second: RunSummary, judgement: Judgement? = nil, store: String
    ) {
        self.first = first
        self.second = second
        self.judgement = judgement
        self.store = store
    }

    /// The whole document.
    package func render() -> String {
        var parts = [Self.form(first.run.id, second.run.id), runs]
        switch judgement {
        case .document(let document): parts.append(HTMLReport.answer([document]))
        case .refusal(let reason):
            parts.append(.tag("p", ["class": "grade bad"], HTML("Not judged: \(reason)")))
        case nil: break
        }
        parts += differences
        parts += sharedPaths.map(path)
        if sharedPaths.isEmpty {
            parts.append(
                .tag("p", ["class": "note"], "The two runs have no path of the same name."))
        }
        return SiteFrame.page("Compare", at: .compare, store: store, parts)
    }

    /// The page before two runs are named.
    package static func empty(store: String) -> String {
        SiteFrame.page(
            "Compare", at: .compare, store: store,
            [
                form(nil, nil),
                .tag(
                    "p", ["class": "note"],
                    "A run is named by its id, by the start of it, by latest, or by tag:KEY=VALUE."),
            ])
    }

    private static func form(_ first: String?, _ second: String?) -> HTML {
        .tag(
            "form", ["class": "filter", "action": "/compare", "method": "get"],
            SiteFrame.field("a", "Run A", value: first, hint: "tag:branch=main"),
            SiteFrame.field("b", "Run B", value: second, hint: "latest"),
            .tag("button", ["type": "submit"], "Compare"))
    }

    private var runs: HTML {
        SiteFrame.table(
            "The two runs", head: ["", "Run", "Scenario", "Started", "Mode", "Seed", "Verdict"],
            rows: [("A", first), ("B", second)].map { name, summary in
                let run = summary.run
                return [
                    .headerCell(name, scope: "row"),
                    .tag(
                        "td", [:],
                        .tag("a", ["href": "/run/" + SiteFrame.escaped(run.id)], HTML(run.id))),
                    .cell(run.scenario), .cell(run.startedAt), .cell(run.mode.rawValue),
                    .cell(String(run.seed)),
                    .cell(
                        "\(summary.verdict.mark) \(summary.verdict.rawValue)",
                        class: "mark \(summary.verdict.rawValue)"),
                ]
            })
    }

    /// What makes the two no like for like.
    private var differences: [HTML] {
        let (one, other) = (first.run, second.run)
        let facts: [(String, String, String)] = [
            ("scenario", one.scenario, other.scenario),
            ("mode", one.mode.rawValue, other.mode.rawValue),
            ("seed", String(one.seed), String(other.seed)),
            ("host", one.host.name ?? one.host.kernel, other.host.name ?? other.host.kernel),
            ("talkover", one.version, other.version),
        ]
        let apart = facts.filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1) and \($0.2)" }
        let words =
            [
                .tag(
                    "p", ["class": "note"],
                    HTML(
                        "Published figures beside each other, with their 95 % intervals within each run."
                            + " How much two runs of the same agent differ anyway is not in them."))
            ] as [HTML]
        guard !apart.isEmpty else { return words }
        return words + [
            .tag(
                "p", ["class": "grade bad"],
                .tag("strong", [:], "Not like for like. "),
                HTML(apart.joined(separator: "; ")))
        ]
    }

    private var sharedPaths: [String] {
        first.paths.map(\.name).filter { name in second.paths.contains { $0.name == name } }
    }

    private func path(_ name: String) -> HTML {
        guard let one = first.paths.first(where: { $0.name == name }),
            let other = second.paths.first(where: { $0.name == name })
        else { return .empty }
        let metrics = MetricGroup.all.flatMap(\.metrics).compactMap { metric in
            self.row(metric, one, other)
        }
        return .tag(
            "section", ["aria-label": name],
            .tag("h2", [:], HTML(name)),
            SiteFrame.table(
                "Figures of \(name)",
                head: [
                    "Metric", "A p50", "95 %", "B p50", "95 %", "A p95", "95 %", "B p95", "95 %",
                    "A n", "B n",
                ],
                rows: metrics))
    }

    /// - Returns: `nil` where neither run has it.
    private func row(_ name: String, _ one: PathSummary, _ other: PathSummary) -> [HTML]? {
        let cells: [String]
        if let left = one.metric(name), let right = other.metric(name) {
            guard left.isMeasured || right.isMeasured else { return nil }
            cells =
                [Quantile.p50, .p95].flatMap { quantile in
                    [left, right].flatMap {
                        [$0.text(quantile), $0.intervalText(quantile) ?? ""]
                    }
                } + [String(left.n), String(right.n)]
        } else if let left = one.rates.first(where: { $0.name == name }),
            let right = other.rates.first(where: { $0.name == name }), left.n + right.n > 0
        {
            cells = [
                left.text, left.intervalText ?? "", right.text, right.intervalText ?? "", "", "",
                "", "", "\(left.hits)/\(left.n)", "\(right.hits)/\(right.n)",
            ]
        } else {
            return nil
        }
        return [.headerCell(name, scope: "row")] + cells.map { .cell($0, class: "number") }
    }
}
