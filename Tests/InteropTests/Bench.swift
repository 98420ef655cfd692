import Foundation
import Testing

/// A folder for the files of one test, gone afterwards.
final class Bench: Sendable {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("talkover-interop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func place(_ name: String) -> URL { folder.appendingPathComponent(name) }

    func text(of name: String) throws -> String {
        try String(contentsOf: place(name), encoding: .utf8)
    }

    // MARK: Programs

    /// The command as a user starts it, with its files here.
    func talkover(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Program {
        try Program(try Interop.talkover, arguments, in: self, environment: environment)
    }

    /// A caller or an agent that this project did not write.
    func python(_ script: String, _ arguments: [String]) throws -> Program {
        try Program(try Interop.python, [Interop.peer(script)] + arguments, in: self)
    }

    /// Starts aiortc's agent and waits until it serves.
    func aiortcAgent(_ arguments: String...) async throws -> (Program, [String: String]) {
        let agent = try python("aiortc_agent.py", arguments)
        return (agent, try await agent.ready())
    }

    /// Starts the reference agent and waits until it serves.
    func agent(_ arguments: String...) async throws -> (Program, [String: String]) {
        let agent = try talkover(["agent"] + arguments)
        return (agent, try await agent.ready())
    }

    // MARK: Runs

    /// Runs a scenario to its end.
    func run(
        _ scenario: String, environment: [String: String] = [:], limit: Duration = .seconds(60)
    ) async throws -> Run {
        try await begin(scenario, environment: environment).finished(within: limit)
    }

    func begin(_ scenario: String, environment: [String: String] = [:]) throws -> RunUnderWay {
        let name = UUID().uuidString
        try Data(scenario.utf8).write(to: place("\(name).yaml"))
        let program = try talkover(
            ["run", "\(name).yaml", "--db", "\(name).sqlite", "--json", "-"],
            environment: environment)
        return RunUnderWay(program: program)
    }
}

/// A run that may need something done to its agent.
struct RunUnderWay: Sendable {
    let program: Program

    func finished(within limit: Duration = .seconds(60)) async throws -> Run {
        try Run(try await program.wait(limit: limit))
    }
}
