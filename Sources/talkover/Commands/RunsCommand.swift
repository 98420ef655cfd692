import Analysis
import ArgumentParser
import Reports
import ResultStore

struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "What the store holds.",
        subcommands: [List.self, Show.self, Delete.self],
        defaultSubcommand: List.self
    )

    struct List: TalkoverCommand {
        static let configuration = CommandConfiguration(abstract: "Every run, newest first.")

        @Option(help: "The store.", completion: .file())
        var db = "Results/talkover.sqlite"

        func execute() async throws -> ExitStatus {
            let rows = try StoredRuns(path: db).all().map {
                RunTable.Row(run: $0.facts, state: $0.state, verdict: $0.verdict, paths: $0.paths)
            }
            Console.print(RunTable.list(rows, width: Console.width, colour: Console.hasColour))
            return .passed
        }
    }

    struct Show: TalkoverCommand {
        static let configuration = CommandConfiguration(abstract: "One run and its report.")

        @Argument(help: "An id, a unique prefix of one, latest, or tag:K=V.")
        var run: String

        @Option(help: "The store.", completion: .file())
        var db = "Results/talkover.sqlite"

        func execute() async throws -> ExitStatus {
            let material = try StoredRuns(path: db).material(of: run)
            let summary = Summarizer.summarize(material)
            let row = RunTable.Row(
                run: material.run, state: material.state, verdict: summary.verdict,
                paths: material.paths.map(\.name)
            )
            Console.print(
                RunTable.show(
                    row, summary: summary, width: Console.width, colour: Console.hasColour)
            )
            return .passed
        }
    }

    struct Delete: TalkoverCommand {
        static let configuration = CommandConfiguration(abstract: "Removes a run for good.")

        @Argument(help: "An id, a unique prefix of one, latest, or tag:K=V.")
        var run: String

        @Option(help: "The store.", completion: .file())
        var db = "Results/talkover.sqlite"

        func execute() async throws -> ExitStatus {
            Console.print("deleted \(try StoredRuns(path: db).delete(run))")
            return .passed
        }
    }
}
