import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One process of a test, ended with it.
final class Program: Sendable {
    /// What a process that ended has left.
    struct Result: Sendable, CustomTestStringConvertible {
        /// `nil` where a signal ended it.
        let code: Int32?
        let output: String
        let errors: String

        var testDescription: String { "exit \(code ?? -1)\nstdout: \(output)\nstderr: \(errors)" }
    }

    private let process = Process()
    private let input = Pipe()
    private let outputFile: URL
    private let errorFile: URL
    /// Where it runs: kept as long as it does.
    private let bench: Bench

    /// Starts it, its stdin held open until ``end()`` or the end of this object.
    init(
        _ executable: URL, _ arguments: [String], in bench: Bench,
        environment: [String: String] = [:]
    ) throws {
        self.bench = bench
        let number = UUID().uuidString
        outputFile = bench.place("stdout-\(number)")
        errorFile = bench.place("stderr-\(number)")
        for file in [outputFile, errorFile] { try Data().write(to: file) }
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = bench.place("")
        let clips = Interop.repository.appendingPathComponent("Scenarios/clips").path
        process.environment = ProcessInfo.processInfo.environment
            .merging(["TALKOVER_CLIPS": clips, "TMPDIR": bench.place("").path]) { $1 }
            .merging(environment) { $1 }
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try Self.withSignals { try process.run() }
    }

    /// A worker thread has its signals blocked, and a process that it starts would never get one.
    private static func withSignals(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }

    /// What its READY line says, once it serves.
    func ready(within limit: Duration = .seconds(30)) async throws -> [String: String] {
        let isReady = try await eventually(within: limit) {
            self.output.hasSuffix("\n") || !self.process.isRunning
        }
        try #require(isReady && output.hasPrefix("READY "), "no READY line: \(errors)")
        let object = try JSONSerialization.jsonObject(with: Data(output.dropFirst(6).utf8))
        return try #require(object as? [String: String])
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Closes its stdin and waits for what it does then.
    @discardableResult
    func end() async throws -> Result {
        try? input.fileHandleForWriting.close()
        return try await wait(limit: .seconds(15))
    }

    /// Waits for the end; a process that outstays `limit` is killed.
    func wait(limit: Duration) async throws -> Result {
        if try await !eventually(within: limit, { !self.process.isRunning }) {
            send(SIGKILL)
            let isGone = try await eventually { !self.process.isRunning }
            try #require(isGone, "it outlived SIGKILL, or a child of it holds on: \(errors)")
        }
        let isExit = process.terminationReason == .exit
        return Result(
            code: isExit ? process.terminationStatus : nil, output: output, errors: errors)
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
