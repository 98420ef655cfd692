import Analysis
import ArgumentParser
import Audio
import Dialects
import Drivers
import Foundation
import Logging
import Planning
import Timeline

struct GatewayCommand: TalkoverCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract:
            "Serves WebRTC and RTP callers with an agent that is on a WebSocket, until SIGTERM or the end of stdin.",
        discussion: """
            The hybrid: media at the edge, WebSocket to the agent. It paces the agent's audio into RTP, and
            drops what it still holds when the agent says that the caller interrupts. Prints one line, READY
            and its addresses in JSON, when it serves. Offers go to /whip, /v1/realtime/calls and /offer.

              talkover gateway --upstream ws://127.0.0.1:PORT/v1/realtime
              talkover gateway --upstream wss://host/v1/realtime --bearer-env API_KEY
            """
    )

    @Option(help: ArgumentHelp("The agent's WebSocket.", valueName: "url"))
    var upstream: String

    @Option(
        help: ArgumentHelp(
            "What the agent speaks: openai-realtime or binary.", valueName: "name"))
    var dialect = DialectName.openAIRealtime.rawValue

    @Option(
        help: ArgumentHelp(
            "Codec on the WebSocket: pcm16, pcmu, pcma, or opus with binary. By default pcm16, opus with binary.",
            valueName: "name"))
    var codec: String?

    @Option(
        help: ArgumentHelp(
            "Audio in one message to the agent, as in 20ms; by default a packet's.",
            valueName: "duration"))
    var chunk: String?

    @Option(help: ArgumentHelp("JSON merged into the session message.", valueName: "json"))
    var session: String?

    @Option(
        help: ArgumentHelp(
            "Header of the WebSocket's request, as in 'Name: value'; may be given again.",
            valueName: "header"))
    var header: [String] = []

    @Option(
        help: ArgumentHelp(
            "Environment variable with the agent's bearer token.", valueName: "variable"))
    var bearerEnv: String?

    @Option(
        help: ArgumentHelp(
            "Header whose value is a secret, as in Name=VARIABLE.", valueName: "name=variable"))
    var headerEnv: String?

    @Option(help: ArgumentHelp("PEM file of authorities to trust.", valueName: "file"))
    var ca: String?

    @Flag(help: "Accept any certificate of the agent.")
    var insecure = false

    @Option(help: "Address to listen on; other than loopback, anybody who reaches it can call.")
    var listen = "127.0.0.1"

    @Option(help: "Port of signalling and of plain RTP; 0 picks free ones.")
    var port: UInt16 = 0

    @Option(help: "UDP port of all WebRTC callers; 0 picks a free one.")
    var webrtcPort: UInt16 = 0

    @Option(
        help: ArgumentHelp(
            "Keep what passed in each call, and when, as JSON lines.", valueName: "file"))
    var truth: String?

    func execute() async throws -> ExitStatus {
        HostLimits.raise()
        var options = GatewayServer.Options()
        options.host = listen
        options.port = port
        options.peerPort = webrtcPort
        options.logFile = truth
        let server: GatewayServer
        do {
            server = try await GatewayServer.start(
                upstream: try target(), options: options, logger: AgentCommand.logger)
        } catch let problem as AgentServerProblem {
            throw CommandFailure(status: .environment, message: problem.message)
        }
        await Serving.untilAskedToEnd(server.ready)
        await server.stop()
        guard let problem = server.logProblem else { return .passed }
        throw CommandFailure(status: .environment, message: problem)
    }

    // MARK: The upstream

    private func target() throws -> GatewayTarget {
        guard let name = DialectName(rawValue: dialect) else {
            throw usage("--dialect: write openai-realtime or binary")
        }
        let kind: DialectKind = name == .binary ? .binary : .openAIRealtime
        let standard: CodecName = name == .binary ? .opus : .pcm16
        guard let codec = codec.map(CodecName.init(rawValue:)) ?? standard, kind.carries(codec)
        else {
            throw usage("--codec: \(dialect) carries \(carried(by: kind))")
        }
        let chunk = try chunk.map { text in
            guard let span = DurationText.parse(text), span > .zero else {
                throw usage("--chunk: write a duration with its unit, as in 20ms")
            }
            return span
        }
        if let session, let problem = CallerDialect.problem(inSession: session) {
            throw usage("--session: \(problem.message)")
        }
        do {
            let target = try WebSocketTarget(
                url: try AgentURL(upstream), headers: try header.map(Self.header),
                secret: try secret(),
                trust: TLSTrust(authorityFile: ca, isInsecure: insecure))
            return GatewayTarget(
                target: target, dialect: kind, codec: codec, chunk: chunk, session: session)
        } catch let problem as AgentURL.Problem {
            throw usage("--upstream: \(problem.message)")
        }
    }

    private func carried(by kind: DialectKind) -> String {
        CodecName.allCases.filter(kind.carries).map(\.rawValue).joined(separator: ", ")
    }

    private static func header(_ text: String) throws -> Header {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else {
            throw CommandFailure(status: .usage, message: "--header: write 'Name: value'")
        }
        return Header(
            name: String(parts[0]), value: parts[1].trimmingCharacters(in: .whitespaces))
    }

    private func secret() throws -> Header? {
        if let bearerEnv {
            return Header(name: "Authorization", value: "Bearer \(try value(of: bearerEnv))")
        }
        guard let headerEnv else { return nil }
        let parts = headerEnv.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw usage("--header-env: write Name=VARIABLE") }
        return Header(name: parts[0], value: try value(of: parts[1]))
    }

    private func value(of variable: String) throws -> String {
        guard let value = ProcessInfo.processInfo.environment[variable], !value.isEmpty else {
            throw usage("the environment variable \(variable) is not set")
        }
        return value
    }

    private func usage(_ message: String) -> CommandFailure {
        CommandFailure(status: .usage, message: message)
    }
}
