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

    /// A text, and the option that says where it goes.
    struct Report {
        let place: String?
        let render: () -> String

        init(_ place: String?, _ render: @escaping () -> String) {
            (self.place, self.render) = (place, render)
        }
    }

    func validate() throws { try Self.refuseSharingStdout(onStdout) }

    /// The options that ask for stdout.
    var onStdout: [String] {
        [("--json", json), ("--markdown", markdown), ("--html", html)]
            .filter { $0.1 == "-" }.map(\.0)
    }

    /// Whether the terminal's own report has stdout.
    var hasTerminal: Bool { onStdout.isEmpty }

    static func refuseSharingStdout(_ options: [String]) throws {
        guard options.count > 1 else { return }
        throw ValidationError(
            options.map { "\($0) -" }.joined(separator: " and ")
                + " cannot share stdout; give all but one a file")
    }

    /// Renders and writes what there is a place for; one that cannot be written does not keep the
    /// others from it.
    ///
    /// - Throws: one failure that names all of them.
    static func write(_ reports: [Report]) throws(CommandFailure) {
        try fail(failures(writing: reports))
    }

    /// - Returns: what could not be written.
    static func failures(writing reports: [Report]) -> [CommandFailure] {
        reports.compactMap { report in
            guard let place = report.place else { return nil }
            do throws(CommandFailure) {
                try OutputFile.put(report.render(), at: place)
                return nil
            } catch {
                return error
            }
        }
    }

    /// - Throws: one failure that names all of them, if there are any.
    static func fail(_ failures: [CommandFailure]) throws(CommandFailure) {
        guard let first = failures.first else { return }
        throw CommandFailure(
            status: first.status, message: failures.map(\.message).joined(separator: "\n"))
    }
}
