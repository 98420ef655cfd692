import Foundation
import Testing

extension LiveRuns {
    @Suite(.serialized) struct StoredRunsTests {
        private func benchWithRuns() async throws -> Workbench {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(objectives: [ShortScenario.met]), to: "s.yaml")
            for branch in ["main", "work"] {
                let result = try await bench.run(
                    "run", "s.yaml", "--simulate", "--callers", "12", "--db", "store.sqlite",
                    "--tag", "branch=\(branch)", "--json", "\(branch).json"
                )
                try #require(result.code == 0, "\(result)")
            }
            return bench
        }

        private func id(_ branch: String, _ bench: Workbench) throws -> String {
            let summary = try Summary(try bench.text(of: "\(branch).json"))
            return try #require(summary["run", "id"] as? String)
        }

        @Test func `runs are listed, shown and deleted`() async throws {
            let bench = try await benchWithRuns()
            let (older, newer) = (try id("main", bench), try id("work", bench))

            let list = try await bench.run("runs", "--db", "store.sqlite")
            let shown = try await bench.run("runs", "show", older, "--db", "store.sqlite")
            let deleted = try await bench.run("runs", "delete", older, "--db", "store.sqlite")
            let left = try await bench.run("runs", "list", "--db", "store.sqlite")

            #expect(list.end == .exit(0), "\(list)")
            let places = [newer, older].map { list.output.range(of: $0)?.lowerBound }
            let first = try #require(places[0])
            let second = try #require(places[1])
            #expect(first < second, "newest first")
            #expect(shown.end == .exit(0) && shown.output.contains(older))
            #expect(shown.output.contains("first_audio"))
            #expect(deleted.end == .exit(0) && deleted.output.contains(older))
            #expect(left.output.contains(newer) && !left.output.contains(older))
            let database = try bench.database()
            #expect(try database.count("path") == 2)
            #expect(try database.count("turn") == 24)
            #expect(try database.text("SELECT DISTINCT run_id FROM path") == [newer])
        }

        @Test func `a run is found by latest, by a tag and by the start of its id`() async throws {
            let bench = try await benchWithRuns()
            let older = try id("main", bench)
            let newer = try id("work", bench)
            // Their ids share the time: as much as tells them apart.
            let shared = zip(older, newer).prefix { $0 == $1 }.count
            for (reference, branch) in [
                ("latest", "work"), ("tag:branch=main", "main"), ("tag:branch=work", "work"),
                (String(older.prefix(shared + 1)), "main"), (newer, "work"),
            ] {
                let result = try await bench.run(
                    "report", reference, "--db", "store.sqlite", "--json", "-"
                )
                #expect(result.end == .exit(0), "\(reference): \(result)")
                #expect(try bench.text(of: "\(branch).json") == result.output, "\(reference)")
            }
        }

        @Test func `a report is written in every form`() async throws {
            let bench = try await benchWithRuns()

            let result = try await bench.run(
                "report", "latest", "--db", "store.sqlite", "--html", "out/report.html",
                "--junit", "report.xml", "--markdown", "report.md", "--json", "report.json"
            )

            #expect(result.end == .exit(0), "\(result)")
            #expect(result.output.contains("first_audio"))
            #expect(try bench.text(of: "report.json") == bench.text(of: "work.json"))
            let page = try bench.text(of: "out/report.html")
            #expect(page.hasPrefix("<!doctype html>") || page.hasPrefix("<!DOCTYPE html>"))
            #expect(page.contains("first_audio") && page.contains("</html>"))
            for reference in ["src=\"http", "href=\"http", "@import", "url(http"] {
                #expect(!page.contains(reference))
            }
            let junit = try bench.text(of: "report.xml")
            #expect(junit.hasPrefix("<?xml") && junit.contains("<testcase"))
            #expect(try bench.text(of: "report.md").contains("first_audio"))
        }

        @Test func `a run that is not there is named, with those that are`() async throws {
            let bench = try await benchWithRuns()
            for arguments in [
                ["report", "zzzz"], ["runs", "show", "tag:branch=nowhere"],
                ["runs", "delete", "zzzz"], ["report", "tag:"],
            ] {
                let result = try await Command(arguments + ["--db", "store.sqlite"], in: bench)
                    .wait()
                #expect(result.end == .exit(2), "\(result)")
                #expect(result.errors.hasPrefix("talkover: "))
                #expect(result.output.isEmpty)
            }
            let missing = try await bench.run("report", "zzzz", "--db", "store.sqlite")
            let newest = try id("work", bench)
            #expect(missing.errors.contains(newest))
            let shared = String(newest.prefix(2))
            let ambiguous = try await bench.run("report", shared, "--db", "store.sqlite")
            #expect(ambiguous.end == .exit(2))
            #expect(try bench.database().count("run") == 2)
        }

        @Test func `a store that is not there is named, and none is made`() async throws {
            let bench = try Workbench()
            for arguments in [["runs"], ["report", "latest"], ["runs", "delete", "latest"]] {
                let result = try await Command(arguments, in: bench).wait()
                #expect(result.end == .exit(6), "\(result)")
                #expect(result.errors.contains("there is no store at Results/talkover.sqlite"))
            }
            #expect(!FileManager.default.fileExists(atPath: bench.place("Results").path))
            try bench.write("not a database, by far", to: "other.sqlite")
            let other = try await bench.run("runs", "--db", "other.sqlite")
            #expect(other.end == .exit(6))
            #expect(other.errors.contains("other.sqlite"))
            #expect(try bench.text(of: "other.sqlite") == "not a database, by far")
        }
    }
}
