package import Analysis

/// A run as JUnit XML: one test case per objective, and a last one for the verdict.
///
/// An objective that failed is a `failure`, as is one that could not be decided, unless the user
/// lets undecided ones pass: then it is `skipped`. A run that is no measurement is an `error` of the
/// verdict case, which is red exactly where the exit code is not 0.
package enum JUnitReport {
    private struct Case {
        var classname: String
        var name: String
        /// `failure`, `error` or `skipped`; `nil` for a case that is green.
        var element: String?
        var type = ""
        var message = ""
        var details = ""
    }

    /// One XML document in UTF-8, ending in a newline.
    ///
    /// - Parameter status: how the command ends; `nil` where the verdict alone decides.
    package static func render(_ summary: RunSummary, status: ExitStatus? = nil) -> String {
        let status = status ?? ExitStatus(summary.verdict)
        let cases =
            summary.objectives.map { objective($0, in: summary, status) }
            + [verdict(summary, status)]
        let skipped = cases.count { $0.element == "skipped" }
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
            "  <testsuite name=\(quoted(name)) \(counts) skipped=\"\(skipped)\" "
                + "timestamp=\(quoted(summary.run.startedAt))>",
        ]
        lines += properties(summary.run)
        for item in cases { lines += element(item) }
        lines += ["  </testsuite>", "</testsuites>"]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func objective(
        _ objective: ObjectiveResult, in summary: RunSummary, _ status: ExitStatus
    ) -> Case {
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
            item.element = status == .passed ? "skipped" : "failure"
            item.type = "objective_inconclusive"
        }
        return item
    }

    private static func verdict(_ summary: RunSummary, _ status: ExitStatus) -> Case {
        var item = Case(classname: "talkover", name: "verdict")
        item.message = "\(summary.verdict.rawValue): \(summary.verdictSentence)"
        item.type = "verdict_\(summary.verdict.rawValue)"
        item.details = (summary.generator?.problems ?? []).joined(separator: "\n")
        switch status {
        case .passed: break
        case .failed, .inconclusive: item.element = "failure"
        case .usage, .invalid, .unreachable, .environment, .interrupted: item.element = "error"
        }
        if status == .environment {
            item.type = "environment"
            item.message =
                "the environment failed (exit \(status.rawValue)); until then \(item.message)"
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
        guard element != "skipped" else {
            return [
                open + ">", "      <skipped message=\(quoted(item.message))/>", "    </testcase>",
            ]
        }
        return [
            open + ">",
            "      <\(element) message=\(quoted(item.message)) type=\(quoted(item.type))>\(text)</\(element)>",
            "    </testcase>",
        ]
    }

    private static func quoted(_ text: String) -> String { "\"\(Markup.escaped(text))\"" }
}
