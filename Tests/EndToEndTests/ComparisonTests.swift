import Foundation
import GRDB
import Testing

/// Runs in turns, comparisons and gates as a user has them, in virtual time.
@Suite struct ComparisonTests {
    /// Two agents on one path each: the second thinks longer.
    private static let scenario = ShortScenario.yaml(load: "callers: 12, calls_each: 2")

    private func bench(pairs: Int, _ options: String...) async throws -> (
        Workbench, Command.Result
    ) {
        let bench = try Workbench()
        try bench.write(Self.scenario, to: "s.yaml")
        let result = try await Command(
            [
                "run", "s.yaml", "--simulate", "--pairs", "\(pairs)", "--db", "store.sqlite",
                "--json", "pairs.json",
            ] + options, in: bench
        ).wait()
        return (bench, result)
    }

    private func json(_ text: String) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return try #require(object as? [String: Any])
    }

    @Test func `runs in turns alternate their paths, draw alike in a pair, and compare`()
        async throws
    {
        let (bench, result) = try await bench(pairs: 8)

        #expect(result.end == .exit(0), "\(result)")
        let sql = """
            SELECT seed, json_extract(tags_json, '$.pairs') AS pairs,
                (SELECT name FROM path WHERE run_id = run.id AND position = 0) AS first
            FROM run ORDER BY rowid
            """
        let runs = try await bench.database().read { db in
            try Row.fetchAll(db, sql: sql).map { row in
                (
                    first: row["first"] as String, seed: row["seed"] as Int,
                    group: row["pairs"] as String
                )
            }
        }
        #expect(runs.map(\.first).prefix(3) == ["websocket", "rtp", "websocket"])
        #expect(runs.map(\.seed) == Array(7..<15))
        #expect(Set(runs.map(\.group)).count == 1)

        let document = try json(try bench.text(of: "pairs.json"))
        let comparisons = try #require(document["comparisons"] as? [[String: Any]])
        let comparison = try #require(comparisons.first)
        let design = try #require(comparison["design"] as? [String: Any])
        #expect(design["kind"] as? String == "paired" && design["pairs"] as? Int == 8)
        let findings = try #require(comparison["findings"] as? [[String: Any]])
        let answer = try #require(findings.first { $0["metric"] as? String == "first_audio" })
        // A player of 60 ms stands between an rtp caller and the agent.
        #expect(answer["verdict"] as? String == "worse", "\(answer)")
        #expect(result.output.contains("websocket answered"))

        let again = try await bench.run(
            "compare", "latest/websocket", "latest/rtp", "--db", "store.sqlite", "--json", "-",
            "--html", "compare.html")
        #expect(again.end == .exit(0))
        let page = try bench.text(of: "compare.html")
        #expect(page.contains("✗ worse") && page.contains("websocket answered"))
        let second = try json(again.output)["findings"] as? NSArray
        #expect(second == comparison["findings"] as? NSArray)
    }

    @Test func `pages of a group show the group, and every run of it`() async throws {
        let (bench, result) = try await bench(pairs: 6, "--html", "pairs.html")
        #expect(result.end == .exit(0), "\(result)")
        let gate = try await bench.run(
            "gate", "latest", "--db", "store.sqlite", "--html", "gate.html")
        #expect(gate.end == .exit(0), "\(gate)")
        let compare = try await bench.run(
            "compare", "latest/websocket", "latest/rtp", "--db", "store.sqlite", "--html",
            "compare.html")
        #expect(compare.end == .exit(0), "\(compare)")

        for name in ["pairs.html", "gate.html"] {
            let page = try bench.text(of: name)
            #expect(page.contains("<li>6 simulated runs, ") && page.contains("<li>pairs="))
            #expect(!page.contains("pair=1"), "\(name)")
            #expect(page.contains("<li>seed 7 … 12</li>"), "\(name)")
            let data = try #require(page.firstMatch(of: #/id="data">([^<]*)<\/script>/#))
            let drawn = try json(String(data.output.1))
            let curves = try #require(drawn["curves"] as? [[String: Any]])
            let metrics = try #require(curves[0]["metrics"] as? [String: [String: Any]])
            // Six runs of twelve callers with two calls each, one answer a call and more.
            #expect((metrics["first_audio"]?["n"] as? Int ?? 0) >= 144, "\(name)")
        }
        for name in ["pairs.html", "gate.html", "compare.html"] {
            #expect(!(try bench.text(of: name).contains("id=\"timeline\"")), "\(name)")
        }
        #expect(!(try bench.text(of: "compare.html").contains("run-to-run variation unknown")))
    }

    @Test func `a gate against a baseline passes, fails and stays undecided`() async throws {
        let (bench, _) = try await bench(pairs: 6)
        func gate(_ allowed: String, _ sides: (String, String)) async throws -> Command.Result {
            try await bench.run(
                "gate", "latest/\(sides.1)", "--baseline", "latest/\(sides.0)", "--allow", allowed,
                "--db", "store.sqlite", "--junit", "gate.xml", "--metric", "first_audio:p50")
        }
        #expect(try await gate("10%", ("websocket", "rtp")).end == .exit(1))
        #expect(try bench.text(of: "gate.xml").contains("type=\"verdict_fail\""))
        #expect(try await gate("500%", ("websocket", "rtp")).end == .exit(0))
        #expect(!(try bench.text(of: "gate.xml").contains("<failure")))
        #expect(try await gate("0%", ("rtp", "websocket")).end == .exit(0))

        let undecided = try await bench.run(
            "run", "s.yaml", "--simulate", "--db", "store.sqlite", "--tag", "git=abc", "--json",
            "-", "--seed", "99")
        #expect(undecided.end == .exit(0))
        let single = try await bench.run(
            "gate", "latest/rtp", "--baseline", "git:ab/websocket", "--db", "store.sqlite")
        #expect(single.end == .exit(3), "\(single)")
        #expect(single.output.contains("run-to-run variation unknown"))
    }

    @Test func `an undecided group is extended once and no further`() async throws {
        let (bench, result) = try await bench(pairs: 2, "--extend", "1")
        #expect(result.end == .exit(0), "\(result)")
        let count = try await bench.database().read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM run")
        }
        #expect(count == 3)
        #expect(result.output.contains("3 pairs"))
    }

    @Test func `what is not comparable is refused, with what differs, unless told to`()
        async throws
    {
        let bench = try Workbench()
        try bench.write(Self.scenario, to: "s.yaml")
        for seed in ["1", "2"] {
            let run = try await bench.run(
                "run", "s.yaml", "--simulate", "--seed", seed, "--path", "rtp", "--tag",
                "seed=\(seed)", "--db", "store.sqlite", "--quiet")
            #expect(run.end == .exit(0))
        }
        let refused = try await bench.run(
            "compare", "tag:seed=1", "tag:seed=2", "--db", "store.sqlite")
        #expect(refused.end == .exit(2))
        #expect(refused.errors.contains("the seeds differ: 1 and 2"), "\(refused)")
        let forced = try await bench.run(
            "compare", "tag:seed=1", "tag:seed=2", "--anyway", "--db", "store.sqlite")
        #expect(forced.end == .exit(0))
        #expect(forced.output.contains("run-to-run variation unknown"))
        #expect(!forced.output.contains("<0."), "a p of single runs")

        let itself = try await bench.run("compare", "latest", "latest", "--db", "store.sqlite")
        #expect(itself.end == .exit(2) && itself.errors.contains("the same run"))
        let absent = try await bench.run("compare", "latest/x", "latest", "--db", "store.sqlite")
        #expect(absent.end == .exit(2) && absent.errors.contains("no path 'x'"), "\(absent)")
    }

    @Test func `a gate speaks to GitHub`() async throws {
        let bench = try Workbench()
        try bench.write(
            ShortScenario.yaml(load: "callers: 12", objectives: [ShortScenario.missed]),
            to: "s.yaml")
        let summary = bench.place("step.md").path
        let run = try await bench.run(
            "run", "s.yaml", "--simulate", "--db", "store.sqlite", "--github", "--quiet",
            environment: ["GITHUB_STEP_SUMMARY": summary])
        #expect(run.end == .exit(1))
        #expect(run.output.contains("::error title=rtp first_audio max<1ms::measured"), "\(run)")
        let gate = try await bench.run(
            "gate", "latest", "--db", "store.sqlite", "--github",
            environment: ["GITHUB_STEP_SUMMARY": summary])
        #expect(gate.end == .exit(1))
        let written = try bench.text(of: "step.md")
        #expect(written.components(separatedBy: "### ❌ Talkover").count == 3)
    }

    @Test(arguments: [
        (["run", "s.yaml", "--pairs", "0"], "--pairs 0"),
        (["run", "s.yaml", "--pairs", "2", "--path", "rtp"], "only one is run"),
        (["run", "s.yaml", "--extend", "2"], "--pairs, which is not given"),
        (["run", "s.yaml", "--pairs", "2", "--record", "sound"], "--pairs makes many"),
        (["run", "s.yaml", "--pairs", "2", "--set", "hold=200ms,300ms"], "--set has several"),
        (["run", "s.yaml", "--pairs", "2", "--baseline", "x", "--simulate"], "--baseline x"),
        (["run", "s.yaml", "--pairs", "2", "--metric", "none", "--simulate"], "no such metric"),
        (["run", "s.yaml", "--simulate", "--tag", "pairs=yes"], "--tag pairs: talkover"),
        (["run", "s.yaml", "--simulate", "--tag", "pair=1"], "--tag pair: talkover"),
        (["compare", "a"], "Missing expected argument"),
        (["gate", "latest", "--metric", "nonsense"], "no such metric"),
        (["gate", "latest", "--metric", "first_audio:p42"], "p50, p90"),
        (["gate", "latest", "--metric", "response_rate:p50"], "write response_rate"),
        (["gate", "latest", "--allow", "much"], "--allow"),
        (["gate", "latest", "--allow", "1e308%"], "0% to 1000%"),
        (["compare", "latest/rtp", "latest/websocket", "--margin", "1e300"], "0% to 1000%"),
        (["run", "s.yaml", "--tag", "pairs=x", "--simulate"], "talkover itself sets it"),
    ])
    func `what cannot be compared is a usage error that says what to write`(
        arguments: [String], says: String
    ) async throws {
        let bench = try Workbench()
        try bench.write(Self.scenario, to: "s.yaml")
        _ = try await bench.run("run", "s.yaml", "--simulate", "--db", "Results/talkover.sqlite")
        let result = try await Command(arguments, in: bench).wait()
        #expect(result.end == .exit(2), "\(result)")
        #expect(result.errors.contains(says), "\(result)")
        #expect(!result.errors.contains("pair 1 of"), "refused before any call: \(result)")
    }
}

extension LiveRuns {
    @Suite(.serialized) struct PairedLiveTests {
        @Test
        func `an interruption ends a later run of a group too, and what was measured is kept`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(load: "callers: 2, for: 2s"), to: "s.yaml")
            let command = try bench.start(
                "run", "s.yaml", "--pairs", "3", "--db", "store.sqlite", "--inconclusive", "pass")
            let isSecond = try await eventually(within: .seconds(60)) {
                command.progress.contains("pair 2 of 3: rtp, websocket\nrtp")
            }
            try #require(isSecond)
            command.send(SIGINT)
            let result = try await command.wait(limit: .seconds(30))

            #expect(result.end == .exit(130), "\(result)")
            let states = try await bench.database().read { db in
                try String.fetchAll(db, sql: "SELECT state FROM run ORDER BY rowid")
            }
            #expect(states == ["finished", "interrupted"])
        }
    }
}
