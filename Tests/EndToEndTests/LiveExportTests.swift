import Foundation
import GRDB
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension LiveRuns {
    /// What leaves a run while it is still going on.
    @Suite(.serialized) struct LiveExportTests {
        private func lines(_ text: String) throws -> [[String: Any]] {
            try text.split(separator: "\n").map { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                return try #require(object as? [String: Any], "\(line)")
            }
        }

        @Test func `every call, turn and second of the store is a line, in both formats`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(), to: "s.yaml")

            let result = try await bench.runFit(
                "run", "s.yaml", "--db", "store.sqlite", "--json", "summary.json",
                "--out", "jsonl=live/all.jsonl", "--out", "csv=all.csv")

            #expect([0, 4].contains(result.code), "\(result)")
            let rows = try lines(try bench.text(of: "live/all.jsonl"))
            let database = try bench.database()
            let newest = "(SELECT max(rowid) FROM run)"
            let run = try #require(
                try database.text("SELECT id FROM run WHERE rowid = \(newest)").first)
            let mine = "path_id IN (SELECT id FROM path WHERE run_id = '\(run)')"
            for (event, table) in [
                ("call", "call WHERE \(mine)"), ("second", "second WHERE \(mine)"),
                ("turn", "turn WHERE call_id IN (SELECT id FROM call WHERE \(mine))"),
            ] {
                let count = rows.count { $0["event"] as? String == event }
                let stored = try database.count(table)
                #expect(count > 0 && count == stored, "\(event)")
            }
            #expect(rows.allSatisfy { $0["run"] as? String == run })
            let exported = rows.compactMap { ($0["metrics"] as? [String: Double])?["first_audio"] }
            let stored = try await database.read {
                try Double.fetchAll(
                    $0,
                    sql: """
                        SELECT first_audio_ms FROM turn WHERE first_audio_ms IS NOT NULL
                        AND void_reason IS NULL AND call_id IN (SELECT id FROM call WHERE \(mine))
                        """)
            }
            #expect(!stored.isEmpty)
            for value in stored {
                #expect(exported.contains { abs($0 - value) < 0.001 }, "\(value) in \(exported)")
            }
            let records = try bench.text(of: "all.csv").split(separator: "\r\n")
            #expect(records.count == rows.count + 1)
            let columns = records[0].split(separator: ",", omittingEmptySubsequences: false).count
            for record in records {
                #expect(
                    record.split(separator: ",", omittingEmptySubsequences: false).count == columns)
            }
        }

        @Test func `lines come while the run goes on, and figures can be scraped`() async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.endless(), to: "s.yaml")

            let command = try bench.start(
                "run", "s.yaml", "--path", "rtp", "--db", "store.sqlite", "--quiet",
                "--out", "jsonl=all.jsonl", "--prometheus", "0")
            let hasTurns = try await eventually(within: .seconds(20)) {
                ((try? bench.text(of: "all.jsonl")) ?? "").contains("\"event\":\"turn\"")
            }
            let errors = try FileManager.default.contentsOfDirectory(atPath: bench.folder.path)
                .filter { $0.hasPrefix("stderr-") }
                .map { try bench.text(of: $0) }.joined()
            let port = try #require(
                errors.firstMatch(of: #/metrics: http:\/\/127\.0\.0\.1:([0-9]+)\/metrics/#)
                    .flatMap { UInt16($0.output.1) }, "\(errors)")
            let metrics = try HTTPAnswer.get("/metrics", port: port)
            let other = try HTTPAnswer.get("/", port: port)
            let rebound = try HTTPAnswer.get("/metrics", port: port, host: "evil.example")
            command.send(SIGINT)
            let result = try await command.wait(limit: .seconds(20))

            #expect(hasTurns)
            #expect(result.end == .exit(130), "\(result)")
            #expect(metrics.status == 200)
            #expect(metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(metrics.body.contains("talkover_callers{path=\"rtp\",transport=\"rtp\"} 3\n"))
            let count = metrics.body.firstMatch(
                of: #/talkover_first_audio_seconds_count\{[^}]*\} ([0-9]+)/#)
            #expect(count.flatMap { Int($0.output.1) } ?? 0 > 0, "\(metrics.body)")
            #expect(other.status == 404 && rebound.status == 421)
        }

        @Test func `a disk that takes no more ends the run, and the store has what was measured`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(ShortScenario.endless(), to: "s.yaml")

            let command = try bench.start(
                "run", "s.yaml", "--path", "rtp", "--db", "store.sqlite", "--quiet",
                "--out", "jsonl=/dev/full")
            let result = try await command.wait(limit: .seconds(30))

            #expect(result.end == .exit(6), "\(result)")
            #expect(result.errors.contains("cannot write /dev/full (--out): no space left"))
            let database = try bench.database()
            #expect(try database.count("call") > 0)
            #expect(try database.text("SELECT state FROM run") == ["interrupted"])
        }

        @Test func `a pipe that nobody reads any more ends the run the same way`() async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.endless(), to: "s.yaml")
            let tool = try LiveTool.executable.path

            let script = """
                "\(tool)" run s.yaml --path rtp --db store.sqlite --quiet --out jsonl=- | head -n 2
                exit ${PIPESTATUS[0]}
                """
            let result = try await bench.run("--version", shell: script, limit: .seconds(40))

            #expect(result.end == .exit(6), "\(result)")
            #expect(result.errors.contains("nobody reads it any more"))
            #expect(result.output.split(separator: "\n").count == 2)
            #expect(try bench.database().count("run WHERE state = 'interrupted'") == 1)
        }

        @Test func `a pipe whose reader stalls ends the run, and the store has every second`()
            async throws
        {
            let bench = try Workbench()
            let (command, reader) = try startStalled(bench)
            defer { close(reader) }
            let result = try await command.wait(limit: .seconds(40))

            #expect(result.end == .exit(6), "\(result)")
            #expect(result.errors.contains("cannot write pipe (--out): nobody reads it;"))
            #expect(result.errors.contains("what was measured is in the store"))
            #expect(try bench.database().count("second") >= 4)
            #expect(
                try bench.database().text("SELECT state FROM run") == ["interrupted"])
        }

        @Test func `the second signal ends a run whose export stalls`() async throws {
            let bench = try Workbench()
            let (command, reader) = try startStalled(bench)
            defer { close(reader) }
            try #require(await runHasBegun(bench))
            try await Task.sleep(for: .seconds(2))
            command.send(SIGINT)
            try await Task.sleep(for: .milliseconds(100))
            let asked = ContinuousClock.now
            command.send(SIGTERM)
            let result = try await command.wait(limit: .seconds(20))

            #expect(result.end == .exit(130), "\(result)")
            #expect(ContinuousClock.now - asked < .seconds(2))
            #expect(try bench.database().count("second") > 0)
        }

        /// A run without an end that exports into such a pipe.
        private func startStalled(_ bench: Workbench) throws -> (command: Command, reader: Int32) {
            try bench.write(ShortScenario.endless(), to: "s.yaml")
            try #require(mkfifo(bench.place("pipe").path, 0o600) == 0)
            let reader = try stalledReader(of: bench.place("pipe").path)
            let command = try bench.start(
                "run", "s.yaml", "--path", "rtp", "--db", "store.sqlite", "--quiet",
                "--out", "jsonl=pipe")
            return (command, reader)
        }

        /// A pipe that is full already, and whose reader does nothing.
        private func stalledReader(of pipe: String) throws -> Int32 {
            let reader = open(pipe, O_RDWR | O_NONBLOCK)
            try #require(reader >= 0)
            let block = [UInt8](repeating: UInt8(ascii: "x"), count: 4_096)
            while write(reader, block, block.count) > 0 {}
            return reader
        }

        @Test func `a file is emptied only for a run that can begin`() async throws {
            let bench = try Workbench()
            try bench.write("name: nothing more\n", to: "bad.yaml")
            try bench.write(ShortScenario.yaml(), to: "s.yaml")
            try bench.write("mine\n", to: "kept.jsonl")
            for arguments in [
                ["bad.yaml"], ["bad.yaml", "--set", "load.callers=1,2"],
                ["s.yaml", "--set", "load.callers=1,no"], ["s.yaml", "--tag", "novalue"],
            ] {
                let result = try await Command(
                    ["run"] + arguments + ["--simulate", "--out", "jsonl=kept.jsonl"], in: bench
                ).wait()
                #expect(result.end == .exit(2), "\(result)")
                #expect(try bench.text(of: "kept.jsonl") == "mine\n", "\(arguments)")
            }
        }

        @Test func `one file by two names, and the store, are refused as they are`() async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(), to: "s.yaml")
            try bench.write("kept", to: "a")
            let run = ["run", "s.yaml", "--simulate", "--path", "rtp", "--db", "store.sqlite"]
            let first = try await Command(run, in: bench).wait()
            try #require(first.code == 0)

            let twice = try await Command(
                run + ["--out", "jsonl=a", "--out", "csv=./a"], in: bench
            ).wait()
            let store = try await Command(run + ["--out", "csv=./store.sqlite"], in: bench).wait()

            #expect(twice.end == .exit(2) && twice.errors.contains("a and ./a are one file"))
            #expect(store.end == .exit(2) && store.errors.contains("is the store (--db)"))
            #expect(try bench.text(of: "a") == "kept")
            #expect(try bench.database().count("run") == 1)
        }

        @Test func `an export that fails says what that means for the run`() async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(), to: "s.yaml")
            let closed = "exec 1> >(exec true); wait $!"

            let header = try await bench.run(
                "run", "s.yaml", "--db", "store.sqlite", "--out", "csv=-", shell: closed)
            let simulated = try await bench.run(
                "run", "s.yaml", "--simulate", "--db", "other.sqlite", "--out", "jsonl=-",
                shell: closed)

            #expect(header.end == .exit(6) && simulated.end == .exit(6))
            #expect(header.errors.hasSuffix("(--out): nobody reads it any more\n"), "\(header)")
            #expect(simulated.errors.contains("the run is in the store all the same"))
            #expect(!simulated.errors.contains("was ended"))
            #expect(try bench.database("other.sqlite").count("run WHERE state = 'finished'") == 1)
        }

        @Test func `what cannot be exported is told before anybody is called`() async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(), to: "s.yaml")
            for (arguments, code, word) in [
                (["--out", "xml=a"], 2, "xml=a"), (["--out", "jsonl"], 2, "jsonl"),
                (["--out", "jsonl=-", "--json", "-"], 2, "stdout"),
                (["--out", "jsonl=a", "--out", "csv=a"], 2, "share"),
                (["--simulate", "--prometheus", "0"], 2, "virtual time"),
                (["--out", "csv=s.yaml/x.csv"], 6, "s.yaml/x.csv"),
            ] as [([String], Int32, String)] {
                let result = try await Command(
                    ["run", "s.yaml", "--db", "store.sqlite"] + arguments, in: bench
                ).wait()
                #expect(result.end == .exit(code), "\(result)")
                #expect(result.errors.contains(word), "\(result)")
            }
            #expect(!FileManager.default.fileExists(atPath: bench.place("store.sqlite").path))
        }

        @Test func `a port that is taken is named`() async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(), to: "s.yaml")
            let holder = try RawSocket(.stream)
            let port = try holder.bindAnywhere()
            try #require(listen(holder.descriptor, 1) == 0)

            let result = try await bench.run(
                "run", "s.yaml", "--db", "store.sqlite", "--prometheus", "\(port)")

            #expect(result.end == .exit(6), "\(result)")
            #expect(result.errors.contains("TCP port \(port) is in use"))
        }
    }
}
