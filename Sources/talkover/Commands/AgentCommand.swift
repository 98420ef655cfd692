import Analysis
import ArgumentParser
import Audio
import Drivers
import Foundation
import Logging
import Planning
import ReferenceAgent

struct AgentCommand: TalkoverCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract:
            "Serves the reference agent over WebSocket, RTP and WebRTC, until SIGTERM or the end of stdin.",
        discussion: """
            Prints one line, READY and its addresses in JSON, when it serves. Point anything at it:
            talkover run Scenarios/quickstart.yaml --path websocket --target ws://127.0.0.1:PORT/v1/realtime
            The page at http://127.0.0.1:PORT/ calls it from a browser, with a microphone.
            """
    )

    @Option(help: "Address to listen on; other than loopback, anybody who reaches it can call.")
    var listen = "127.0.0.1"

    @Option(help: "Port of WebSocket and signalling, and of RTP; 0 picks free ones.")
    var port: UInt16 = 0

    @Option(help: "UDP port of all WebRTC callers; 0 picks a free one.")
    var webrtcPort: UInt16 = 0

    @Option(
        help: ArgumentHelp(
            "PEM certificate chain; the port of WebSocket and signalling then speaks TLS.",
            valueName: "file"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("PEM key of --tls-certificate.", valueName: "file"))
    var tlsKey: String?

    @Option(help: "Event loops, 1 to 64; two, or one on a single CPU, by default.")
    var loops: Int?

    @Option(help: ArgumentHelp("YAML with the keys of agent.embedded.", valueName: "file"))
    var behaviour: String?

    @Option(help: ArgumentHelp("Keep the truth of every call as JSON lines.", valueName: "file"))
    var truth: String?

    @Option(help: ArgumentHelp("Folder of clips; may be given again.", valueName: "dir"))
    var clips: [String] = []

    @Option(
        name: .customLong("format"),
        help: ArgumentHelp(
            "Prepare replies in this format only, as in opus:20 or pcm16; may be given again.",
            valueName: "codec[:ms]"))
    var formats: [String] = []

    func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key come together")
        }
    }

    func execute() async throws -> ExitStatus {
        HostLimits.raise()
        let behaviour = try loadBehaviour()
        guard let formats = ReplyFormats(names: formats) else {
            throw CommandFailure(
                status: .usage,
                message: "--format: write opus:10, opus:20, opus:40, opus:60, pcm16, pcmu or pcma"
            )
        }
        let library = try ReplyLibrary.load(behaviour, from: clipLibrary, formats: formats.formats)
        var options = AgentServer.Options()
        options.host = listen
        options.port = port
        options.peerPort = webrtcPort
        if let loops {
            guard (1...LoopPlan.most).contains(loops) else {
                throw CommandFailure(
                    status: .usage, message: "--loops \(loops): write 1 to \(LoopPlan.most)")
            }
            options.loops = loops
        }
        options.truthFile = truth
        if let tlsCertificate, let tlsKey {
            options.certificate = TLSCertificate(chainFile: tlsCertificate, keyFile: tlsKey)
        }
        let server: AgentServer
        do {
            server = try await AgentServer.start(
                behaviour: behaviour, library: library, options: options, logger: Self.logger
            )
        } catch {
            throw CommandFailure(status: .environment, message: error.message)
        }
        await Serving.untilAskedToEnd(server.ready)
        await server.stop()
        guard let problem = server.truthProblem else { return .passed }
        throw CommandFailure(status: .environment, message: problem)
    }

    /// Quiet but for what an operator must know; always on stderr, since stdout is for READY.
    static var logger: Logger {
        var logger = Logger(label: "agent") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        return logger
    }

    private func loadBehaviour() throws -> AgentBehaviour {
        guard let behaviour else { return AgentBehaviour() }
        switch AgentBehaviourFile.load(path: behaviour) {
        case .success(let behaviour): return behaviour
        case .failure(let problems):
            throw CommandFailure(
                status: .usage, message: "the behaviour does not validate\n\(problems)")
        }
    }

    private var clipLibrary: ClipLibrary {
        clips.isEmpty
            ? ScenarioFile.library(for: "Scenarios/agent.yaml", environment: ClipFolders.more)
            : ClipLibrary(folders: clips)
    }
}
