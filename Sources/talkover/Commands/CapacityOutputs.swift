import Analysis
import ArgumentParser
import Reports

/// Where the report of a capacity goes.
struct CapacityOutputs: ParsableArguments {
    @Option(help: "The store.", completion: .file())
    var db = "Results/talkover.sqlite"

    @Option(
        help: ArgumentHelp(
            "Write the result as JSON; - prints it, and nothing else, on stdout.",
            valueName: "file|-"))
    var json: String?

    @Option(help: ArgumentHelp("Write one self-contained page.", valueName: "file"))
    var html: String?

    @Option(
        help: ArgumentHelp("Write a Markdown summary; - prints it on stdout.", valueName: "file|-"))
    var markdown: String?

    func validate() throws {
        if json == "-", markdown == "-" {
            throw ValidationError(
                "--json - and --markdown - cannot share stdout; give one of them a file")
        }
    }

    /// Renders and writes every report asked for, and the terminal's own unless something else has
    /// stdout; one that cannot be written does not keep the others from it.
    func write(_ material: CapacityReportMaterial, isQuiet: Bool) throws {
        if !isQuiet, json != "-", markdown != "-" {
            print(
                CapacityReport.render(
                    material, width: Console.width, colour: Console.hasColour), terminator: "")
        }
        var failures: [CommandFailure] = []
        let places: [(String?, () -> String)] = [
            (json, { CapacityJSON.render(material) }),
            (markdown, { CapacityMarkdown.render(material) }),
            (html, { CapacityPage.render(material) }),
        ]
        for (place, text) in places {
            guard let place else { continue }
            do throws(CommandFailure) {
                try ReportOutputs.put(text(), at: place)
            } catch {
                failures.append(error)
            }
        }
        if let first = failures.first {
            let messages = failures.map(\.message).joined(separator: "\n")
            throw CommandFailure(status: first.status, message: messages)
        }
        if let html, !isQuiet { Console.note("report: \(html)") }
    }
}
