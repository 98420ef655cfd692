import Foundation
import GRDB
import Testing

/// What a gate may not let pass, as a user has it, in virtual time.
@Suite struct GateTests {
    /// - Parameter pairs: of runs in turns; `nil` for none.
    private func run(
        _ bench: Workbench, _ options: String..., load: String = "callers: 12, calls_each: 2",
        objectives: [String] = []
    ) async throws -> Command.Result {
        try bench.write(ShortScenario.yaml(load: load, objectives: objectives), to: "s.yaml")
        let fixed = ["run", "s.yaml", "--simulate", "--db", "store.sqlite", "--quiet"]
        return try await Command(fixed + options, in: bench).wait()
    }

    private func gate(_ bench: Workbench, _ arguments: String...) async throws -> Command.Result {
        try await Command(["gate"] + arguments + ["--db", "store.sqlite"], in: bench).wait()
    }

    private func change(_ bench: Workbench, _ statements: String...) async throws {
        try await bench.database().write { db in
            for statement in statements { try db.execute(sql: statement) }
        }
    }

    /// The calls that the third run placed on rtp.
    private static let third = """
        path_id = (SELECT id FROM path WHERE name = 'rtp'
            AND run_id = (SELECT id FROM run ORDER BY rowid LIMIT 1 OFFSET 2))
        """

    @Test func `a run that was never measured on a path leaves the path undecided`() async throws {
        let bench = try Workbench()
        #expect(try await run(bench, "--pairs", "6").end == .exit(0))
        let against = [
            "latest/rtp", "--baseline", "latest/websocket", "--allow", "900%", "--metric",
            "first_audio",
        ]
        let whole = try await Command(["gate"] + against + ["--db", "store.sqlite"], in: bench)
            .wait()
        #expect(whole.end == .exit(0), "\(whole)")
        let named = try await gate(
            bench, "latest/rtp", "--baseline", "latest/websocket", "--metric", "barge_in_cut")
        #expect(named.end == .exit(3), "\(named)")

        try await change(
            bench,
            "DELETE FROM turn WHERE call_id IN (SELECT id FROM call WHERE \(Self.third))")
        let partial = try await Command(["gate"] + against + ["--db", "store.sqlite"], in: bench)
            .wait()
        #expect(partial.end == .exit(3), "\(partial)")
        #expect(partial.output.contains("no samples in 1 of 6 runs on the second side"))
    }

    @Test func `one run that reached nobody on a path decides over that path`() async throws {
        let bench = try Workbench()
        #expect(try await run(bench, "--pairs", "4").end == .exit(0))
        try await change(
            bench,
            """
            UPDATE call SET outcome = 'failed', reason = 'refused', connected_ns = NULL
            WHERE \(Self.third)
            """)
        #expect(try await gate(bench, "latest").end == .exit(5))
        #expect(try await gate(bench, "latest/rtp").end == .exit(5))
        #expect(try await gate(bench, "latest/websocket").end == .exit(0))
    }

    @Test func `an interruption says more than a generator over its budget`() async throws {
        let bench = try Workbench()
        #expect(try await run(bench, "--pairs", "3").end == .exit(0))
        // Stalls that a run in virtual time never has.
        try await change(
            bench, "UPDATE run SET mode = 'live'", "UPDATE second SET tick_lateness_ns = 1000000000"
        )
        let against = ["gate", "latest/rtp", "--baseline", "latest/websocket", "--anyway"]
        let invalid = try await Command(against + ["--db", "store.sqlite"], in: bench).wait()
        #expect(invalid.end == .exit(4), "\(invalid)")
        try await change(
            bench, "UPDATE run SET state = 'interrupted' WHERE rowid = (SELECT max(rowid) FROM run)"
        )
        let both = try await Command(against + ["--db", "store.sqlite"], in: bench).wait()
        #expect(both.end == .exit(130), "\(both)")
    }

    @Test func `runs of one side that are not alike are refused, with what differs`() async throws {
        let bench = try Workbench()
        for side in ["a", "b"] {
            for _ in 0..<3 { #expect(try await run(bench, "--tag", "s=\(side)").end == .exit(0)) }
        }
        #expect(try await gate(bench, "every:s=b").end == .exit(0))
        let other = try await run(
            bench, "--tag", "s=b", "--seed", "99", "--set", "agent.embedded.think=90ms",
            "--callers", "40")
        #expect(other.end == .exit(0))

        let compared = try await bench.run(
            "compare", "every:s=a", "every:s=b", "--db", "store.sqlite")
        #expect(compared.end == .exit(2), "\(compared)")
        for text in ["within every:s=b: the loads differ", "agents behave", "7 and 7, 99"] {
            #expect(compared.errors.contains(text), "\(compared)")
        }
        let gated = try await gate(bench, "every:s=b")
        #expect(gated.end == .exit(2) && gated.errors.contains("the loads differ"), "\(gated)")
        #expect(try await gate(bench, "every:s=b", "--anyway").end == .exit(0))
        #expect(try await gate(bench, "every:s=a").end == .exit(0))

        try await change(
            bench, "UPDATE run SET mode = 'live' WHERE rowid = (SELECT max(rowid) FROM run)")
        let mixed = try await gate(bench, "every:s=b", "--anyway")
        #expect(mixed.end == .exit(2) && mixed.errors.contains("simulated and live"), "\(mixed)")
    }

    @Test func `what only has the tag of a group is none, and is judged by itself`() async throws {
        let bench = try Workbench()
        for objective in [ShortScenario.met, ShortScenario.met, ShortScenario.missed] {
            _ = try await run(bench, objectives: [objective])
        }
        try await change(bench, "UPDATE run SET tags_json = '{\"pairs\": \"yes\"}'")
        #expect(try await gate(bench, "latest").end == .exit(1))
        // Made alike in turns they are one, and the newest says what is asked of it.
        try await change(
            bench,
            "UPDATE run SET tags_json = '{\"pairs\": \"yes\", \"pair\": \"' || rowid || '\"}'")
        #expect(try await gate(bench, "latest").end == .exit(1))
    }

    /// 13 calls twice in each of six pairs: 156 turns prove 98 % at a risk of 5 %, not of 2.5 %.
    @Test func `half the risk of a look stays with its group`() async throws {
        for (options, level, end) in [
            ([], 0.05, Command.End.exit(0)), (["--extend", "1"], 0.025, .exit(3)),
        ] {
            let bench = try Workbench()
            try bench.write(
                ShortScenario.yaml(
                    load: "callers: 13, calls_each: 2",
                    objectives: [#"response_rate: ["rate>=0.98"]"#]), to: "s.yaml")
            let made = try await Command(
                [
                    "run", "s.yaml", "--simulate", "--db", "store.sqlite", "--pairs", "6",
                    "--json", "made.json",
                ] + options, in: bench
            ).wait()
            #expect(made.end == end, "\(made)")
            let gated = try await gate(
                bench, "latest/rtp", "--baseline", "latest/websocket", "--allow", "900%",
                "--metric",
                "first_audio", "--json", "gate.json")
            #expect(gated.end == end, "\(gated)")
            for name in ["made.json", "gate.json"] {
                let summary = try Summary(try bench.text(of: name))
                let comparisons = summary.document["comparisons"] as? [[String: Any]]
                #expect(comparisons?.first?["level"] as? Double == level, "\(name)")
            }
        }
    }
}

/// Signals while runs in virtual time go on, which nobody listens for.
@Suite struct InterruptedSeriesTests {
    @Test(arguments: [
        (["--pairs", "64", "--junit", "j.xml"], "pair 2 of"),
        (["--set", "seed=" + (1...64).map { "\($0)" }.joined(separator: ",")], "run 2 of"),
    ])
    func `a signal between two runs ends the series with 130`(
        options: [String], begun: String
    ) async throws {
        let bench = try Workbench()
        try bench.write(ShortScenario.yaml(load: "callers: 12, calls_each: 2"), to: "s.yaml")
        let command = try Command(
            ["run", "s.yaml", "--simulate", "--db", "store.sqlite"] + options, in: bench)
        let isUnderWay = try await eventually(within: .seconds(60)) {
            command.progress.contains(begun)
        }
        try #require(isUnderWay)
        command.send(SIGINT)
        let result = try await command.wait()

        #expect(result.end == .exit(130), "\(result)")
        #expect(try bench.database().count("run") < 64)
        if options.contains("--junit") {
            #expect(try bench.text(of: "j.xml").contains("verdict_interrupted"))
        }
    }
}
