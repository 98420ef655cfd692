package import Analysis

/// A run as workflow commands of GitHub Actions: one annotation for each thing that went wrong.
///
/// Format: "Workflow commands for GitHub Actions", `::error title=…::message`.
package enum GitHubReport {
    /// Errors for what failed and warnings for what is undecided; empty where all is well.
    ///
    /// One line for each objective, and a last one where the exit code is not 0; each ends in a
    /// newline.
    ///
    /// - Parameter status: how the command ends.
    package static func render(_ summary: RunSummary, status: ExitStatus) -> String {
        var lines = summary.objectives.compactMap { objective -> String? in
            let what = "\(objective.path) \(objective.metric) \(objective.expression)"
            let measured = "measured \(summary.valueText(objective)), n \(objective.n)"
            let why = objective.reason.map { ": " + $0 } ?? ""
            switch objective.verdict {
            case .pass: return nil
            case .fail: return line("error", title: what, measured + why)
            case .inconclusive:
                return line(
                    status == .passed ? "notice" : "warning", title: what + " is undecided",
                    measured + why)
            }
        }
        if status != .passed { lines.append(ending(summary, status)) }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func ending(_ summary: RunSummary, _ status: ExitStatus) -> String {
        let problems = summary.generator?.problems ?? []
        let details = problems.isEmpty ? "" : " (" + problems.joined(separator: "; ") + ")"
        var title = summary.verdict.rawValue
        var sentence = summary.verdictSentence
        if status == .environment {
            sentence = "the environment failed; until then \(title): \(sentence)"
            title = "environment"
        }
        return line(
            "error", title: "talkover: \(title)", "\(sentence)\(details), exit \(status.rawValue)")
    }

    private static func line(_ kind: String, title: String, _ message: String) -> String {
        "::\(kind) title=\(property(title))::\(data(message))"
    }

    /// What the runner decodes in a message.
    private static func data(_ text: String) -> String {
        text.escaping { scalar in
            switch scalar {
            case "%": "%25"
            case "\r": "%0D"
            case "\n": "%0A"
            default: nil
            }
        }
    }

    /// What it decodes in a property as well.
    private static func property(_ text: String) -> String {
        data(text).escaping { scalar in
            switch scalar {
            case ":": "%3A"
            case ",": "%2C"
            default: nil
            }
        }
    }
}
