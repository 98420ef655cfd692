import Analysis
import ArgumentParser
import Foundation

struct ReportCommand: TalkoverCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Renders stored runs again, in any form.",
        discussion: "Several runs with --html make one page that sets them side by side."
    )

    @Argument(help: "An id, a unique prefix of one, latest, or tag:K=V; may be several.")
    var runs: [String] = ["latest"]

    @OptionGroup var outputs: ReportOutputs

    func execute() async throws -> ExitStatus {
        if runs.count > 1,
            outputs.json != nil || outputs.junit != nil || outputs.markdown != nil
        {
            throw CommandFailure(
                status: .usage,
                message:
                    "one file holds one run: name a single run with --json, --junit or --markdown; "
                    + "--html sets several side by side"
            )
        }
        let stored = try StoredRuns(path: outputs.db)
        let materials = try runs.map { try stored.material(of: $0) }
        let summaries = materials.map { Summarizer.summarize($0) }
        var single = outputs
        if runs.count > 1 { single.places.html = nil }
        for (material, summary) in zip(materials, summaries) {
            try single.write(material, summary: summary, isQuiet: !outputs.hasTerminal)
        }
        if runs.count > 1 {
            try outputs.writeComparison(of: materials, summaries: summaries)
        }
        return .passed
    }
}
