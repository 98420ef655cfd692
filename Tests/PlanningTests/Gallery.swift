import Audio
import Foundation
import Testing

@testable import Planning

/// The files that ship with the project, and scenarios cut from a small pattern.
enum Gallery {
    static let folder: String = {
        let here = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        return here.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .appendingPathComponent("Scenarios").path
    }()

    static let library = ClipLibrary(folders: ["\(folder)/clips"])

    /// What the library says of its clips, looked up once for all the scenarios of the tests.
    static let files: FileLookup = {
        let lookup = FileLookup(library: library, folder: folder)
        let names = library.names
        let faults = Dictionary(uniqueKeysWithValues: names.map { ($0, lookup.clipFault($0)) })
        return FileLookup(
            clipFault: { faults[$0] ?? .missing(known: names) }, resolve: lookup.resolve
        )
    }()

    static let names = [
        "backchannels", "ci-gate", "interruptions", "long-call", "patience", "quickstart", "soak",
        "websocket-vs-webrtc",
    ]

    static func text(_ file: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
    }
}

/// A scenario of six lines, each part replaceable: name, paths, load and dialogue begin on lines 1, 2, 4 and 5.
struct Pattern {
    var name = "name: t"
    var paths = "paths:\n  rtp: {transport: rtp}"
    var load = "load: {callers: 2}"
    var dialogue = "dialogue:\n  - say: opening_hours"
    /// From line 7 on.
    var more = ""

    var text: String { [name, paths, load, dialogue, more].joined(separator: "\n") + "\n" }

    /// Every problem as the user sees it.
    func problems(_ overrides: ScenarioOverrides = ScenarioOverrides()) -> [String] {
        switch parse(overrides) {
        case .success: []
        case .failure(let problems): problems.problems.map(\.description)
        }
    }

    func scenario(_ overrides: ScenarioOverrides = ScenarioOverrides()) throws -> Scenario {
        try parse(overrides).get()
    }

    private func parse(_ overrides: ScenarioOverrides) -> Result<Scenario, ScenarioProblems> {
        ScenarioFile.parse(text, file: "t.yaml", overrides: overrides, files: Gallery.files)
    }

    static func path(_ keys: String) -> Pattern { Pattern(paths: "paths:\n  p: {\(keys)}") }
    static func load(_ keys: String) -> Pattern { Pattern(load: "load: {\(keys)}") }
    static func steps(_ steps: String...) -> Pattern {
        Pattern(dialogue: "dialogue:\n" + steps.map { "  - \($0)" }.joined(separator: "\n"))
    }
    static func more(_ text: String) -> Pattern { Pattern(more: text) }
}
