import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One `talkover` process, started as a shell would start it.
final class Command: Sendable {
    /// How a process ended: by its own exit code, or by a signal.
    enum End: Equatable, Sendable {
        case exit(Int32)
        case signal(Int32)
    }

    /// What a process that ended has left.
    struct Result: Sendable, CustomTestStringConvertible {
        let end: End
        let output: String
        let errors: String

        var code: Int32? {
            guard case .exit(let code) = end else { return nil }
            return code
        }

        var testDescription: String { "\(end)\nstdout: \(output)\nstderr: \(errors)" }
    }

    let identifier: pid_t
    private let process = Process()
    private let input = Pipe()
    private let outputFile: URL
    private let errorFile: URL
    /// Where it runs: kept as long as it does.
    private let bench: Workbench

    /// Starts it with its stdin held open, until `closeInput()` or the end of this object.
    ///
    /// - Parameters:
    ///   - shell: commands of bash to run first, in the process that becomes the tool.
    ///   - environment: added to the tests' own.
    init(
        _ arguments: [String], in folder: Workbench, shell: String? = nil,
        environment: [String: String] = [:]
    ) throws {
        bench = folder
        let number = UUID().uuidString
        outputFile = folder.place("stdout-\(number)")
        errorFile = folder.place("stderr-\(number)")
        for file in [outputFile, errorFile] { try Data().write(to: file) }

        let tool = try LiveTool.executable.path
        if let shell {
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            process.arguments = ["-c", shell + "\nexec \"$@\"", "bash", tool] + arguments
        } else {
            process.executableURL = URL(fileURLWithPath: tool)
            process.arguments = arguments
        }
        process.currentDirectoryURL = folder.folder
        let own = ProcessInfo.processInfo.environment
        let clips = LiveTool.repository.appendingPathComponent("Scenarios/clips").path
        let given = ["TALKOVER_CLIPS": clips, "TMPDIR": folder.temporary.path]
        process.environment = own.merging(given) { $1 }.merging(environment) { $1 }
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try process.run()
        identifier = process.processIdentifier
    }

    deinit { if process.isRunning { kill(identifier, SIGKILL) } }

    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }
    /// What it has written to stderr so far.
    var progress: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }

    func send(_ signal: Int32) { kill(identifier, signal) }

    func closeInput() throws { try input.fileHandleForWriting.close() }

    /// Waits for the end; a process that outstays `limit` is killed, and ends by that signal.
    func wait(limit: Duration = .seconds(60)) async throws -> Result {
        let isDone = try await eventually(within: limit) { !self.process.isRunning }
        if !isDone {
            send(SIGKILL)
            _ = try await eventually { !self.process.isRunning }
        }
        let status = process.terminationStatus
        return Result(
            end: process.terminationReason == .exit ? .exit(status) : .signal(status),
            output: output,
            errors: try String(contentsOf: errorFile, encoding: .utf8)
        )
    }

    /// Pids of the processes it started that are still there.
    var children: [pid_t] {
        Self.processes.filter { $0.parent == identifier && $0.isAlive }.map(\.identifier)
    }

    /// What the kernel says of a process.
    struct Listed {
        let identifier: pid_t
        let parent: pid_t
        /// Neither gone nor waiting for its parent to take note.
        let isAlive: Bool
    }

    static var processes: [Listed] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.compactMap { identifier in
            guard
                let text = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8),
                // The name before it may hold anything, spaces and brackets too.
                let name = text.lastIndex(of: ")")
            else { return nil }
            let fields = text[text.index(after: name)...].split(separator: " ")
            guard fields.count > 1, let parent = pid_t(fields[1]) else { return nil }
            return Listed(identifier: identifier, parent: parent, isAlive: fields[0] != "Z")
        }
    }

    static func isAlive(_ identifier: pid_t) -> Bool {
        processes.contains { $0.identifier == identifier && $0.isAlive }
    }
}

/// Asks again and again, for what another process is about to do.
///
/// - Returns: whether it came true in time.
func eventually(
    within limit: Duration = .seconds(10), _ isTrue: () throws -> Bool
) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while try !isTrue() {
        guard ContinuousClock.now < deadline else { return false }
        try await Task.sleep(for: .milliseconds(15))
    }
    return true
}
