import Analysis
import ArgumentParser
import Audio
import Drivers
import Foundation
import Planning
import ReferenceAgent

struct AgentCommand: TalkoverCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Serves the reference agent over WebSocket and RTP, until SIGTERM or the end of stdin.",
        discussion: """
            Prints one line, READY and its addresses in JSON, when it serves. Point anything at it:
            talkover run Scenarios/quickstart.yaml --path websocket --target ws://127.0.0.1:PORT/v1/realtime
            """
    )

    @Option(help: "Address to listen on; other than loopback, anybody who reaches it can call.")
    var listen = "127.0.0.1"

    @Option(help: "Port of WebSocket and of RTP; 0 picks free ones.")
    var port = 0

    @Option(help: ArgumentHelp("YAML with the keys of agent.embedded.", valueName: "file"))
    var behaviour: String?

    @Option(help: ArgumentHelp("Keep the truth of every call as JSON lines.", valueName: "file"))
    var truth: String?

    @Option(help: ArgumentHelp("Folder of clips; may be given again.", valueName: "dir"))
    var clips: [String] = []

    func execute() async throws -> ExitStatus {
        guard (0...65_535).contains(port) else {
            throw CommandFailure(status: .usage, message: "--port \(port): a port is 0 to 65535")
        }
        let behaviour = try loadBehaviour()
        let library = try replyLibrary(for: behaviour)
        let server = try AgentServer.start(
            host: listen, port: port, behaviour: behaviour, library: library, truthFile: truth
        )
        print(server.readyLine)
        fflush(nil)
        await server.runUntilStopped()
        return .passed
    }

    private func loadBehaviour() throws -> AgentBehaviour {
        guard let behaviour else { return AgentBehaviour(reply: .clips(AgentBehaviour.defaultReplies)) }
        switch AgentBehaviourFile.load(path: behaviour) {
        case .success(let behaviour): return behaviour
        case .failure(let problems):
            throw CommandFailure(status: .usage, message: "the behaviour does not validate\n\(problems)")
        }
    }

    private func replyLibrary(for behaviour: AgentBehaviour) throws -> ReplyLibrary {
        let environment = ProcessInfo.processInfo.environment["TALKOVER_CLIPS"]
        let library = clips.isEmpty
            ? ScenarioFile.library(for: "Scenarios/any.yaml", environment: environment)
            : ClipLibrary(folders: clips)
        return try ReplyLibraryLoading.load(behaviour, from: library)
    }
}
