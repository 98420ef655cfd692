import Foundation
import NIOConcurrencyHelpers

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The reference agent, or a gateway, as a child process, so that the generator's CPU stays its own.
///
/// Its stdin is a pipe that only this process holds: however this process ends, the
/// agent reads the end of it and is gone.
package final class EmbeddedAgent: Sendable {
    /// Why there is no agent, or no longer.
    package struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
        package let message: String

        package var description: String { message }
    }

    private struct State {
        var isStopping = false
        var exit: String?
        var death: (@Sendable (Problem) -> Void)?
    }

    /// Where it serves.
    package let ready: ReadyLine
    package let processID: Int32
    private let child: Child
    private let state: NIOLockedValueBox<State>

    /// Everything of `Process` that is used after the start.
    private final class Child: @unchecked Sendable {
        // Proof: after `run()` only `terminate()`, `processIdentifier` and `isRunning` are used,
        // which Foundation synchronises; the pipes are held, not touched, until one thread closes
        // them.
        let process = Process()
        let input = Pipe()
        let output = Pipe()
    }

    private init(ready: ReadyLine, child: Child, state: NIOLockedValueBox<State>) {
        self.ready = ready
        self.child = child
        self.state = state
        processID = child.process.processIdentifier
    }

    /// Starts an agent and waits until it serves.
    ///
    /// - Parameters:
    ///   - executable: this tool's own, as an absolute path.
    ///   - command: the subcommand that serves: `agent` or `gateway`.
    ///   - arguments: of that subcommand, as in `["--port", "0", "--truth", file]`.
    ///   - cpus: where it may run; `nil` for where this process may.
    ///   - patience: how long it may take to print its READY line.
    /// - Throws: it could not be started, ended, or said nothing in time.
    package static func start(
        executable: String, command: String = "agent", arguments: [String],
        cpus: CPUList? = nil, patience: Duration = .seconds(20)
    ) async throws(Problem) -> EmbeddedAgent {
        let started = await withCheckedContinuation { continuation in
            // A thread of its own: it waits in system calls, and a child begins on the CPUs of the
            // thread that starts it.
            Thread.detachNewThread {
                cpus?.restrictThread()
                continuation.resume(
                    returning: Result { () throws(Problem) in
                        try launch(executable, [command] + arguments, patience)
                    }
                )
            }
        }
        return try started.get()
    }

    /// Told when the agent ends without having been asked to, at once if it has already.
    package func onDeath(_ body: @escaping @Sendable (Problem) -> Void) {
        let exit = state.withLockedValue { state in
            state.death = body
            return state.isStopping ? nil : state.exit
        }
        if let exit { body(Self.died(exit)) }
    }

    /// Whether it has ended without having been asked to, and how.
    package var death: Problem? {
        state.withLockedValue { $0.isStopping ? nil : $0.exit.map(Self.died) }
    }

    /// Asks the agent to end, and makes it after two seconds.
    ///
    /// Its truth log is whole after that.
    package func stop() async {
        let isGone = state.withLockedValue { state in
            state.isStopping = true
            return state.exit != nil
        }
        guard !isGone else { return }
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [self] in
                kill(processID, SIGTERM)
                if !waitForExit(.seconds(2)) {
                    kill(processID, SIGKILL)
                    _ = waitForExit(.seconds(2))
                }
                continuation.resume()
            }
        }
    }

    private func waitForExit(_ patience: Duration) -> Bool {
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            if state.withLockedValue({ $0.exit != nil }) { return true }
            usleep(5_000)
        }
        return false
    }

    // MARK: Starting

    private static func launch(
        _ executable: String, _ arguments: [String], _ patience: Duration
    ) throws(Problem) -> EmbeddedAgent {
        let child = Child()
        let state = NIOLockedValueBox(State())
        child.process.executableURL = URL(fileURLWithPath: executable)
        child.process.arguments = arguments
        child.process.standardInput = child.input
        child.process.standardOutput = child.output
        child.process.terminationHandler = { process in
            let how =
                process.terminationReason == .exit
                ? "exit code \(process.terminationStatus)" : "signal \(process.terminationStatus)"
            let death = state.withLockedValue { state in
                state.exit = how
                return state.isStopping ? nil : state.death
            }
            death?(died(how))
        }
        do {
            try child.process.run()
        } catch {
            throw Problem(message: "the embedded agent could not be started: \(error)")
        }
        do throws(Problem) {
            let ready = try awaitReady(child.output.fileHandleForReading, patience, state)
            return EmbeddedAgent(ready: ready, child: child, state: state)
        } catch {
            state.withLockedValue { $0.isStopping = true }
            kill(child.process.processIdentifier, SIGKILL)
            throw error
        }
    }

    private static func awaitReady(
        _ output: FileHandle, _ patience: Duration, _ state: NIOLockedValueBox<State>
    ) throws(Problem) -> ReadyLine {
        let deadline = ContinuousClock.now + patience
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let left = deadline - ContinuousClock.now
            guard left > .zero else {
                throw Problem(message: "the embedded agent did not say READY within \(patience)")
            }
            let milliseconds = left.components.seconds * 1_000 + 1
            var asked = pollfd(fd: output.fileDescriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&asked, 1, Int32(clamping: min(milliseconds, 200))) > 0 else { continue }
            let count = read(output.fileDescriptor, &chunk, chunk.count)
            guard count > 0 else {
                // Its exit is reported a moment after its output ends.
                usleep(50_000)
                let how = state.withLockedValue(\.exit).map { " (\($0))" } ?? ""
                throw Problem(
                    message:
                        "the embedded agent ended before it served\(how); see its messages above"
                )
            }
            text.append(contentsOf: chunk[..<count])
            for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
                if let ready = ReadyLine(parsing: line) { return ready }
            }
        }
    }

    private static func died(_ how: String) -> Problem {
        Problem(message: "the embedded agent died while the run went on (\(how))")
    }
}
