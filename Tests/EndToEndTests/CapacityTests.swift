import Foundation
import GRDB
import Testing

extension LiveRuns {
    @Suite(.serialized) struct CapacityTests {
        /// An agent that is known to take nine callers, and slows down by 150 ms for each further one.
        private static func yaml(
            sessions: Int = 9, objectives: String = "objectives: {first_audio: [\"p(90)<550ms\"]}"
        ) -> String {
            """
            name: known-capacity
            seed: 3
            hold: 200ms
            turn_timeout: 3s
            agent:
              embedded:
                endpointing: 200ms
                think: {normal: {mean: 60ms, sd: 10ms}}
                reply: [mm_hmm]
                capacity: {sessions: \(sessions), beyond: 150ms}
            paths:
              rtp: {transport: rtp, codec: opus, ptime: 60ms}
              other: {transport: rtp, codec: opus, ptime: 60ms}
            load: {callers: 6, ramp: 1s}
            dialogue:
              - {say: mm_hmm, expect: response}
              - {say: mm_hmm, expect: response}
            \(objectives)
            """
        }

        private static let quick = [
            "--simulate", "--hold", "8s", "--soak", "10s", "--db", "s.sqlite",
        ]

        private func capacity(
            _ bench: Workbench, _ arguments: [String]
        ) async throws -> Command.Result {
            try await Command(["capacity", "s.yaml"] + arguments, in: bench).wait(
                limit: .seconds(180))
        }

        @Test func `a known capacity is found, reported, planned with and kept run by run`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(Self.yaml(), to: "s.yaml")

            let result = try await capacity(
                bench,
                Self.quick + [
                    "--path", "rtp", "--peak-calls-per-hour", "1000", "--html", "c.html",
                    "--markdown", "c.md", "--json", "-",
                ])

            #expect(result.code == 0, "\(result)")
            let document = try Summary(result.output)
            #expect(document["schema"] as? Int == 1)
            #expect(document["capacity", "mode"] as? String == "simulated")
            let path = try #require(document["paths", "rtp"] as? [String: Any])
            #expect(path["ending"] as? String == "bracketed")
            #expect(path["capacity"] as? Int == 9)
            #expect(path["bracket"] as? [Int] == [9, 10])
            #expect(path["soak_passed"] as? Bool == true)
            let gaveOut = try #require(path["gave_out"] as? [[String: Any]])
            #expect(gaveOut.first?["expression"] as? String == "p(90)<550ms")
            #expect((gaveOut.first?["value"] as? Double ?? 0) > 550)
            let shares = try #require(path["latency_at"] as? [[String: Any]])
            #expect(shares.compactMap { $0["share"] as? Double } == [0.1, 0.5, 0.9, 1])
            #expect((path["plan"] as? [String: Any])?["servers"] as? Int ?? 0 >= 1)
            #expect(path["agent"] is NSNull)

            // Each load is a run of its own, found by its tags.
            let points = try #require(path["points"] as? [[String: Any]])
            let store = try bench.database("s.sqlite")
            #expect(try store.count("run") == points.count)
            let stored = try store.text("SELECT id FROM run")
            #expect(Set(stored) == Set(points.compactMap { $0["run"] as? String }))
            let id = try #require(document["capacity", "id"] as? String)
            let shown = try await bench.run(
                "report", "tag:capacity=\(id)", "--db", "s.sqlite", "--json", "-")
            #expect(shown.code == 0, "\(shown)")
            #expect(try bench.text(of: "c.html").contains("9–10"))
            #expect(try bench.text(of: "c.md").contains("**9 callers**"))
        }

        @Test func `an agent without limit ends at the ceiling, on every path, and says so`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(Self.yaml(sessions: 1_000), to: "s.yaml")

            let result = try await capacity(bench, Self.quick + ["--max", "8", "--soak", "0s"])

            #expect(result.code == 0, "\(result)")
            #expect(result.output.contains("rtp  at least 8 callers"))
            #expect(result.output.contains("other  at least 8 callers"))
            #expect(result.output.contains("ceiling reached"))
            #expect(result.errors.contains("rtp: 6 callers for 8 s"))
        }

        @Test func `an agent that serves nobody well enough ends with 1`() async throws {
            let bench = try Workbench()
            try bench.write(
                Self.yaml(objectives: "objectives: {first_audio: [\"p(50)<50ms\"]}"), to: "s.yaml")

            let result = try await capacity(
                bench, Self.quick + ["--path", "rtp", "--start", "2", "--max", "2"])

            #expect(result.code == 1, "\(result)")
            #expect(result.output.contains("not even 1 caller passed"))
        }

        @Test(arguments: [
            (["--hold", "5"], "--hold 5"), (["--start", "9", "--max", "8"], "--start 9"),
            (["--hold", "8s", "--soak", "2s"], "shorter than --hold"),
            (["--soak", "24h"], "--soak 24h"),
            (["--headroom", "1e-300"], "--headroom"),
            (["--precision", "0"], "--precision"), (["--duration", "9s"], "--duration"),
            (["--agent-pid", "1", "--agent-metrics", "http://h/"], "give one of them"),
            (["--agent-pid", "1", "--simulate"], "virtual time"),
            (["--agent-metrics", "ftp://h/"], "--agent-metrics"),
            (["--agent-pid", "999999999"], "no such process"),
            (["--holding-time", "90s"], "--peak-calls-per-hour"),
            (["--path", "web"], "no path 'web'"),
        ])
        func `arguments that make no sense end with 2 and say what would`(
            arguments: [String], words: String
        ) async throws {
            let bench = try Workbench()
            try bench.write(Self.yaml(), to: "s.yaml")

            let result = try await capacity(bench, arguments)

            #expect(result.code == 2, "\(result)")
            #expect(result.errors.contains(words), "\(result)")
            #expect(!FileManager.default.fileExists(atPath: bench.place("Results").path))
        }

        @Test func `a scenario without objectives has no capacity, and is told what to add`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(Self.yaml(objectives: ""), to: "s.yaml")

            let result = try await capacity(bench, Self.quick)

            #expect(result.code == 2)
            #expect(result.errors.contains("no objectives"))
            #expect(result.errors.contains("p(95)<900ms"))
        }

        @Test func `interrupted, in a run or in the rest after it, it reports what it had found`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(Self.yaml(), to: "s.yaml")
            let live = [
                "capacity", "s.yaml", "--path", "rtp", "--start", "2", "--db", "s.sqlite",
                "--json", "c.json",
            ]
            // Long enough that a busy host is still in the run when the interruption comes.
            for (hold, cooldown, runs) in [("30s", "0s", 0), ("1s", "60s", 1)] {
                let command = try Command(
                    live + ["--hold", hold, "--cooldown", cooldown], in: bench)
                let hasBegun = try await eventually(within: .seconds(30)) {
                    let said = (try? command.errorsSoFar) ?? ""
                    return said.contains(runs == 0 ? "callers 2" : "inconclusive")
                }
                try #require(hasBegun)
                command.send(SIGINT)
                let result = try await command.wait(limit: .seconds(20))

                #expect(result.code == 130, "\(result)")
                #expect(result.output.contains("unfinished: interrupted"))
                let path = try #require(
                    try Summary(bench.text(of: "c.json"))["paths", "rtp"] as? [String: Any])
                #expect(path["ending"] as? String == "unfinished")
                #expect((path["points"] as? [Any])?.count == runs)
            }
        }

        @Test func `an agent that is not there ends with 5 at once`() async throws {
            let bench = try Workbench()
            try bench.write(Self.yaml(), to: "s.yaml")

            let result = try await capacity(
                bench,
                [
                    "--path", "rtp", "--target", "rtp://127.0.0.1:9", "--hold", "1s", "--start",
                    "2",
                    "--db", "s.sqlite",
                ])

            #expect(result.code == 5, "\(result)")
            #expect(result.output.contains("no call was ever established"))
        }
    }
}
