import Foundation
import Planning
import Testing
import Timeline

/// Whatever the file holds, reading it ends in time with a scenario or with problems.
@Suite struct GarbageTests {
    private func problems(_ text: String) -> [String] {
        switch ScenarioFile.parse(text, file: "t.yaml") {
        case .success: []
        case .failure(let problems): problems.problems.map(\.description)
        }
    }

    @Test(arguments: ["", " ", "\n\n\n", "# only a comment\n", "---\n", "--- \n...\n"])
    func `a file with nothing in it is a problem`(text: String) {
        #expect(problems(text).count == 1)
    }

    @Test(arguments: [
        (
            "a: 1\n---\nb: 2\n",
            "t.yaml:2: not valid YAML: expected a single document in the stream, but found "
                + "another document"
        ),
        ("- a\n- b\n", "t.yaml:1: the scenario is a list; write a mapping with"),
        ("text\n", "t.yaml:1: the scenario is 'text'; write a mapping with"),
        ("name: *nothing\n", "t.yaml:1: not valid YAML: found undefined alias"),
        ("[a, b]: 1\n", "t.yaml:1: a list or mapping stands where a key should"),
        (
            "name: t\n\u{1}: 3\n",
            "t.yaml:2: not text that YAML allows: control characters are not allowed"
        ),
        ("name: \"\\ud800\"\n", "t.yaml:1: not valid YAML: "),
        ("<<: {name: t}\n", "t.yaml:1: unknown key '<<' in the scenario; it takes name"),
    ])
    func `text that is no scenario is a problem with its line`(text: String, start: String) {
        #expect(problems(text).first?.hasPrefix(start) == true, "\(problems(text))")
    }

    @Test(arguments: [
        String(repeating: "[", count: 100_000),
        String(repeating: "{a: ", count: 5_000),
        String(repeating: "- ", count: 20_000),
        "a: " + String(repeating: "[", count: 50) + String(repeating: "]", count: 50),
        String(repeating: "? ", count: 5_000),
    ])
    func `deep nesting is refused`(text: String) {
        #expect(problems(text).count == 1)
    }

    @Test func `aliases that multiply are refused before they do`() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 {
            let items = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(items)]\n"
        }
        #expect(problems(bomb) == ["t.yaml:5: more than 30 aliases (*name); write them out"])

        var modest = "a0: &a0 [\(String(repeating: "x, ", count: 100))x]\n"
        for level in 1...10 {
            modest += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n"
        }
        #expect(problems(modest) == ["t.yaml:1: more than 100000 values"])
    }

    @Test func `an alias bomb used as a key is read in bounded time`() {
        var bomb = "a0: &a0 [x]\n"
        for level in 1...9 {
            bomb += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n"
        }
        bomb += "? [*a9]\n: 1\n"

        #expect(problems(bomb) == ["t.yaml:11: a list or mapping stands where a key should"])
    }

    @Test func `a file of more than a megabyte is refused`() {
        let text = "name: " + String(repeating: "x", count: 1 << 20)

        #expect(problems(text) == ["t.yaml:1: larger than 1 MB, which no scenario is"])
    }

    @Test func `random bytes and torn files end in a scenario or in problems`() throws {
        let whole = Array(try Gallery.text("quickstart.yaml").utf8)
        let alphabet = Array("{}[]:-?&*!|>'\"%@`#,\n\t \\ax0\u{e9}".utf8)
        for seed in UInt64(0)..<300 {
            var generator = SeededGenerator(seed: seed, stream: "garbage")
            var bytes = whole
            switch seed % 3 {
            case 0:
                bytes = (0..<200).map { _ in
                    alphabet[Int(generator.next() % UInt64(alphabet.count))]
                }
            case 1:
                bytes = Array(whole.prefix(Int(generator.next() % UInt64(whole.count))))
            default:
                for _ in 0..<20 {
                    bytes[Int(generator.next() % UInt64(bytes.count))] =
                        alphabet[Int(generator.next() % UInt64(alphabet.count))]
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)

            let result = ScenarioFile.parse(text, file: "t.yaml")

            if case .failure(let problems) = result {
                #expect(!problems.problems.isEmpty, "seed \(seed)")
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
                for case .line(let line) in problems.problems.map(\.place) {
                    #expect((1...lines).contains(line), "seed \(seed), line \(line) of \(lines)")
                }
            }
        }
    }

    @Test func `a file that cannot be read says why`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "planning-garbage")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let latin = folder.appendingPathComponent("latin.yaml")
        try Data([0x61, 0x3A, 0x20, 0x31, 0x0A, 0x62, 0x3A, 0x20, 0xE9, 0x0A]).write(to: latin)

        func first(_ path: String) -> String? {
            guard case .failure(let problems) = ScenarioFile.load(path: path) else { return nil }
            return problems.problems.first?.message
        }

        #expect(first(folder.path + "/none.yaml") == "no such file")
        #expect(first(folder.path) == "is a folder; name a file in it")
        #expect(first("/dev/zero") == "larger than 1 MB, which no scenario is")
        guard case .failure(let problems) = ScenarioFile.load(path: latin.path) else {
            Issue.record("bytes that are no text were read")
            return
        }
        #expect(problems.description == "\(latin.path):2: not UTF-8 text; save it as UTF-8")
    }

    @Test func `a WAV file is found beside its scenario`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("planning-wav")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let clip = URL(fileURLWithPath: "\(Gallery.folder)/clips/hold_on.wav")
        let copy = folder.appendingPathComponent("mine.wav")
        try? FileManager.default.removeItem(at: copy)
        try FileManager.default.copyItem(at: clip, to: copy)
        let file = folder.appendingPathComponent("s.yaml")
        let text = """
            name: s
            paths: {rtp: {transport: rtp, url: "rtp://127.0.0.1:4000"}}
            dialogue: [{say: mine.wav}]
            """
        try Data(text.utf8).write(to: file)

        let scenario = try ScenarioFile.load(path: file.path).get()
        let plan = try Plan(scenario: scenario, library: ScenarioFile.library(for: file.path))

        #expect(plan.clips.keys.sorted() == ["mine.wav"])
    }

    @Test func `a clip that is no speech file is a problem with its line`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("planning-clips")
        let clips = folder.appendingPathComponent("clips")
        try FileManager.default.createDirectory(at: clips, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("not a wave file".utf8).write(to: clips.appendingPathComponent("broken.wav"))
        let file = folder.appendingPathComponent("s.yaml")
        let text = """
            name: s
            paths: {rtp: {transport: rtp, url: "rtp://127.0.0.1:4000"}}
            dialogue:
              - say: broken
              - say: gone.wav
            """
        try Data(text.utf8).write(to: file)

        guard case .failure(let problems) = ScenarioFile.load(path: file.path) else {
            Issue.record("a broken clip was taken")
            return
        }

        #expect(problems.problems.map(\.code) == [.badClip, .missingFile])
        #expect(problems.problems.map(\.place) == [.line(4), .line(5)])
    }
}
