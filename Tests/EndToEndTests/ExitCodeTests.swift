import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension LiveRuns {
    @Suite(.serialized) struct ExitCodeTests {
        @Test func `a run that meets its objectives ends with 0`() async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(objectives: [ShortScenario.met]), to: "s.yaml")

            let result = try await bench.runFit("run", "s.yaml", "--db", "store.sqlite")

            #expect(result.output.contains("objectives"))
            guard result.code != 4 else { return }
            #expect(result.end == .exit(0), "\(result)")
            #expect(result.output.contains("(exit 0)"))
        }

        struct Case: Sendable {
            let code: Int32
            var objectives: [String] = []
            var options: [String] = []

            static let undecided = #"first_audio: ["p(99)<900ms"]"#
            static let failing = #"call_success: ["rate<0.1"]"#
        }

        @Test(arguments: [
            Case(code: 0),
            Case(code: 0, objectives: [ShortScenario.met]),
            Case(code: 1, objectives: [ShortScenario.missed]),
            Case(code: 3, objectives: [Case.undecided]),
            Case(code: 0, objectives: [Case.undecided], options: ["--inconclusive=pass"]),
            Case(code: 1, objectives: [Case.undecided], options: ["--inconclusive=fail"]),
            Case(
                code: 1, objectives: [Case.failing, Case.undecided],
                options: ["--inconclusive=pass"]
            ),
        ])
        func `objectives decide between 0, 1 and 3`(_ given: Case) async throws {
            let bench = try Workbench()
            try bench.write(
                ShortScenario.yaml(load: "callers: 12", objectives: given.objectives), to: "s.yaml"
            )

            let result = try await Command(
                ["run", "s.yaml", "--simulate", "--db", "store.sqlite"] + given.options, in: bench
            ).wait()

            #expect(result.end == .exit(given.code), "\(result)")
        }

        @Test func `a generator that was held up ends with 4, though an objective failed too`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(
                ShortScenario.yaml(
                    load: "callers: 2, for: 3s",
                    objectives: [ShortScenario.missedByCalls]
                ),
                to: "s.yaml"
            )

            let command = try bench.start(
                "run", "s.yaml", "--path", "websocket", "--db", "store.sqlite", "--json", "-"
            )
            try #require(await runHasBegun(bench))
            try await Task.sleep(for: .milliseconds(600))
            for _ in 0..<3 {
                command.send(SIGSTOP)
                try await Task.sleep(for: .milliseconds(500))
                command.send(SIGCONT)
                try await Task.sleep(for: .milliseconds(300))
            }
            let result = try await command.wait()

            #expect(result.end == .exit(4), "\(result)")
            let summary = try Summary(result.output)
            #expect(summary["verdict"] as? String == "invalid")
            #expect(summary["generator", "valid"] as? Bool == false)
            let problems = try #require(summary["generator", "problems"] as? [String])
            #expect(problems.contains { $0.contains("stalled") })
            #expect(summary.objectives == ["fail"])
        }

        @Test(arguments: [
            "ws: {transport: websocket, dialect: binary, url: 'ws://127.0.0.1:PORT/v1/realtime'}",
            "udp: {transport: rtp, codec: pcmu, url: 'rtp://127.0.0.1:PORT'}",
        ])
        func `one path where nobody listens ends with 5, whatever the other's objectives say`(
            _ path: String
        ) async throws {
            let bench = try Workbench()
            // Bound and let go: nobody listens there now.
            let port = try RawSocket(.stream).bindAnywhere()
            let closed = path.replacingOccurrences(of: "PORT", with: "\(port)")
            let paths = "paths:\n  rtp: {transport: rtp, codec: pcmu}\n  \(closed)\n"
            try bench.write(
                ShortScenario.yaml(paths: paths, objectives: [ShortScenario.missed]), to: "s.yaml"
            )

            let result = try await bench.runFit(
                "run", "s.yaml", "--db", "store.sqlite", "--json", "-"
            )

            let summary = try Summary(result.output)
            #expect(summary["paths", "rtp", "calls", "connected"] as? Int == 2)
            let name = String(path.prefix { $0 != ":" })
            #expect(summary["paths", name, "calls", "connected"] as? Int == 0)
            let reasons = summary["paths", name, "calls", "failed"] as? [String: Int] ?? [:]
            #expect(reasons.values.reduce(0, +) == 2)
            guard result.code != 4 else { return }
            #expect(result.end == .exit(5), "\(result)")
            #expect(summary["verdict"] as? String == "unreachable")
            #expect(summary.objectives.contains("fail"))
        }

        @Test func `SIGINT ends a run with 130, its calls stored, though an objective failed too`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(
                ShortScenario.endless(objectives: [ShortScenario.missedByCalls]), to: "s.yaml"
            )

            let command = try bench.start(
                "run", "s.yaml", "--path", "websocket", "--db", "store.sqlite", "--json", "-",
                "--html", "/proc/nowhere/report.html"
            )
            try #require(await runHasBegun(bench))
            let database = try bench.database()
            let hasTurns = try await eventually(within: .seconds(20)) {
                try database.count("turn") >= 3
            }
            try #require(hasTurns)
            command.send(SIGINT)
            let result = try await command.wait(limit: .seconds(15))

            #expect(result.end == .exit(130), "\(result)")
            let summary = try Summary(result.output)
            #expect(summary["verdict"] as? String == "interrupted")
            #expect(summary.objectives == ["fail"])
            let metric = summary["paths", "websocket", "metrics", "first_audio"] as? [String: Any]
            let answered = (metric?["n"] as? Int ?? 0) + (metric?["void"] as? Int ?? 0)
            #expect(answered >= 3)
            #expect(
                try database.text("SELECT state || ' ' || verdict FROM run") == [
                    "interrupted interrupted"
                ])
            #expect(try database.count("call WHERE outcome = 'interrupted'") > 0)
            #expect(result.errors.contains("/proc/nowhere/report.html"))
            #expect(try bench.leftovers.isEmpty)
        }

        @Test func `a second SIGINT ends at once`() async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.endless(), to: "s.yaml")

            let command = try bench.start("run", "s.yaml", "--db", "store.sqlite")
            try #require(await runHasBegun(bench))
            try await Task.sleep(for: .milliseconds(400))
            command.send(SIGINT)
            try await Task.sleep(for: .milliseconds(20))
            let asked = ContinuousClock.now
            command.send(SIGINT)
            let result = try await command.wait(limit: .seconds(15))

            #expect(result.end == .exit(130), "\(result)")
            #expect(ContinuousClock.now - asked < .seconds(2))
        }
    }
}

/// Waits until a run has entered itself in the store.
func runHasBegun(_ bench: Workbench, store: String = "store.sqlite") async throws -> Bool {
    try await eventually(within: .seconds(20)) {
        guard FileManager.default.fileExists(atPath: bench.place(store).path) else { return false }
        // Its tables may not be there yet.
        return (try? bench.database(store).count("run")) ?? 0 > 0
    }
}
