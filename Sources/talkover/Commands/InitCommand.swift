import Analysis
import ArgumentParser
import Foundation
import Planning

struct InitCommand: TalkoverCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Writes a commented scenario for an agent of your own.",
        discussion: """
            The address decides how the agent is called; the file says why, and how else:
              ws:// wss://       a WebSocket that speaks as OpenAI's Realtime API does
              rtp://host:port    plain RTP
              http:// https://   WebRTC, its offer sent to that address

            A user, a password or a key in the address is not written down: keys come from an
            environment variable that the file names.
            """
    )

    @Argument(help: "The agent's address.")
    var url: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The file; - prints it on stdout.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var output = "my-agent.yaml"

    @Flag(help: "Write over a file that is there.")
    var force = false

    func execute() async throws -> ExitStatus {
        let draft: ScenarioDraft
        do {
            draft = try ScenarioDraft(forAgentAt: url)
        } catch {
            throw CommandFailure(status: .usage, message: error.message)
        }
        if output == "-" {
            Console.print(draft.text, terminator: "")
        } else {
            try write(draft.text)
            Console.print("\(output)")
        }
        for part in draft.leftOut {
            Console.note("left out \(part) of the address: keys come from the environment")
        }
        if let variable = draft.variable {
            Console.note("put the agent's key into the environment variable \(variable)")
        }
        if output != "-" { Console.note("next: talkover run \(output) --callers 1") }
        return .passed
    }

    private func write(_ text: String) throws {
        guard !force else {
            try OutputFile.put(text, at: output, otherwise: "name another file with -o")
            return
        }
        let file = URL(fileURLWithPath: output)
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file, options: .withoutOverwriting)
        } catch let error as CocoaError where error.code == .fileWriteFileExists {
            throw CommandFailure(
                status: .usage,
                message: "\(output) is there already; name another file with -o, or write over it"
                    + " with --force")
        } catch {
            throw CommandFailure(
                status: .environment,
                message: "cannot write \(output): \(error.localizedDescription)")
        }
    }
}
