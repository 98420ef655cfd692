import Analysis
import Audio
import Foundation
import Planning
import Timeline

/// What a self-test plays: calls whose every answer is known.
///
/// The callers say a tone and the agent answers with one, so that neither needs a clip.
struct SelftestScenario {
    /// Everything the runs of a self-test leave behind, in one folder.
    let folder: URL

    private var tone: String { folder.appendingPathComponent("tone.wav").path }

    /// Makes the folder and the callers' tone in it.
    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("talkover-selftest-\(RunIdentity.make(at: Date()))")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let sound = CalibrationTone.pcm(duration: .milliseconds(700))
            try Data(WAV.encode(sound)).write(to: URL(fileURLWithPath: tone))
        } catch {
            throw CommandFailure(
                status: .environment,
                message: "cannot write to \(folder.path): \(error.localizedDescription)")
        }
    }

    func cleanUp() { try? FileManager.default.removeItem(at: folder) }

    /// Callers held on one path, hearing and being heard nearly all the time.
    ///
    /// - Parameter span: from the first reply's begin to the last interruption.
    func load(callers: Int, heldFor span: Nanoseconds) throws -> Scenario {
        // The agent's tone lasts 8 s: who is held for longer interrupts more than once.
        let rounds = Int(span / .seconds(6)) + 1
        let delay = "\((span / rounds).count / 1_000_000)ms"
        let interruptions = [String](
            repeating: "{say: \"\(tone)\", after: agent_speech_start, delay: \(delay), "
                + "kind: interrupt, expect: cut}", count: rounds)
        return try scenario(
            name: "selftest-load", paths: ["  rtp: {transport: rtp, codec: opus}"],
            load: "{callers: \(callers), ramp: 2s, calls_each: 1}", interruptions: interruptions)
    }

    /// The ways a call can be carried and coded.
    static let paths = [
        "{transport: rtp, codec: opus}",
        "{transport: rtp, codec: pcmu}",
        "{transport: rtp, codec: pcma}",
        "{transport: websocket, dialect: binary, codec: opus}",
        "{transport: websocket, dialect: binary, codec: pcm16}",
        "{transport: websocket, dialect: openai-realtime, codec: pcm16}",
        "{transport: websocket, dialect: openai-realtime, codec: pcmu}",
        "{transport: webrtc, codec: opus}",
        "{transport: webrtc, codec: pcmu}",
    ]

    /// One question and one interruption a call, on every path at once.
    func truth(callers: Int, callsEach: Int) throws -> Scenario {
        try scenario(
            name: "selftest-truth",
            paths: Self.paths.enumerated().map { "  path\($0.offset): \($0.element)" },
            load: "{callers: \(callers), ramp: 1s, calls_each: \(callsEach)}",
            interruptions: [
                "{say: \"\(tone)\", after: agent_speech_start, "
                    + "delay: {uniform: [500ms, 900ms]}, kind: interrupt, expect: cut}"
            ])
    }

    /// Callers of the dialect that costs most; more of them measure the generator's end instead.
    private static let mostInJSON = 300
    private static let fewestCalls = 12

    /// The same of so many callers at once, path after path; the costly ones apart, with fewer.
    ///
    /// Nobody speaks before all are there, nor leaves while any still speaks.
    func crowdedTruth(callers: Int) throws -> [Scenario] {
        let lines = Self.paths.enumerated().map { "  path\($0.offset): \($0.element)" }
        func isCostly(_ line: String) -> Bool { line.contains("openai") }
        return try [
            (lines.filter { !isCostly($0) }, callers),
            (lines.filter(isCostly), min(callers, Self.mostInJSON)),
        ].map { paths, callers in
            // A few callers are there at once, and call more often for as many samples.
            let ramp = callers * 4
            let each = max(1, Self.fewestCalls / callers)
            return try scenario(
                name: "selftest-crowd", order: "sequential", paths: paths,
                load: "{callers: \(callers), ramp: \(ramp)ms, calls_each: \(each)}",
                before: ["{pause: {uniform: [\(ramp)ms, \(ramp + 200)ms]}}"],
                interruptions: [
                    "{say: \"\(tone)\", after: agent_speech_start, "
                        + "delay: {uniform: [500ms, 900ms]}, kind: interrupt, expect: cut}",
                    "{pause: \(ramp + 200)ms}",
                ])
        }
    }

    private func scenario(
        name: String, order: String = "together", paths: [String], load: String,
        before: [String] = [], interruptions: [String]
    ) throws -> Scenario {
        let yaml = """
            name: \(name)
            seed: 1
            order: \(order)
            control: 0
            turn_timeout: 3s
            agent:
              embedded:
                endpointing: 200ms
                think: 60ms
                barge_in: {policy: cut, after: 100ms}
                reply: calibration
                pace: 1x
                chunk: 20ms
            paths:
            \(paths.joined(separator: "\n"))
            load: \(load)
            dialogue:
            \((before + ["{say: \"\(tone)\", expect: response}"]).map { "  - " + $0 }.joined(separator: "\n"))
            \(interruptions.map { "  - " + $0 }.joined(separator: "\n"))
              - hang_up

            """
        switch ScenarioFile.parse(yaml, file: "selftest", library: library) {
        case .success(let scenario): return scenario
        case .failure(let problems):
            throw CommandFailure(status: .environment, message: "\(problems)")
        }
    }

    var library: ClipLibrary { ClipLibrary(folders: [folder.path]) }
    /// A store of its own: its calls are nobody's results.
    var store: String { folder.appendingPathComponent("runs.sqlite").path }
    var truthFile: String { folder.appendingPathComponent("truth.jsonl").path }
}
