import Analysis

extension HTMLReport {
    /// The first thing on the page: which path is faster, by how much, how sure that is, and why.
    static func answer(_ summary: RunSummary) -> HTML {
        let differences = Difference.all(in: summary)
        let found =
            differences.isEmpty ? summary.paths.map(alone).filter { !$0.isEmpty } : []
        guard !differences.isEmpty || !found.isEmpty else { return .empty }
        var parts = differences.map { difference in
            HTML.tag(
                "div", ["class": "claim"],
                [
                    .tag("p", ["class": "lead"], HTML(difference.sentence + ".")),
                    difference.figures.map {
                        .tag("p", [:], HTML($0.prefix(1).uppercased() + $0.dropFirst() + "."))
                    }
                        ?? .empty,
                    difference.reason.map {
                        .tag(
                            "p", [:],
                            [.tag("strong", [:], "Why: "), HTML($0 + ".")])
                    } ?? .empty,
                ])
        }
        parts += found.map { sentences in
            HTML.tag(
                "div", ["class": "claim"],
                sentences.map { .tag("p", ["class": "lead"], HTML($0)) })
        }
        if differences.contains(where: \.isClaim) {
            let method = Difference.method(paths: summary.paths.count)
            parts.append(
                .tag(
                    "p", ["class": "note"],
                    HTML("This holds \(Difference.caveat). \(method).")))
        }
        return .section(id: "answer", "In short", parts)
    }

    /// What a group of runs says of its paths: verdicts that know how runs differ.
    static func answer(_ comparisons: [ComparisonDocument]) -> HTML {
        let claims = comparisons.map { document in
            let problems = (document.invalid + document.obstacles).map {
                HTML.tag("p", ["class": "bad"], HTML($0 + "."))
            }
            return HTML.tag(
                "div", ["class": "claim"],
                problems
                    + document.sentences.map { .tag("p", ["class": "lead"], HTML($0 + ".")) }
                    + [.tag("p", ["class": "note"], HTML(document.designText))]
                    + FindingsTable(document: document).parts)
        }
        return .section(id: "answer", "In short", claims)
    }

    /// What one path did, where there is nothing to hold it against.
    private static func alone(_ path: PathSummary) -> [String] {
        MetricGroup.headline.compactMap { name in
            guard let metric = path.metric(name), let p50 = metric.p50 else { return nil }
            let what = name == "first_audio" ? "answered in" : "fell silent"
            let after = name == "first_audio" ? "" : " after an interruption began"
            var text = "\(path.name) \(what) \(Figure.plain(p50)) ms\(after) at the median"
            if let interval = metric.intervalText(.p50) {
                text += " (95 % interval \(interval) ms)"
            }
            if let p95 = metric.p95 { text += ", and in \(Figure.plain(p95)) ms at p95" }
            return text + "."
        }
    }
}
