import Analysis

/// The runs of a store as a page: newest first, filtered, each a link to its report.
package struct RunsPage: Sendable {
    /// What of the store is shown.
    package struct Filter: Equatable, Sendable {
        /// Empty for every scenario.
        package var scenario: String
        /// `K=V`; empty for every run.
        package var tag: String

        package init(scenario: String = "", tag: String = "") {
            self.scenario = scenario
            self.tag = tag
        }

        /// Whether a run is shown.
        package func holds(_ row: RunTable.Row) -> Bool {
            guard scenario.isEmpty || row.run.scenario == scenario else { return false }
            guard !tag.isEmpty else { return true }
            let parts = tag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = row.run.tags[String(parts[0])]
            return parts.count == 1 ? value != nil : value == String(parts[1])
        }
    }

    /// More would only make the page long; a filter finds the rest.
    package static let runsAtMost = 500

    private let rows: [RunTable.Row]
    private let filter: Filter
    private let store: String

    /// - Parameter rows: every run of the store, newest first.
    package init(_ rows: [RunTable.Row], filter: Filter, store: String) {
        self.rows = rows
        self.filter = filter
        self.store = store
    }

    /// The whole document.
    package func render() -> String {
        let found = rows.filter(filter.holds)
        var parts = [filterForm]
        if found.isEmpty {
            parts.append(
                .tag(
                    "p", ["class": "note"],
                    HTML(
                        rows.isEmpty
                            ? "No runs yet: `talkover run` makes the first."
                            : "No run has that scenario and tag.")))
        } else {
            parts.append(list(Array(found.prefix(Self.runsAtMost))))
        }
        if found.count > Self.runsAtMost {
            parts.append(
                .tag(
                    "p", ["class": "note"],
                    HTML("\(found.count - Self.runsAtMost) older runs are not listed; filter.")))
        }
        return SiteFrame.page("Runs", at: .runs, store: store, parts)
    }

    private var filterForm: HTML {
        var scenarios: [String] = []
        for row in rows where !scenarios.contains(row.run.scenario) {
            scenarios.append(row.run.scenario)
        }
        return .tag(
            "form", ["class": "filter", "action": "/", "method": "get"],
            SiteFrame.choice(
                "scenario", "Scenario", [("", "every scenario")] + scenarios.map { ($0, $0) },
                chosen: filter.scenario),
            SiteFrame.field("tag", "Tag", value: filter.tag, hint: "branch=main"),
            .tag("button", ["type": "submit"], "Show"))
    }

    /// The list is a form of its own: two runs that are picked are compared.
    private func list(_ rows: [RunTable.Row]) -> HTML {
        .tag(
            "form", ["action": "/compare", "method": "get"],
            SiteFrame.table(
                "Runs",
                head: [
                    "A", "B", "Run", "Started", "Scenario", "Mode", "Verdict", "Paths", "Revision",
                    "Tags",
                ],
                rows: rows.enumerated().map { cells($1, number: $0) }),
            .tag("p", [:], .tag("button", ["type": "submit"], "Compare A with B")))
    }

    private func cells(_ row: RunTable.Row, number: Int) -> [HTML] {
        let tags = row.run.tags.sorted { $0.key < $1.key }
        return [
            pick("a", row, isChosen: number == 1), pick("b", row, isChosen: number == 0),
            .tag(
                "th", ["scope": "row"],
                .tag("a", ["href": "/run/" + SiteFrame.escaped(row.run.id)], HTML(row.run.id))),
            .cell(String(row.run.startedAt.prefix(19)).replacing("T", with: " "), class: "time"),
            .tag(
                "td", [:],
                .tag(
                    "a",
                    [
                        "href": SiteFrame.link(
                            "/trends",
                            ["scenario": row.run.scenario, "mode": row.run.mode.rawValue])
                    ], HTML(row.run.scenario))),
            .cell(row.run.mode.rawValue),
            verdict(row),
            .cell(row.paths.joined(separator: ", ")),
            .cell(row.run.gitRevision.map { String($0.prefix(12)) } ?? ""),
            .tag(
                "td", [:],
                .joined(
                    tags.map { key, value in
                        .tag(
                            "a", ["href": SiteFrame.link("/", ["tag": "\(key)=\(value)"])],
                            HTML("\(key)=\(value)"))
                    }, separator: " ")),
        ]
    }

    private func pick(_ side: String, _ row: RunTable.Row, isChosen: Bool) -> HTML {
        let label = "\(row.run.id) as \(side.uppercased())"
        return .tag(
            "td", [:],
            isChosen
                ? .void(
                    "input",
                    [
                        "type": "radio", "name": side, "value": row.run.id, "aria-label": label,
                        "checked": "",
                    ])
                : .void(
                    "input",
                    ["type": "radio", "name": side, "value": row.run.id, "aria-label": label]))
    }

    private func verdict(_ row: RunTable.Row) -> HTML {
        guard row.state != .unfinished, let verdict = row.verdict else {
            return .cell("… unfinished", class: "faint")
        }
        return .cell("\(verdict.mark) \(verdict.rawValue)", class: "mark \(verdict.rawValue)")
    }
}
