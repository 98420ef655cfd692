import Drivers
import Foundation
import Planning

/// The embedded agent of one run: its process, and the folder with its behaviour and its truth.
final class RunAgent: Sendable {
    let process: EmbeddedAgent
    private let folder: URL

    var addresses: AgentAddresses? { process.ready.addresses }
    var truthFile: String { folder.appendingPathComponent("truth.jsonl").path }

    private init(process: EmbeddedAgent, folder: URL) {
        self.process = process
        self.folder = folder
    }

    /// - Parameter cpus: where it may run.
    static func start(
        _ behaviour: AgentBehaviour, clips: [String], formats: ReplyFormats, cpus: CPUList
    ) async throws -> RunAgent {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent(
                "talkover-\(ProcessInfo.processInfo.processIdentifier)-\(RunIdentity.make(at: Date()))"
            )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("behaviour.yaml")
        try Data(AgentBehaviourFile.render(behaviour).utf8).write(to: file)
        var arguments = [
            "--port", "0", "--behaviour", file.path,
            "--truth", folder.appendingPathComponent("truth.jsonl").path,
        ]
        for clip in clips { arguments += ["--clips", clip] }
        for name in formats.names { arguments += ["--format", name] }
        do {
            let process = try await EmbeddedAgent.start(
                executable: try executable(), arguments: arguments, cpus: cpus
            )
            return RunAgent(process: process, folder: folder)
        } catch {
            try? FileManager.default.removeItem(at: folder)
            throw error
        }
    }

    func stop() async { await process.stop() }

    /// Removes the run's folder, its truth log copied to where the user wants it, if anywhere.
    func cleanUp(keepingTruthAt place: String?) {
        if let place {
            do {
                let truth = URL(fileURLWithPath: truthFile)
                try OutputFile.write(Data(contentsOf: truth, options: .alwaysMapped), to: place)
            } catch {
                let reason = (error as? Descriptor.Fault)?.reason ?? error.localizedDescription
                Console.error("cannot write \(place): \(reason)")
            }
        }
        try? FileManager.default.removeItem(at: folder)
    }

    static func executable() throws -> String {
        let link = "/proc/self/exe"
        let file = try FileManager.default.destinationOfSymbolicLink(atPath: link)
        // Replaced by a newer build since it was started, it is still behind the link.
        return FileManager.default.isExecutableFile(atPath: file) ? file : link
    }
}
