import Foundation
import GRDB
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension LiveRuns {
    @Suite(.serialized) struct KilledRunTests {
        @Test func `a run killed at any moment leaves a whole store, and no agent`() async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.endless(), to: "s.yaml")
            try bench.write(ShortScenario.yaml(), to: "first.yaml")
            let first = try await bench.run(
                "run", "first.yaml", "--simulate", "--db", "store.sqlite", "--json", "first.json"
            )
            try #require(first.code == 0, "\(first)")

            // Two at a time, an early one beside a late one.
            for step in 0..<5 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for moment in [step, 9 - step] {
                        group.addTask { try await kill(bench, at: moment) }
                    }
                    try await group.waitForAll()
                }
            }

            let again = try await bench.run(
                "report", "tag:moment=none", "--db", "store.sqlite", "--json", "-"
            )
            #expect(again.code == 2, "no run has that tag")
            let database = try bench.database()
            let whole = try database.text("SELECT id FROM run WHERE state = 'finished'")
            #expect(whole.count == 1)
            let report = try await Command(
                ["report", whole.first ?? "", "--db", "store.sqlite", "--json", "-"], in: bench
            ).wait()
            #expect(try bench.text(of: "first.json") == report.output)
            #expect(try database.count("run WHERE state = 'unfinished'") >= 5)
        }

        /// Starts a run, kills it, and looks at what is left.
        ///
        /// - Parameter moment: up to 4, fifths of a second after its start; from 5, as many
        ///   halves after it entered itself in the store.
        private func kill(_ bench: Workbench, at moment: Int) async throws {
            let command = try bench.start(
                "run", "s.yaml", "--db", "store.sqlite", "--tag", "moment=\(moment)"
            )
            let database = try bench.database()
            let state = "SELECT state FROM run WHERE tags_json ->> 'moment' = '\(moment)'"
            if moment < 5 {
                try await Task.sleep(for: .milliseconds(200 * moment))
            } else {
                let hasBegun = try await eventually(within: .seconds(20)) {
                    try !database.text(state).isEmpty
                }
                #expect(hasBegun)
                try await Task.sleep(for: .milliseconds(500 * (moment - 5)))
            }
            let children = command.children
            command.send(SIGKILL)
            let result = try await command.wait(limit: .seconds(5))
            let isGone = try await eventually(within: .seconds(2)) {
                try children.allSatisfy { !Command.isAlive($0) }
                    && agents(of: command.identifier).isEmpty
            }

            #expect(result.end == .signal(SIGKILL))
            #expect(isGone, "an agent outlived its run, killed at moment \(moment)")
            let listed = try await bench.run("runs", "list", "--db", "store.sqlite")
            #expect(listed.end == .exit(0), "killed at moment \(moment): \(listed)")
            #expect(try database.text("PRAGMA integrity_check") == ["ok"])
            let states = try database.text(state)
            // Killed before it could enter itself, it left nothing.
            #expect(states == ["unfinished"] || (states.isEmpty && moment < 5), "\(moment)")
        }
    }
}
