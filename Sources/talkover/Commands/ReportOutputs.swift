import Analysis
import ArgumentParser
import Foundation
import Planning
import Reports

/// Where reports of a run go.
struct ReportOutputs: ParsableArguments {
    @Option(help: "The store.", completion: .file())
    var db = "Results/talkover.sqlite"

    @Option(
        help: ArgumentHelp(
            "Write the JSON summary; - prints it, and nothing else, on stdout.", valueName: "file|-"
        ))
    var json: String?

    @Option(help: ArgumentHelp("Write one self-contained page.", valueName: "file"))
    var html: String?

    @Option(help: ArgumentHelp("Write JUnit XML.", valueName: "file"))
    var junit: String?

    @Option(
        help: ArgumentHelp("Write a Markdown summary; - prints it on stdout.", valueName: "file|-"))
    var markdown: String?

    func validate() throws {
        if json == "-", markdown == "-" {
            throw ValidationError(
                "--json - and --markdown - cannot share stdout; give one of them a file")
        }
    }

    /// Renders and writes every report asked for, and the terminal's own unless something else has stdout.
    func write(_ material: RunMaterial, summary: RunSummary, isQuiet: Bool) throws {
        if !isQuiet, json != "-", markdown != "-" {
            print(TerminalReport.render(summary, width: Console.width, colour: Console.hasColour))
        }
        var failures: [CommandFailure] = []
        func put(_ text: @autoclosure () -> String, at place: String?) -> Bool {
            guard let place else { return false }
            do {
                try Self.put(text(), at: place)
                return true
            } catch {
                failures.append(error)
                return false
            }
        }
        _ = put(JSONReport.render(summary), at: json)
        _ = put(MarkdownReport.render(summary), at: markdown)
        _ = put(JUnitReport.render(summary), at: junit)
        if put(HTMLReport.render(summary, detail: Self.detail(of: material)), at: html),
            let html, !isQuiet
        {
            Console.note("report: \(html)")
        }
        // One that cannot be written does not keep the others from it.
        if let first = failures.first {
            let messages = failures.map(\.message).joined(separator: "\n")
            throw CommandFailure(status: first.status, message: messages)
        }
    }

    /// What a page shows beside the summary.
    static func detail(of material: RunMaterial) -> ReportDetail {
        ReportDetail(
            curves: PathCurves.all(of: material),
            definitions: MetricCatalogue.all.map {
                MetricNote(name: $0.name, unit: $0.unit.rawValue, definition: $0.definition)
            },
            scenarioYAML: material.scenario.source
        )
    }

    static func put(_ text: String, at place: String) throws(CommandFailure) {
        guard place != "-" else {
            print(text, terminator: text.hasSuffix("\n") ? "" : "\n")
            return
        }
        let file = URL(fileURLWithPath: place)
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file, options: .atomic)
        } catch {
            throw CommandFailure(
                status: .environment,
                message:
                    "cannot write \(place): \(error.localizedDescription); the run is in the store all the same"
            )
        }
    }
}
