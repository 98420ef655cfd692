import Foundation
import GRDB
import Testing

extension LiveRuns {
    /// Several values of one setting in one command.
    @Suite(.serialized) struct SweepTests {
        @Test func `each value is a run of its own, with its tag, and one table shows them`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(objectives: [ShortScenario.met]), to: "s.yaml")

            let result = try await bench.run(
                "run", "s.yaml", "--simulate", "--callers", "12", "--db", "store.sqlite",
                "--set", "agent.embedded.endpointing=200ms,300ms,500ms", "--tag", "branch=main",
                "--html", "sweep.html", "--json", "sweep.json", "--out", "jsonl=all.jsonl")

            #expect(result.end == .exit(0), "\(result)")
            let sweep = try Summary(try bench.text(of: "sweep.json"))
            let id = try #require(sweep["sweep", "id"] as? String)
            let runs = try #require(sweep.document["runs"] as? [[String: Any]])
            let values = ["200ms", "300ms", "500ms"]
            let medians = try runs.map { run in
                let summary = try #require(run["summary"] as? [String: Any])
                let paths = summary["paths"] as? [String: [String: Any]]
                let metrics = paths?["rtp"]?["metrics"] as? [String: [String: Any]]
                return try #require(metrics?["first_audio"]?["p50"] as? Double)
            }
            // In virtual time it is exact: the agent waits so much longer before it answers.
            #expect(medians.count == 3)
            #expect(abs(medians[1] - medians[0] - 100) < 25, "\(medians)")
            #expect(abs(medians[2] - medians[1] - 200) < 25, "\(medians)")
            let tags = try bench.database().text("SELECT tags_json FROM run ORDER BY rowid")
            for (tags, value) in zip(tags, values) {
                #expect(tags.contains("\"sweep\":\"\(id)\""))
                #expect(tags.contains("\"agent.embedded.endpointing\":\"\(value)\""))
                #expect(tags.contains("\"branch\":\"main\""))
            }
            #expect(tags.count == 3)
            for value in values { #expect(result.output.contains("\n\(value) ")) }
            #expect(result.output.contains("first_audio p50"))
            let page = try bench.text(of: "sweep.html")
            #expect(page.contains("<circle") && page.contains(">500ms</text>"))
            let exported = try bench.text(of: "all.jsonl")
            let ids = try bench.database().text("SELECT id FROM run")
            for id in ids { #expect(exported.contains("\"run\":\"\(id)\"")) }

            let again = try await bench.run(
                "report", "tag:agent.embedded.endpointing=300ms", "--db", "store.sqlite",
                "--json", "-")
            #expect(again.end == .exit(0))
        }

        @Test func `the worst run decides the exit code, and none is left out`() async throws {
            let bench = try Workbench()
            try bench.write(
                ShortScenario.yaml(objectives: [#"first_audio: ["max<450ms"]"#]), to: "s.yaml")

            let result = try await bench.run(
                "run", "s.yaml", "--simulate", "--path", "rtp", "--db", "store.sqlite",
                "--callers", "4", "--set", "agent.embedded.endpointing=900ms,200ms")

            #expect(result.end == .exit(1), "\(result)")
            #expect(
                try bench.database().text("SELECT verdict FROM run ORDER BY rowid").count == 2)
            #expect(result.output.contains("fail"), "\(result)")
        }

        @Test func `an interruption ends the sweep with the run that it met`() async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.endless(), to: "s.yaml")

            let command = try bench.start(
                "run", "s.yaml", "--path", "rtp", "--db", "store.sqlite",
                "--set", "load.callers=2,3", "--json", "sweep.json")
            let hasBegun = try await eventually(within: .seconds(20)) {
                guard FileManager.default.fileExists(atPath: bench.place("store.sqlite").path)
                else { return false }
                return ((try? bench.database().count("second")) ?? 0) > 0
            }
            command.send(SIGINT)
            let result = try await command.wait(limit: .seconds(20))

            #expect(hasBegun)
            #expect(result.end == .exit(130), "\(result)")
            #expect(try bench.database().count("run") == 1)
            let sweep = try Summary(try bench.text(of: "sweep.json"))
            #expect((sweep.document["runs"] as? [Any])?.count == 1)
            #expect(sweep["sweep", "planned"] as? Int == 2)
            #expect(result.output.contains("1 of 2 runs"))
        }

        @Test func `a run that cannot begin ends the sweep, and those before it are reported`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(), to: "s.yaml")

            let second =
                "{transport: websocket, dialect: binary, url: 'ws://127.0.0.1:9/',"
                + " auth: {bearer: TALKOVER_TEST_UNSET_KEY}}"

            let result = try await bench.run(
                "run", "s.yaml", "--path", "rtp", "--callers", "1", "--db", "store.sqlite",
                "--set", "paths.rtp={transport: rtp, codec: pcmu},\(second)",
                "--json", "sweep.json", "--html", "sweep.html")

            #expect(result.end == .exit(2), "\(result)")
            #expect(result.errors.contains("TALKOVER_TEST_UNSET_KEY"))
            #expect(result.output.contains("1 of 2 runs"))
            let sweep = try Summary(try bench.text(of: "sweep.json"))
            #expect((sweep.document["runs"] as? [Any])?.count == 1)
            #expect(try bench.text(of: "sweep.html").contains("</html>"))
        }

        @Test func `what makes no sweep is told before the first run`() async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(), to: "s.yaml")
            for (arguments, word) in [
                (["--set", "load.callers=1,2", "--junit", "x.xml"], "--junit holds one run"),
                (["--set", "load.callers=1,2", "--github"], "--github holds one run"),
                (["--set", "load.callers=1,2", "--callers", "3"], "keep one"),
                (["--set", "load={callers: 1},{callers: 2}", "--callers", "3"], "keep one"),
                (["--set", "load.callers=1,2", "--tag", "sweep=x"], "--tag sweep"),
                (["--set", "load.callers=1,,2"], "empty"),
                (["--set", "load.callers=1,no"], "load.callers"),
            ] {
                let result = try await Command(
                    ["run", "s.yaml", "--simulate", "--db", "store.sqlite"] + arguments, in: bench
                ).wait()
                #expect(result.end == .exit(2), "\(result)")
                #expect(result.errors.contains(word), "\(result)")
            }
            #expect(!FileManager.default.fileExists(atPath: bench.place("store.sqlite").path))
        }
    }
}
