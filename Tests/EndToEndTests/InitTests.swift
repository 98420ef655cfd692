import BuiltProducts
import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension LiveRuns {
    @Suite(.serialized) struct InitTests {
        @Test func `what init writes for an agent runs against it as it is`() async throws {
            let bench = try Workbench()
            let (agent, addresses) = try await bench.startAgent()
            let address = try #require(addresses["ws"])

            let written = try await bench.run("init", address, "-o", "mine/agent.yaml")
            let valid = try await bench.run("validate", "mine/agent.yaml")
            let result = try await bench.runFit(
                "run", "mine/agent.yaml", "--db", "store.sqlite", "--json", "-")
            agent.send(SIGTERM)
            _ = try await agent.wait(limit: .seconds(10))

            #expect(written.end == .exit(0), "\(written)")
            #expect(written.output == "mine/agent.yaml\n")
            #expect(valid.end == .exit(0), "\(valid)")
            #expect([0, 4].contains(result.code), "\(result)")
            let summary = try Summary(result.output)
            #expect(summary["paths", "agent", "calls", "completed"] as? Int == 6)
            let answers = summary["paths", "agent", "metrics", "first_audio", "n"] as? Int
            #expect(answers == 6, "\(result)")
        }

        @Test func `a file that is there is not written over unless it is asked for`()
            async throws
        {
            let bench = try Workbench()
            try bench.write("mine", to: "my-agent.yaml")

            let refused = try await bench.run("init", "rtp://127.0.0.1:5004")
            let kept = try bench.text(of: "my-agent.yaml")
            let forced = try await bench.run("init", "rtp://127.0.0.1:5004", "--force")

            #expect(refused.end == .exit(2), "\(refused)")
            #expect(refused.errors.contains("my-agent.yaml is there already"))
            #expect(refused.errors.contains("--force"))
            #expect(kept == "mine")
            #expect(forced.end == .exit(0))
            #expect(try bench.text(of: "my-agent.yaml").contains("transport: rtp"))
        }

        @Test func `a secret in the address is in no file and no output`() async throws {
            let bench = try Workbench()

            let result = try await bench.run(
                "init", "wss://user:hunter2@a.example/x?api_key=s3cret", "-o", "-")

            #expect(result.end == .exit(0), "\(result)")
            for secret in ["hunter2", "s3cret"] {
                #expect(!result.output.contains(secret) && !result.errors.contains(secret))
            }
            #expect(result.errors.contains("left out its user and password"))
            #expect(result.errors.contains("AGENT_API_KEY"))
            #expect(result.output.contains("auth: {bearer: AGENT_API_KEY}"))
        }

        @Test func `what is no address is a usage error with what to write`() async throws {
            let result = try await Workbench().run("init", "localhost:8080")

            #expect(result.end == .exit(2), "\(result)")
            #expect(result.errors.contains("ws://host:port/path"))
            #expect(result.output.isEmpty)
        }

        @Test func `an installed program finds its clips from any folder`() async throws {
            let bench = try Workbench()
            let manager = FileManager.default
            let clips = bench.place("prefix/share/talkover/scenarios/clips")
            for folder in [bench.place("prefix/bin"), clips.deletingLastPathComponent()] {
                try manager.createDirectory(at: folder, withIntermediateDirectories: true)
            }
            try manager.createSymbolicLink(
                at: clips,
                withDestinationURL: BuiltProducts.repository.appendingPathComponent(
                    "Scenarios/clips"))
            let program = bench.place("prefix/bin/talkover")
            try manager.copyItem(at: try LiveTool.executable, to: program)
            try bench.write(ShortScenario.yaml(), to: "s.yaml")
            let elsewhere = "cd / && exec env -u TALKOVER_CLIPS \"\(program.path)\""

            let found = try await bench.run(
                "--version",
                shell: "\(elsewhere) validate \"\(bench.place("s.yaml").path)\"")
            try manager.removeItem(at: clips)
            let missing = try await bench.run(
                "--version",
                shell: "\(elsewhere) validate \"\(bench.place("s.yaml").path)\"")

            #expect(found.end == .exit(0), "\(found)")
            #expect(missing.end == .exit(2), "\(missing)")
        }
    }
}
