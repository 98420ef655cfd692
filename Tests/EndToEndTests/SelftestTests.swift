import Foundation
import GRDB
import Testing

extension LiveRuns {
    @Suite(.serialized) struct SelftestTests {
        @Test func `a quick self-test measures, is kept, and is quoted by the next run`()
            async throws
        {
            let bench = try Workbench()

            let result = try await bench.run(
                "selftest", "--quick", "--seconds", "2", "--db", "store.sqlite", "--json", "-",
                limit: .seconds(45))

            // A host that others keep busy may be unfit, and says so.
            try #require([.exit(0), .exit(4)].contains(result.end), "\(result)")
            let summary = try Summary(result.output)
            #expect(summary["fit"] as? Bool == (result.code == 0))
            let levels = try #require(summary.document["levels"] as? [[String: Any]])
            #expect(levels.map { $0["callers"] as? Int } == [0, 100])
            #expect(levels.last?["connected"] as? Int == 100)
            let biases = try #require(summary.document["bias"] as? [[String: Any]])
            #expect(biases.count == 27)
            for bias in biases {
                let n = try #require(bias["n"] as? Int)
                #expect(n > 0, "\(bias)")
                let off = try #require(bias["bias_ms"] as? Double, "\(bias)")
                #expect(abs(off) < 20, "\(bias)")
            }
            #expect(try bench.leftovers.isEmpty)

            let store = try bench.database()
            #expect(try store.count("selftest") == 1)
            #expect(try store.count("selftest_bias") == 27)
            #expect(try store.count("run") == 0)
            try await expectQuoted(bench, id: summary["selftest", "id"] as? String)
        }

        private func expectQuoted(_ bench: Workbench, id: String?) async throws {
            try bench.write(ShortScenario.yaml(), to: "s.yaml")
            let run = try await bench.run(
                "run", "s.yaml", "--db", "store.sqlite", "--json", "-")

            let summary = try Summary(run.output)
            for path in ["websocket", "rtp"] {
                #expect(summary["paths", path, "error_bar", "selftest"] as? String == id)
                let whole = try #require(summary["paths", path, "error_bar", "ms"] as? Double)
                #expect(whole >= 10)
                #expect(summary["paths", path, "error_bar", "parts", "detector"] is Double)
            }
        }

        @Test(arguments: [["--callers", "many"], ["--callers", "5,"], ["--seconds", "0"]])
        func `what makes no sense is a usage error`(arguments: [String]) async throws {
            let result = try await Command(["selftest"] + arguments, in: Workbench()).wait()
            #expect(result.end == .exit(2), "\(result)")
        }
    }
}
