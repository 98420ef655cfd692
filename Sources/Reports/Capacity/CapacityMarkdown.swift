package import Analysis

/// A capacity as Markdown, short enough for a comment on a pull request.
package enum CapacityMarkdown {
    /// The answers, the loads they rest on and what follows, ending in a newline.
    ///
    /// What users wrote is escaped.
    package static func render(_ material: CapacityReportMaterial) -> String {
        let run = material.run
        var blocks = [
            "### Talkover: capacity of \(escaped(run.scenario))",
            table(
                heads: ["path", "capacity", "bracket", "how it ended"],
                rows: material.paths.map {
                    [
                        escaped($0.name), "**\($0.answer)**", $0.bracket,
                        escaped(
                            [$0.sentence, $0.soakWording].compactMap(\.self)
                                .joined(separator: "; ")),
                    ]
                }),
        ]
        for path in material.paths where !path.points.isEmpty {
            blocks.append("**\(escaped(path.name))**, every run:")
            blocks.append(loads(path))
            blocks.append(facts(path).map { "- " + escaped($0) }.joined(separator: "\n"))
        }
        blocks.append(CapacityReportMaterial.definition)
        let footer =
            ["\(run.mode.rawValue) \(run.id)"] + material.settingsFacts
            + ["seed \(run.seed)", run.startedAt, "talkover \(run.version)"]
        blocks.append(escaped(footer.joined(separator: " · ")))
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private static func loads(_ path: CapacityPath) -> String {
        let titles = path.objectiveTitles
        let points = path.points.enumerated().sorted {
            ($0.element.callers, $0.offset) < ($1.element.callers, $1.offset)
        }.map(\.element)
        return table(
            heads: ["callers", "verdict"]
                + titles.map { escaped("\($0.metric) \($0.expression)") } + ["turns/s"],
            rows: points.map { point in
                let values = titles.map { title -> String in
                    guard let result = point.objectives.first(where: { title.isOf($0) }) else {
                        return Figure.absent
                    }
                    return "\(point.valueText(result)) \(result.verdict.mark)"
                }
                return ["\(point.callers)", "\(point.outcome.mark) \(point.outcome.wording)"]
                    + values + [Figure.plain(point.turnsPerSecond)]
            })
    }

    private static func facts(_ path: CapacityPath) -> [String] {
        path.profile.map { share in
            let latencies = share.point.latencies.map {
                "\($0.name) p50 \($0.text(.p50)), p95 \($0.text(.p95))"
            }
            return "at \(Figure.fixed(100 * share.share, 0)) % (\(share.point.callers)): "
                + latencies.joined(separator: "; ") + " ms"
        }
            + [
                path.agentWording.map { "agent: " + $0 },
                "scalability: " + path.scalabilityWording, path.planWording.map { "plan: " + $0 },
            ].compactMap(\.self)
    }

    private static func table(heads: [String], rows: [[String]]) -> String {
        let lines = [heads, heads.map { _ in "---" }] + rows
        return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }

    private static func escaped(_ text: String) -> String { MarkdownReport.escaped(text) }
}
