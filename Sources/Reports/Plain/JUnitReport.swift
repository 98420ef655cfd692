package import Analysis

/// A run as JUnit XML: one test case per objective, and a last one for the verdict.
///
/// An objective that failed is a `failure`, as is one that could not be decided; a run that is no
/// measurement is an `error` of the verdict case, which is red whenever the verdict is not `pass`.
package enum JUnitReport {
    private struct Case {
        var classname: String
        var name: String
        /// `failure` or `error`; `nil` for a case that is green.
        var element: String?
        var type = ""
        var message = ""
        var details = ""
    }

    /// One XML document in UTF-8, ending in a newline.
    package static func render(_ summary: RunSummary) -> String {
        let cases = summary.objectives.map { objective($0, in: summary) } + [verdict(summary)]
        let failures = cases.count { $0.element == "failure" }
        let errors = cases.count { $0.element == "error" }
        let seconds = Figure.fixed(max(0, summary.run.durationSeconds), 3)
        let time = seconds == Figure.absent ? "0" : seconds
        let counts =
            "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"\(errors)\" time=\"\(time)\""
        let name = "talkover." + summary.run.scenario
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            "<testsuites name=\"talkover\" \(counts)>",
            "  <testsuite name=\(quoted(name)) \(counts) skipped=\"0\" "
                + "timestamp=\(quoted(summary.run.startedAt))>",
        ]
        lines += properties(summary.run)
        for item in cases { lines += element(item) }
        lines += ["  </testsuite>", "</testsuites>"]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func objective(_ objective: ObjectiveResult, in summary: RunSummary) -> Case {
        var item = Case(
            classname: objective.path, name: "\(objective.metric): \(objective.expression)"
        )
        let measured = "measured \(summary.valueText(objective))"
        item.message = "\(measured): \(objective.reason ?? "n=\(objective.n)")"
        switch objective.verdict {
        case .pass: break
        case .fail:
            item.element = "failure"
            item.type = "objective_failed"
        case .inconclusive:
            item.element = "failure"
            item.type = "objective_inconclusive"
        }
        return item
    }

    private static func verdict(_ summary: RunSummary) -> Case {
        var item = Case(classname: "talkover", name: "verdict")
        item.message = "\(summary.verdict.rawValue): \(summary.verdictSentence)"
        item.type = "verdict_\(summary.verdict.rawValue)"
        item.details = (summary.generator?.problems ?? []).joined(separator: "\n")
        switch summary.verdict {
        case .pass: break
        case .fail, .inconclusive: item.element = "failure"
        case .invalid, .interrupted, .unreachable: item.element = "error"
        }
        return item
    }

    private static func properties(_ run: RunFacts) -> [String] {
        var pairs = [
            ("run", run.id), ("mode", run.mode.rawValue), ("seed", "\(run.seed)"),
            ("version", run.version), ("host", "\(run.host.cores) cores, \(run.host.kernel)"),
        ]
        pairs += run.tags.sorted { $0.key < $1.key }.map { ("tag." + $0.key, $0.value) }
        let lines = pairs.map { "      <property name=\(quoted($0.0)) value=\(quoted($0.1))/>" }
        return ["    <properties>"] + lines + ["    </properties>"]
    }

    private static func element(_ item: Case) -> [String] {
        let open =
            "    <testcase classname=\(quoted(item.classname)) name=\(quoted(item.name)) time=\"0\""
        guard let element = item.element else { return [open + "/>"] }
        let text = Markup.escaped(item.details.isEmpty ? item.message : item.details)
        return [
            open + ">",
            "      <\(element) message=\(quoted(item.message)) type=\(quoted(item.type))>\(text)</\(element)>",
            "    </testcase>",
        ]
    }

    private static func quoted(_ text: String) -> String { "\"\(Markup.escaped(text))\"" }
}
