import Foundation
import GRDB
import Testing

/// A folder with a scenario and a store in it, gone afterwards.
final class Workbench: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("talkover-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Where commands keep what they need for a while only.
    var temporary: URL { place("tmp") }

    /// What commands should have cleared away.
    var leftovers: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: temporary.path) }
    }

    func place(_ name: String) -> URL { folder.appendingPathComponent(name) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: place(name))
    }

    func text(of name: String) throws -> String {
        try String(contentsOf: place(name), encoding: .utf8)
    }

    /// Runs a command to its end, in this folder.
    func run(
        _ arguments: String..., shell: String? = nil, environment: [String: String] = [:],
        limit: Duration = .seconds(60)
    ) async throws -> Command.Result {
        let command = try Command(arguments, in: self, shell: shell, environment: environment)
        return try await command.wait(limit: limit)
    }

    func runFit(_ arguments: String...) async throws -> Command.Result {
        try await runFit(arguments)
    }

    /// Runs a measurement until its generator kept to its budget, three times at most.
    ///
    /// Exit code 4 is returned only from a host that others kept busy, where trying again is vain.
    func runFit(_ arguments: [String]) async throws -> Command.Result {
        var attempts = 0
        while true {
            let before = HostPressure.now
            let result = try await Command(arguments, in: self).wait()
            guard result.code == 4 else { return result }
            attempts += 1
            let share = before.share(until: .now)
            if share > 0.3 { return result }
            if attempts == 3 {
                #expect(share > 0.1, "invalid on an idle host (\(share)): \(result)")
                return result
            }
        }
    }

    func start(
        _ arguments: String..., environment: [String: String] = [:]
    ) throws -> Command {
        try Command(arguments, in: self, environment: environment)
    }

    /// Starts an agent of short replies and waits until it serves.
    ///
    /// - Returns: the process and what its READY line says.
    func startAgent(_ arguments: String...) async throws -> (Command, [String: String]) {
        try write("{endpointing: 200ms, think: 50ms, reply: [mm_hmm]}\n", to: "behaviour.yaml")
        let command = try Command(
            ["agent", "--behaviour", "behaviour.yaml"] + arguments, in: self
        )
        let isReady = try await eventually(within: .seconds(30)) { command.output.hasSuffix("\n") }
        try #require(isReady, "no READY line")
        let line = command.output
        try #require(line.hasPrefix("READY {"))
        let object = try JSONSerialization.jsonObject(with: Data(line.dropFirst(6).utf8))
        return (command, try #require(object as? [String: String]))
    }

    /// The store as any other program sees it.
    func database(_ name: String = "store.sqlite") throws -> DatabaseQueue {
        var configuration = Configuration()
        // To hold a lock for as long as a run needs to meet it.
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(5)
        return try DatabaseQueue(path: place(name).path, configuration: configuration)
    }
}

/// A scenario of short calls, to be made longer or worse.
enum ShortScenario {
    static let paths = """
        paths:
          websocket: {transport: websocket, dialect: binary, codec: opus}
          rtp: {transport: rtp, codec: pcmu}

        """

    /// - Parameters:
    ///   - load: the keys of `load`.
    ///   - objectives: the keys of `objectives`, one a line.
    static func yaml(
        paths: String = paths, load: String = "callers: 2, ramp: 40ms", objectives: [String] = []
    ) -> String {
        """
        name: short
        seed: 7
        hold: 200ms
        control: 0
        turn_timeout: 2s
        agent:
          embedded:
            endpointing: 200ms
            think: 50ms
            barge_in: {policy: cut, after: 60ms}
            reply: [mm_hmm]
        \(paths)load: {\(load)}
        dialogue:
          - say: mm_hmm
            expect: response
          - hang_up

        """
            + (objectives.isEmpty
                ? "" : "objectives:\n" + objectives.map { "  \($0)\n" }.joined())
    }

    /// Calls without end, for runs that are to be ended.
    static func endless(paths: String = paths, objectives: [String] = []) -> String {
        yaml(paths: paths, load: "callers: 3, for: 60s", objectives: objectives)
    }

    /// One that every short call misses, whatever the host is like.
    static let missed = #"first_audio: ["max<1ms"]"#
    /// The same of a live run's calls, since a turn that meets a stall is void.
    static let missedByCalls = #"connect: ["max<0.001ms"]"#
    static let met = #"call_success: ["rate>0.01"]"#
}
