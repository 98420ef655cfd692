import Analysis
import ArgumentParser
import Reports

struct CompareCommand: TalkoverCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Tells two runs apart, or two paths, and says how sure that is.",
        discussion: """
            A side is RUN (an id, a prefix of one, latest, tag:K=V), RUN/PATH, or every:K=V for all
            runs with a tag. A run made by `run --pairs` stands for all of its pairs.

              talkover run my.yaml --pairs 10                 websocket, rtp, rtp, websocket, …
              talkover compare latest/websocket latest/rtp    the same comparison again
              talkover compare tag:git=main latest            one run a side: nothing is proven

            Better and worse are said of B, where p is below 5 % after a correction for all figures
            judged together; equivalent where the change is surely within the margin. With one run a
            side there is no p: turns of one run share its luck.

            Exit codes: 0 compared, 2 not comparable, 4 a run was invalid.
            """
    )

    @Argument(help: "The first side.")
    var a: String

    @Argument(help: "The second side, which is said to be better or worse.")
    var b: String

    @OptionGroup var options: ComparisonOptions

    @Flag(help: "Compare what differs in clips, script, seed or load all the same.")
    var anyway = false

    @OptionGroup var outputs: ReportPlaces

    func execute() async throws -> ExitStatus {
        let stored = try StoredRuns(path: outputs.db)
        let sides = try [a, b].map { try stored.side($0) }
        let document = try SideComparison(
            first: sides[0], second: sides[1], terms: try options.terms(), insists: anyway
        ).document()
        try outputs.write(document, sides)
        return document.invalid.isEmpty ? .passed : .invalid
    }
}

extension ReportPlaces {
    /// Writes a comparison wherever it was asked for, and on the terminal unless something else has
    /// stdout.
    fileprivate func write(_ document: ComparisonDocument, _ sides: [ComparedSide]) throws {
        if hasTerminal {
            Console.print(
                ComparisonTerminal.render(
                    document, width: Console.width, colour: Console.hasColour),
                terminator: "")
        }
        // Paths of one group are on one page already.
        let shown = sides.prefix(sides[0].ids == sides[1].ids ? 1 : 2)
        try Self.write([
            Report(json) { ComparisonJSON.render(document) },
            Report(markdown) { ComparisonMarkdown.render(document) },
            Report(html) { HTMLReport.comparison(document, of: shown.map(\.reported)) },
        ])
        if let html, html != "-" { Console.note("comparison: \(html)") }
    }
}
