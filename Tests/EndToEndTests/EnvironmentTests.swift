import Foundation
import GRDB
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension LiveRuns {
    /// What a host can lack: each is exit code 6, and a message with what helps.
    @Suite(.serialized) struct EnvironmentTests {
        @Test(arguments: [RawSocket.Kind.stream, .datagram])
        func `an agent's port that is taken is named`(_ kind: RawSocket.Kind) async throws {
            let bench = try Workbench()
            let holder = try RawSocket(kind)
            let port = try holder.bindAnywhere()
            if kind == .stream { try #require(listen(holder.descriptor, 1) == 0) }
            try bench.write("reply: [mm_hmm]\n", to: "behaviour.yaml")

            let result = try await bench.run(
                "agent", "--port", "\(port)", "--behaviour", "behaviour.yaml"
            )

            #expect(result.end == .exit(6), "\(result)")
            #expect(result.output.isEmpty)
            let name = kind == .stream ? "TCP" : "UDP"
            #expect(result.errors.contains("\(name) port \(port) is in use"))
            #expect(result.errors.contains("--port"))
        }

        @Test func `too few descriptors are told before the run, with the command that helps`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(), to: "s.yaml")

            let result = try await bench.run(
                "run", "s.yaml", "--callers", "500", "--db", "store.sqlite", shell: "ulimit -n 200"
            )

            #expect(result.end == .exit(6), "\(result)")
            #expect(result.errors.contains("500 callers need"))
            #expect(result.errors.contains("ulimit -n"))
            #expect(result.output.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: bench.place("store.sqlite").path))
        }

        @Test func `a soft limit that may be raised is raised without a word`() async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(load: "callers: 40"), to: "s.yaml")

            let result = try await bench.run(
                "run", "s.yaml", "--path", "rtp", "--db", "store.sqlite", "--json", "-",
                shell: "ulimit -Sn 60"
            )

            #expect([0, 4].contains(result.code), "\(result)")
            let summary = try Summary(result.output)
            #expect(summary["paths", "rtp", "calls", "completed"] as? Int == 40)
        }

        @Test func `a store that stays locked is named, and the agent is not left behind`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(load: "callers: 1"), to: "s.yaml")
            let first = try await bench.run("run", "s.yaml", "--simulate", "--db", "store.sqlite")
            try #require(first.code == 0, "\(first)")
            let holder = try bench.database()
            try await holder.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }

            let command = try bench.start("run", "s.yaml", "--db", "store.sqlite")
            let result = try await command.wait()
            try await holder.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }

            #expect(result.end == .exit(6), "\(result)")
            #expect(result.errors.contains("store.sqlite is locked"))
            #expect(result.errors.contains("--db"))
            #expect(try holder.count("run WHERE state = 'finished'") == 1)
            #expect(try holder.count("run") == 1)
            #expect(try agents(of: command.identifier).isEmpty)
            #expect(try bench.leftovers.isEmpty)
        }

        @Test func `a disk that fills up ends the run, and what was stored before is whole`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(load: "callers: 1"), to: "s.yaml")
            let before = try await bench.run("run", "s.yaml", "--simulate", "--db", "store.sqlite")
            try #require(before.code == 0, "\(before)")
            let size = try #require(
                FileManager.default.attributesOfItem(
                    atPath: bench.place("store.sqlite").path)[.size] as? Int
            )

            // A limit on files, in KiB, stands in for the disk: both refuse a write.
            let result = try await bench.run(
                "run", "s.yaml", "--callers", "40", "--path", "rtp", "--set", "load.calls_each=3",
                "--db", "store.sqlite", shell: "ulimit -f \(size / 1_024 + 24)"
            )

            #expect(result.end == .exit(6), "\(result)")
            #expect(result.errors.contains("store.sqlite"))
            #expect(result.errors.contains("--db"), "\(result)")
            let database = try bench.database()
            #expect(try database.text("PRAGMA integrity_check") == ["ok"])
            #expect(try database.count("run WHERE state = 'finished'") == 1)
            let shown = try await bench.run("runs", "list", "--db", "store.sqlite")
            #expect(shown.end == .exit(0))
        }

        @Test func `an agent that dies ends the run, and what was measured is kept`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(
                ShortScenario.endless(objectives: [ShortScenario.missed]), to: "s.yaml"
            )

            let command = try bench.start("run", "s.yaml", "--path", "rtp", "--db", "store.sqlite")
            try #require(await runHasBegun(bench))
            let database = try bench.database()
            let hasTurns = try await eventually(within: .seconds(20)) {
                try database.count("turn") >= 3
            }
            try #require(hasTurns)
            let agent = try #require(command.children.first)
            kill(agent, SIGKILL)
            let result = try await command.wait(limit: .seconds(15))

            #expect(result.end == .exit(6), "\(result)")
            #expect(result.errors.contains("the embedded agent died"))
            #expect(try database.count("turn") >= 3)
            #expect(
                try database.text("SELECT state || ' ' || verdict FROM run") == [
                    "interrupted interrupted"
                ])
            #expect(try bench.leftovers.isEmpty)
        }

        @Test func `a report that cannot be written is told, and the run is in the store`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(objectives: [ShortScenario.missed]), to: "s.yaml")

            let result = try await bench.run(
                "run", "s.yaml", "--simulate", "--db", "store.sqlite", "--html",
                "/proc/nowhere/report.html", "--junit", "report.xml"
            )

            #expect(result.end == .exit(6), "\(result)")
            #expect(result.errors.contains("/proc/nowhere/report.html"))
            #expect(try bench.database().count("run WHERE state = 'finished'") == 1)
            #expect(try bench.text(of: "report.xml").contains("<testsuite"))
        }
    }
}

/// Agents that a run has started, found by the folder it makes for them.
func agents(of run: pid_t) throws -> [pid_t] {
    Command.processes.filter { process in
        let file = "/proc/\(process.identifier)/cmdline"
        let words = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        return process.isAlive && words.contains("talkover-\(run)-")
    }.map(\.identifier)
}
