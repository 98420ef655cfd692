import Analysis
import ArgumentParser
import Foundation
import Web

struct ServeCommand: TalkoverCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Shows the store as a web page on this machine: runs, trends, comparisons.",
        discussion: """
            Pages need no script, load nothing from elsewhere and change nothing. Only this machine
            is answered, under the names of its loopback: to look from another one, forward the port
            (ssh -L 4717:127.0.0.1:4717 host). Ctrl-C ends it.
            """
    )

    @Option(help: "TCP port on 127.0.0.1; 0 picks a free one.")
    var port: UInt16 = 4717

    @Option(help: "The store.", completion: .file())
    var db = "Results/talkover.sqlite"

    func execute() async throws -> ExitStatus {
        // A store that cannot be read is told before anything is served.
        _ = try StoredRuns(path: db)
        let pages = StoreSite(store: db)
        return try await LoopbackServing.run(LoopbackSite(port: port, pages: pages.answer)) {
            Console.print("serving \(db) at http://127.0.0.1:\($0)/")
            await Self.untilSignalled()
            return .passed
        }
    }

    /// Returns at SIGINT or SIGTERM.
    private static func untilSignalled() async {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let interruption = Interruption { end.yield() }
        for await _ in ends { break }
        interruption.cancel()
    }
}
