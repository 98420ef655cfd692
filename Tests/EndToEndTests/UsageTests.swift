import Foundation
import Testing

extension LiveRuns {
    @Suite(.serialized) struct UsageTests {
        @Test(arguments: [
            ["nonsense"], ["run"], ["run", "scenario.yaml", "--nonsense"],
            ["run", "scenario.yaml", "--callers", "many"],
            ["run", "scenario.yaml", "--tag", "novalue"],
            ["run", "scenario.yaml", "--set", "novalue"],
            ["run", "scenario.yaml", "--path", "nowhere"],
            ["run", "scenario.yaml", "--inconclusive", "perhaps"],
            ["run", "scenario.yaml", "--json", "-", "--markdown", "-"],
            ["run", "missing.yaml"], ["runs", "show"], ["agent", "--port", "70000"],
            ["agent", "--behaviour", "missing.yaml"], ["validate"], ["gateway"],
            ["gateway", "--upstream", "http://127.0.0.1:1/"],
            ["gateway", "--upstream", "ws://127.0.0.1:1/", "--dialect", "latin"],
            ["gateway", "--upstream", "ws://127.0.0.1:1/", "--codec", "opus"],
            ["gateway", "--upstream", "ws://127.0.0.1:1/", "--chunk", "20"],
            ["gateway", "--upstream", "ws://127.0.0.1:1/", "--session", "[]"],
            ["gateway", "--upstream", "ws://127.0.0.1:1/", "--bearer-env", "TALKOVER_NO_SUCH"],
        ])
        func `arguments that make no sense end with 2, say so on stderr and leave no store`(
            _ arguments: [String]
        ) async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(), to: "scenario.yaml")

            let result = try await Command(arguments, in: bench).wait(limit: .seconds(20))

            #expect(result.end == .exit(2), "\(result)")
            #expect(result.errors.hasPrefix("talkover: "))
            #expect(!result.errors.contains("Error: "))
            #expect(result.output.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: bench.place("Results").path))
        }

        @Test(arguments: [["run"], ["validate"]])
        func `every problem of a scenario is named by its line`(_ command: [String]) async throws {
            let bench = try Workbench()
            let broken = """
                name: broken
                colour: red
                agent:
                  embedded:
                    endpointing: 300
                paths:
                  websocket: {transport: websocket, dialect: openai-realtime}
                  pigeon: {transport: carrier_pigeon}
                load: {callers: 0}
                dialogue:
                  - say: no_such_clip
                    expect: response
                  - say: hold_on
                    kind: interrupt
                    expect: applause
                  - hang_up
                objectives:
                  first_audio: ["p(95)<fast"]
                """
            try bench.write(broken, to: "broken.yaml")

            let result = try await Command(command + ["broken.yaml"], in: bench).wait()

            #expect(result.end == .exit(2))
            let said = command == ["run"] ? result.errors : result.output
            for line in [2, 5, 8, 9, 11, 15, 18] {
                #expect(said.contains("broken.yaml:\(line): "), "line \(line) in \(said)")
            }
            #expect(said.contains("'colour'"))
            #expect(said.contains("without a unit"))
            #expect(said.contains("no_such_clip"))
        }

        @Test func `every scenario of the gallery is valid`() async throws {
            let folder = LiveTool.repository.appendingPathComponent("Scenarios")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { $0.hasSuffix(".yaml") }.sorted()
            let files = names.map { folder.appendingPathComponent($0).path }

            let result = try await Command(["validate"] + files, in: Workbench()).wait()

            #expect(result.end == .exit(0), "\(result)")
            #expect(names.count >= 7)
            for file in files { #expect(result.output.contains("\(file): valid: ")) }
        }

        @Test func `one broken file among good ones is enough for 2, and nobody is called`()
            async throws
        {
            let bench = try Workbench()
            let listener = try RawSocket(.stream)
            let port = try listener.bindAnywhere()
            try #require(listen(listener.descriptor, 4) == 0)
            let target =
                "paths: {a: {transport: websocket, dialect: binary, "
                + "url: 'ws://127.0.0.1:\(port)/x'}}\n"
            try bench.write(ShortScenario.yaml(paths: target), to: "good.yaml")
            try bench.write("name: nothing more\n", to: "bad.yaml")

            let good = try await bench.run("validate", "good.yaml")
            let both = try await bench.run("validate", "good.yaml", "bad.yaml")

            #expect(good.end == .exit(0), "\(good)")
            #expect(both.end == .exit(2))
            #expect(both.output.contains("good.yaml: valid: short"))
            #expect(both.output.contains("bad.yaml:"))
            var asked = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
            #expect(poll(&asked, 1, 50) == 0)
        }
    }
}
