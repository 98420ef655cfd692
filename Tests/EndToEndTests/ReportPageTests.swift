import Foundation
import Testing

extension LiveRuns {
    /// The pages that the command writes, with what stands beside them.
    @Suite(.serialized) struct ReportPageTests {
        @Test func `several runs make one page, and no other file`() async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(objectives: [ShortScenario.met]), to: "s.yaml")
            for seed in ["1", "2"] {
                let result = try await bench.run(
                    "run", "s.yaml", "--simulate", "--callers", "12", "--db", "store.sqlite",
                    "--seed", seed, "--tag", "seed=\(seed)")
                try #require(result.code == 0, "\(result)")
            }

            let pair = ["tag:seed=1", "tag:seed=2"]
            let page = try await bench.run(
                "report", pair[0], pair[1], "--db", "store.sqlite", "--html", "both.html")
            let json = try await bench.run(
                "report", pair[0], pair[1], "--db", "store.sqlite", "--json", "both.json")

            #expect(page.end == .exit(0), "\(page)")
            let text = try bench.text(of: "both.html")
            #expect(text.contains("Comparison of 2 runs"))
            #expect(
                text.contains(#/<th scope="row">seed<\/th><td>differs<\/td><td>1<\/td><td>2<\/td>/#)
            )
            #expect(json.end == .exit(2), "\(json)")
            #expect(json.errors.contains("one file holds one run"))
        }

        @Test func `a recorded call is played from where it was written`() async throws {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(objectives: []), to: "s.yaml")
            let result = try await bench.runFit(
                "run", "s.yaml", "--db", "store.sqlite", "--callers", "2",
                "--record", "sound of calls", "--html", "out/page.html")
            try #require(result.code == 0 || result.code == 4, "\(result)")

            let page = try bench.text(of: "out/page.html")
            let sources = page.matches(of: #/ src="([^"#]*)/#).map { String($0.output.1) }
            #expect(!sources.isEmpty)
            for source in Set(sources) {
                #expect(source.hasPrefix("../sound%20of%20calls/"), "\(source)")
                let file = bench.place("out/" + (source.removingPercentEncoding ?? ""))
                #expect(FileManager.default.fileExists(atPath: file.path), "\(source)")
            }
            #expect(page.contains("media-src"))
        }

        @Test func `paths whose names are alike are recorded apart`() async throws {
            let bench = try Workbench()
            let paths =
                "paths: {a_b: {transport: rtp, codec: pcmu}, a-b: {transport: rtp, codec: pcmu}}\n"
            try bench.write(ShortScenario.yaml(paths: paths, load: "callers: 1"), to: "s.yaml")

            let result = try await bench.run(
                "run", "s.yaml", "--db", "store.sqlite", "--record", "sound")

            let files = try FileManager.default.contentsOfDirectory(
                atPath: bench.place("sound").path)
            #expect(files.sorted() == ["a-b-0.wav", "a_b-0.wav"], "\(result)")
        }
    }
}
