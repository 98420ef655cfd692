import Analysis
import ArgumentParser

/// The store, and the places that every command with a report can write it to.
struct ReportPlaces: ParsableArguments {
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

    /// Whether the terminal's own report has stdout.
    var hasTerminal: Bool { json != "-" && markdown != "-" }

    /// Renders and writes what there is a place for; one that cannot be written does not keep the
    /// others from it.
    ///
    /// - Parameter stepSummary: what the step's summary of GitHub Actions is to have as well.
    /// - Throws: one failure that names all of them.
    static func write(
        _ texts: [(place: String?, render: () -> String)], stepSummary: String? = nil
    ) throws(CommandFailure) {
        var failures: [CommandFailure] = []
        for (place, render) in texts {
            guard let place else { continue }
            do {
                try ReportOutputs.put(render(), at: place)
            } catch {
                failures.append(error)
            }
        }
        if let stepSummary {
            do {
                try StepSummary.append(stepSummary)
            } catch {
                failures.append(error)
            }
        }
        guard let first = failures.first else { return }
        throw CommandFailure(
            status: first.status, message: failures.map(\.message).joined(separator: "\n"))
    }
}
