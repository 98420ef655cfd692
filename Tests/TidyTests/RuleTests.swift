import Testing

/// The rules find what is planted for them, and leave alone what is allowed.
@Suite struct RuleTests {
    @Test func `an import outside the table is found, whatever it is dressed in`() {
        let planted = Repository([
            "Sources/Timeline/A.swift": "// import NIOCore\nimport Foundation\n",
            "Sources/Callers/B.swift":
                "package import Timeline\n@testable import struct NIOCore.EventLoop\n",
            "Sources/Reports/C.swift": "import Foundation\npackage import Analysis\n",
            "Sources/Novelty/D.swift": "import Timeline\n",
            "Sources/Audio/Clip/E.swift": "import FoundationEssentials\n",
            "Sources/Audio/Gate/F.swift": "import FoundationEssentials\n",
        ])

        let found = ModuleTable.offences(in: planted).map { "\($0.file):\($0.line)" }

        #expect(
            found == [
                "Sources/Audio/Gate/F.swift:1", "Sources/Callers/B.swift:2",
                "Sources/Novelty/D.swift:0", "Sources/Timeline/A.swift:2",
            ])
    }

    @Test func `a file one line too long is found, and one at the limit is not`() {
        let planted = Repository([
            "Sources/Audio/Long.swift": String(repeating: "\n", count: 401),
            "Sources/Audio/Full.swift": String(repeating: "\n", count: 400),
            "Tests/AudioTests/Long.swift": String(repeating: "\n", count: 601),
            "Tests/AudioTests/Full.swift": String(repeating: "\n", count: 600),
        ])

        let found = LengthRules.fileOffences(in: planted).map(\.file)

        #expect(found == ["Sources/Audio/Long.swift", "Tests/AudioTests/Long.swift"])
    }

    @Test func `a function's length is counted between its own braces`() throws {
        let file = SourceFile(
            path: "Sources/Audio/A.swift",
            text: #"""
                protocol P {
                    func required(of: [Int]) -> Int
                    init(from text: String) throws
                }
                func wrapped(
                    with closure: () -> Void = { },
                ) -> [Int: Int]
                where Int: Sendable {
                    let brace = "{ \(closure) {"  // }
                    let more = ##"}"##
                }
                struct S {
                    init() { self.init(x: 1) }
                    func `a "quoted { name`() {
                        func inner() {
                            let text = """
                                } } }
                                """
                        }
                    }
                }
                """#
        )

        let found = LengthRules.functions(of: file).map { "\($0.line):\($0.bodyLines)" }

        #expect(found == ["5:2", "13:0", "14:5", "15:3"])
    }

    @Test func `a function one line too long is found`() {
        func function(lines: Int) -> String {
            "func f() {\n" + String(repeating: "    g()\n", count: lines) + "}\n"
        }
        let planted = Repository([
            "Sources/Audio/A.swift": function(lines: 60) + function(lines: 61),
            "Tests/AudioTests/A.swift": function(lines: 80) + function(lines: 81),
        ])

        let found = LengthRules.functionOffences(in: planted).map { "\($0.file):\($0.line)" }

        #expect(found == ["Sources/Audio/A.swift:63", "Tests/AudioTests/A.swift:83"])
    }

    @Test(arguments: Ban.all.flatMap(\.tokens))
    func `every banned call is found in a core`(token: String) {
        let planted = Repository([
            "Sources/Callers/A.swift": "// \(token)\nlet text = \"\(token)\"\n \(token) more\n"
        ])

        let found = Ban.offences(in: planted)

        #expect(found.map(\.line) == [3], "\(found)")
    }

    @Test func `a ban reaches neither those it spares nor longer names`() {
        let planted = Repository([
            "Sources/Drivers/A.swift": "let now = NIODeadline.now()\n",
            "Sources/talkover/A.swift": "print(UUID())\n",
            "Sources/Reports/A.swift": "blueprint(x)\nstream.print(x)\nlet d = UpDate()\n",
            "Tests/AudioTests/A.swift": "let value = Date()\nprint(value)\n",
        ])

        #expect(Ban.offences(in: planted).isEmpty)
    }

    @Test func `a draw from the system's generator is found`() {
        let planted = Repository([
            "Tests/AudioTests/A.swift": """
            let a = Int.random(in: 0..<(3 + 4), using: &generator)
            let b = Int.random(in: 0..<(3 + 4))
            let c = list.shuffled()
            let d = list.randomElement(using: &generator)

            """
        ])

        #expect(Ban.offences(in: planted).map(\.line) == [2, 3])
    }

    @Test func `a promise is found in a comment`() {
        let promise = "TO" + "DO"
        let planted = Repository([
            "Sources/Audio/A.swift": "let a = 1  // \(promise): more\nlet \(promise)S = 2\n"
        ])

        #expect(Ban.offences(in: planted).map(\.line) == [1])
    }

    @Test func `a driver's word to the compiler needs a proof beside it`() {
        let planted = Repository([
            "Sources/Drivers/A.swift": "final class A: @unchecked Sendable {}\n",
            "Sources/Drivers/B.swift":
                "// Touched by its own loop only.\nfinal class B: @unchecked Sendable {}\n",
            "Sources/Callers/C.swift":
                "// Touched by its own loop only.\nfinal class C: @unchecked Sendable {}\n",
        ])

        let found = Ban.offences(in: planted).map(\.file)

        #expect(found == ["Sources/Callers/C.swift", "Sources/Drivers/A.swift"])
    }

    @Test func `a declaration without its comment is found`() {
        let planted = Repository([
            "Sources/Audio/A.swift": """
            package struct Bare {
                package func quiet() {}
                package init(text: String) throws(Problem) {
                }
            }
            /// Said.
            @frozen
            package struct Said {
                /// Said too.
                package static func read(
                    _ text: String
                ) throws -> Said {}
                package static func unsaid(
                    _ text: String
                ) throws -> Said {}
                package func caller(of body: () -> Void) -> Int { try throwing() }
            }
            package import Timeline
            struct Inside {}

            """
        ])

        #expect(DocumentationRule.offences(in: planted).map(\.line) == [1, 3, 13])
    }

    @Test func `a name that says nothing is found`() {
        let planted = Repository([
            "Sources/Audio/Utilities/Gate.swift": "",
            "Sources/Audio/CallManager.swift": "",
            "Sources/Audio/Base64+Helpers.swift": "",
            "Sources/Audio/Gate.swift": "",
        ])

        let found = TextRules.nameOffences(in: planted).map(\.file)

        #expect(
            found == [
                "Sources/Audio/Base64+Helpers.swift", "Sources/Audio/CallManager.swift",
                "Sources/Audio/Utilities/Gate.swift",
            ])
    }

    @Test func `stray white space is found`() {
        let planted = Repository([
            "README.md": "one \ntwo\n",
            "CHANGELOG.md": "one",
            "Makefile": "one\n\n",
            "Package.swift": "one\n",
        ])

        let found = TextRules.whiteSpaceOffences(in: planted).map { "\($0.file):\($0.line)" }

        #expect(found == ["CHANGELOG.md:1", "Makefile:2", "README.md:1"])
    }

    @Test(arguments: ["work", "root", "home", "Users"])
    func `a folder of one machine is found`(folder: String) {
        let planted = Repository([
            "README.md": "see https://example.org/\(folder)/page\nsee /\(folder)/me/file\n",
            "CHANGELOG.md": "see Sources/\(folder)/page and ~/\(folder)/x\n",
        ])

        let found = TextRules.pathOffences(in: planted).map { "\($0.file):\($0.line)" }

        #expect(found == ["README.md:2"])
    }

    @Test func `a test that is no sentence is found`() {
        let planted = Repository([
            "Tests/AudioTests/A.swift": """
            @Test func testGate() {}
            @Test func `the gate opens`() {}
            @Test("the gate closes") func closes() {}
            @Test(arguments: [1]) func gate(level: Int) {}

            """
        ])

        #expect(TextRules.testNameOffences(in: planted).map(\.line) == [1, 4])
    }

    @Test func `a scenario without its schema is found`() {
        let planted = Repository([
            "Scenarios/good.yaml":
                "# yaml-language-server: $schema=./scenario.schema.json\nname: x\n",
            "Scenarios/bare.yaml": "name: x\n",
            "Scenarios/lost.yaml": "# yaml-language-server: $schema=other.json\nname: x\n",
            "Scenarios/scenario.schema.json": "{}",
        ])

        let found = TextRules.scenarioOffences(in: planted).map(\.file)

        #expect(found == ["Scenarios/bare.yaml", "Scenarios/lost.yaml"])
    }

    @Test func `exit codes that differ from their documentation are found`() {
        let code = "enum ExitStatus: Int32 {\n  case passed = 0\n  case failed = 1\n}\nlet x = 7\n"
        func repository(readme: String, code: String) -> Repository {
            Repository(["README.md": readme, "Sources/Analysis/ExitStatus.swift": code])
        }
        let right = "| Exit | Meaning |\n|---|---|\n| 0 | passed |\n| `1` | failed |\n\n| 9 |\n"
        let wrong = "| Exit | Meaning |\n|---|---|\n| 0 | passed |\n"

        #expect(ExitCodeRule.offences(in: repository(readme: right, code: code)).isEmpty)
        #expect(ExitCodeRule.offences(in: repository(readme: wrong, code: code)).count == 1)
        #expect(ExitCodeRule.offences(in: repository(readme: "", code: code)).count == 1)
        #expect(ExitCodeRule.offences(in: repository(readme: right, code: "")).count == 1)
    }
}
