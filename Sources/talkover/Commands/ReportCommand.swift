import Analysis
import ArgumentParser
import Foundation

struct ReportCommand: TalkoverCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Renders stored runs again, in any form."
    )

    @Argument(help: "An id, a unique prefix of one, latest, or tag:K=V; may be several.")
    var runs: [String] = ["latest"]

    @OptionGroup var outputs: ReportOutputs

    func execute() async throws -> ExitStatus {
        if runs.count > 1,
            outputs.json != nil || outputs.html != nil || outputs.junit != nil
                || outputs.markdown != nil
        {
            throw CommandFailure(
                status: .usage,
                message:
                    "one file holds one run: name a single run with --json, --html, --junit or --markdown"
            )
        }
        let stored = try StoredRuns(path: outputs.db)
        for run in runs {
            let material = try stored.material(of: run)
            try outputs.write(material, summary: Summarizer.summarize(material), isQuiet: false)
        }
        return .passed
    }
}
