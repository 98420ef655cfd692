import Foundation
import GRDB
import Testing

extension LiveRuns {
    @Suite(.serialized) struct SummaryTests {
        private func fitRun(_ bench: Workbench, _ arguments: [String]) async throws -> Summary {
            let result = try await bench.runFit(
                ["run", "s.yaml", "--db", "store.sqlite", "--json", "-"] + arguments
            )
            try #require([0, 4].contains(result.code), "\(result)")
            #expect(result.output.hasPrefix("{\n") && result.output.hasSuffix("}\n"))
            let summary = try Summary(result.output)
            #expect((summary["generator", "valid"] as? Bool ?? true) == (result.code == 0))
            return summary
        }

        @Test func `--json - prints one document with every key of the contract`() async throws {
            let bench = try Workbench()
            try bench.write(
                ShortScenario.yaml(objectives: [ShortScenario.met]), to: "s.yaml"
            )

            let summary = try await fitRun(bench, ["--tag", "branch=main"])

            expectKeys(
                summary.document,
                [
                    "schema", "run", "verdict", "generator", "paths", "objectives",
                ])
            #expect(summary["schema"] as? Int == 1)
            expectKeys(
                summary["run"],
                [
                    "id", "mode", "scenario", "seed", "started_at", "duration_s", "version", "host",
                    "tags",
                ])
            #expect(summary["run", "mode"] as? String == "live")
            #expect(summary["run", "seed"] as? Int == 7)
            #expect(summary["run", "tags"] as? [String: String] == ["branch": "main"])
            expectKeys(summary["run", "host"], ["cores", "kernel"])
            let started = try #require(summary["run", "started_at"] as? String)
            #expect(throws: Never.self) {
                try Date(
                    started, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            }
            expectGenerator(summary["generator"])
            let paths = try #require(summary["paths"] as? [String: Any])
            #expect(Set(paths.keys) == ["websocket", "rtp"])
            for name in paths.keys.sorted() { try expectPath(summary, name) }
            let objectives = try #require(summary["objectives"] as? [[String: Any]])
            #expect(objectives.count == 2)
            for objective in objectives {
                expectKeys(objective, ["path", "metric", "expression", "value", "verdict", "n"])
            }
        }

        private func expectPath(_ summary: Summary, _ name: String) throws {
            expectKeys(
                summary["paths", name],
                [
                    "transport", "calls", "peak_callers", "generator", "hearing", "metrics",
                    "rates",
                    "control",
                ])
            expectKeys(
                summary["paths", name, "calls"],
                [
                    "planned", "connected", "completed", "failed",
                ])
            #expect(summary["paths", name, "calls", "completed"] as? Int == 2)
            #expect((summary["paths", name, "calls", "failed"] as? [String: Int])?.isEmpty == true)
            #expect(summary["paths", name, "peak_callers"] as? Int == 2)
            expectGenerator(summary["paths", name, "generator"])
            expectKeys(summary["paths", name, "control"], ["calls", "stopped_by_themselves"])

            let metrics = try #require(summary["paths", name, "metrics"] as? [String: Any])
            for wanted in [
                "first_audio", "barge_in_cut", "first_packet", "connect", "jitter", "frame_delay",
                "mouth_to_ear", "overlap", "underrun", "mos", "greeting", "after_interrupt",
            ] {
                #expect(metrics[wanted] != nil, "\(wanted)")
            }
            for (metric, value) in metrics { try expectMetric(value, metric) }

            let rates = try #require(summary["paths", name, "rates"] as? [String: Any])
            for wanted in [
                "response_rate", "yield_rate", "false_interrupt", "agent_interrupts",
                "pause_takeover", "call_success", "loss", "concealment", "frame_late",
            ] {
                #expect(rates[wanted] != nil, "\(wanted)")
            }
            for (rate, value) in rates {
                expectKeys(value, ["value", "hits", "n", "ci95"])
                let fields = value as? [String: Any]
                #expect((fields?["ci95"] as? [Any])?.count == 2)
                let isNothing = fields?["n"] as? Int == 0
                #expect((fields?["value"] is NSNull) == isNothing, "\(rate)")
            }
        }

        /// The keys of a distribution, and `null` for whatever its samples cannot tell.
        private func expectMetric(_ value: Any, _ name: String) throws {
            expectKeys(
                value,
                [
                    "unit", "n", "censored", "censored_at", "void", "min", "mean", "p50", "p90",
                    "p95",
                    "p99", "p999", "max", "beyond_timeout", "ci95",
                ])
            let fields = try #require(value as? [String: Any])
            expectKeys(fields["ci95"], ["p50", "p95"])
            let n = try #require(fields["n"] as? Int)
            for (quantile, least) in [
                ("p50", 6), ("p90", 46), ("p95", 72), ("p99", 368), ("p999", 3_688),
            ] {
                let beyond = fields["beyond_timeout"] as? [String] ?? []
                let isNumber = fields[quantile] is NSNumber
                #expect(
                    isNumber == (n >= least && !beyond.contains(quantile)), "\(name) \(quantile)")
            }
            for extreme in ["min", "mean", "max"] where n == 0 {
                #expect(fields[extreme] is NSNull, "\(name) \(extreme)")
            }
        }

        private func expectGenerator(_ value: Any?) {
            expectKeys(
                value,
                [
                    "valid", "problems", "send_lateness_ms", "send_ratio", "rx_dwell_ms",
                    "cpu_cores",
                    "cpu_ms_per_caller_second", "decoding_ms_per_caller_second", "rss_mb",
                    "cpu_ms_per_setup",
                    "memory_kb_per_caller", "windows", "dropped_observations",
                ])
            let fields = value as? [String: Any] ?? [:]
            expectKeys(fields["send_lateness_ms"], ["p50", "p99", "max"])
            expectKeys(fields["rx_dwell_ms"], ["p50", "p99"])
            expectKeys(fields["windows"], ["total", "void"])
            #expect((fields["cpu_ms_per_caller_second"] as? Double ?? 0) > 0)
            #expect((fields["rss_mb"] as? Double ?? 0) > 1)
            #expect(fields["dropped_observations"] as? Int == 0)
        }

        private func expectKeys(_ value: Any?, _ keys: Set<String>) {
            let found = Set((value as? [String: Any] ?? [:]).keys)
            #expect(found.isSuperset(of: keys), "missing \(keys.subtracting(found).sorted())")
        }

        @Test(arguments: [["--callers", "20"], ["--simulate", "--callers", "80"]])
        func `the turns in the store give the percentiles that were published`(
            _ options: [String]
        ) async throws {
            let bench = try Workbench()
            let interrupting = ShortScenario.yaml(load: "callers: 20, ramp: 300ms")
                .replacingOccurrences(
                    of: "  - hang_up",
                    with: """
                          - {say: hold_on, after: agent_speech_start, delay: 60ms, \
                        kind: interrupt, expect: cut}
                          - hang_up
                        """
                )
                .replacingOccurrences(of: "reply: [mm_hmm]", with: "reply: calibration")
            try bench.write(interrupting, to: "s.yaml")

            let summary = try await fitRun(bench, options)

            let database = try bench.database()
            var compared = 0
            for path in ["websocket", "rtp"] {
                for metric in ["first_audio", "barge_in_cut", "first_packet", "lead_silence"] {
                    let published = try #require(
                        summary["paths", path, "metrics", metric] as? [String: Any]
                    )
                    let samples = try await stored(metric, path, database)
                    #expect(published["n"] as? Int == samples.count, "\(path) \(metric)")
                    for (name, quantile) in [("p50", 0.5), ("p90", 0.9), ("p95", 0.95)] {
                        guard let value = published[name] as? Double else { continue }
                        // Type 1: the smallest sample that so many are not above.
                        let rank = max(1, Int((quantile * Double(samples.count)).rounded(.up)))
                        #expect(abs(value - samples[rank - 1]) < 0.001, "\(path) \(metric) \(name)")
                        compared += 1
                    }
                    for (name, value) in [("min", samples.first), ("max", samples.last)] {
                        guard let value, value.isFinite else { continue }
                        let shown = try #require(published[name] as? Double)
                        #expect(abs(shown - value) < 0.001, "\(path) \(metric) \(name)")
                    }
                }
            }
            // Stalls of a busy host leave few turns of a live run.
            guard summary["generator", "valid"] as? Bool != false else { return }
            #expect(compared >= (options.contains("--simulate") ? 16 : 4))
        }

        /// A metric's samples in order, the censored ones as infinite.
        private func stored(
            _ metric: String, _ path: String, _ database: DatabaseQueue
        ) async throws -> [Double] {
            try await database.read { db in
                let hasCensored = try db.columns(in: "turn").contains {
                    $0.name == "\(metric)_censored"
                }
                let censored = hasCensored ? "\(metric)_censored" : "0"
                let sql = """
                    SELECT CASE WHEN \(censored) THEN 9e999 ELSE \(metric)_ms END FROM turn
                    JOIN call ON call.id = turn.call_id JOIN path ON path.id = call.path_id
                    JOIN run ON run.id = path.run_id
                    WHERE path.name = ? AND (\(metric)_ms IS NOT NULL OR \(censored))
                    AND run.rowid = (SELECT max(rowid) FROM run) ORDER BY 1
                    """
                return try Double.fetchAll(db, sql: sql, arguments: [path])
            }
        }

        @Test func `a simulated run is the same twice, but for its id and the time of day`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(load: "callers: 20, ramp: 1s"), to: "s.yaml")

            var documents: [NSDictionary] = []
            for _ in 0..<2 {
                let result = try await bench.run(
                    "run", "s.yaml", "--simulate", "--db", "store.sqlite", "--json", "-"
                )
                try #require(result.code == 0, "\(result)")
                var document = try Summary(result.output).document
                var run = try #require(document["run"] as? [String: Any])
                #expect(run.removeValue(forKey: "id") != nil)
                #expect(run.removeValue(forKey: "started_at") != nil)
                #expect(run["mode"] as? String == "simulated")
                #expect(document["generator"] is NSNull)
                document["run"] = run
                documents.append(document as NSDictionary)
            }

            #expect(documents[0] == documents[1])
        }
    }
}
