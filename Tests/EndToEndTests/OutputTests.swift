import Foundation
import GRDB
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Where reports go, and what becomes of what stands there.
@Suite struct OutputTests {
    /// A bench with a scenario that passes, run once.
    private func bench() async throws -> Workbench {
        let bench = try Workbench()
        try bench.write(ShortScenario.yaml(objectives: [ShortScenario.met]), to: "s.yaml")
        let run = try await bench.run(
            "run", "s.yaml", "--simulate", "--path", "rtp", "--callers", "16", "--quiet", "--db",
            "store.sqlite")
        try #require(run.code == 0, "\(run)")
        return bench
    }

    @Test func `a report goes through a link, and replaces what the link leads to`() async throws {
        let bench = try await bench()
        let manager = FileManager.default
        try bench.write("old", to: "page.html")
        try bench.write("old", to: "agent.yaml")
        for (link, target) in [
            ("link.html", "page.html"), ("link.yaml", "agent.yaml"), ("link.json", "new.json"),
        ] {
            try manager.createSymbolicLink(
                atPath: bench.place(link).path, withDestinationPath: target)
        }

        let report = try await bench.run(
            "report", "--db", "store.sqlite", "--html", "link.html", "--json", "link.json")
        let draft = try await bench.run(
            "init", "rtp://127.0.0.1:5004", "--force", "-o", "link.yaml")

        #expect(report.end == .exit(0) && draft.end == .exit(0), "\(report)\(draft)")
        for link in ["link.html", "link.yaml", "link.json"] {
            let target = try? manager.destinationOfSymbolicLink(atPath: bench.place(link).path)
            #expect(target != nil, "\(link) is a link no more")
        }
        #expect(try bench.text(of: "page.html").hasPrefix("<!"))
        #expect(try bench.text(of: "agent.yaml").contains("transport: rtp"))
        #expect(try Summary(try bench.text(of: "new.json"))["verdict"] as? String == "pass")
    }

    @Test func `a report goes into a named pipe, which stays one`() async throws {
        let bench = try await bench()
        let pipe = bench.place("pipe").path
        try #require(mkfifo(pipe, 0o600) == 0)

        let report = try await bench.run(
            "report", "--db", "store.sqlite", "--json", "pipe", shell: "cat pipe > read.json &")
        let hasArrived = try await eventually {
            (try? Summary(try bench.text(of: "read.json"))) != nil
        }

        #expect(report.end == .exit(0), "\(report)")
        #expect(hasArrived)
        var about = stat()
        #expect(stat(pipe, &about) == 0 && about.st_mode & S_IFMT == S_IFIFO)
    }

    @Test(arguments: [["--json", "-"], ["--html", "-"], ["--markdown", "-"], []])
    func `a result that stdout does not take is exit code 6`(_ arguments: [String]) async throws {
        let bench = try await bench()
        let command = try Command(
            ["report", "--db", "store.sqlite"] + arguments, in: bench,
            // Nobody reads: the other end of the pipe is closed before the first byte.
            shell: "exec 1> >(exec true); wait $!")

        let result = try await command.wait()

        #expect(result.end == .exit(6), "\(result)")
        #expect(result.errors.contains("cannot write stdout: nobody reads it any more"))
    }

    @Test func `nobody on stderr is no reason to break off`() async throws {
        let bench = try await bench()

        let result = try await bench.run(
            "run", "s.yaml", "--simulate", "--db", "store.sqlite", "--html", "page.html",
            shell: "exec 2> >(exec true); wait $!")

        #expect(result.end == .exit(0), "\(result)")
        #expect(result.output.contains("first_audio"))
    }

    @Test func `a file that may not grow is told, also behind stdout`() async throws {
        let bench = try await bench()

        let result = try await bench.run(
            "report", "--db", "store.sqlite", "--html", "-",
            shell: "ulimit -f 64; exec > page.html")

        #expect(result.end == .exit(6), "\(result)")
        #expect(result.errors.contains("cannot write stdout: file too large"))
    }

    @Test(arguments: [
        ["report", "--json", "-", "--html", "-"],
        ["gate", "latest", "--junit", "-", "--json", "-"],
        ["run", "s.yaml", "--simulate", "--out", "jsonl=-", "--html", "-"],
        ["run", "s.yaml", "--simulate", "--out", "jsonl=-", "--junit", "-"],
    ])
    func `stdout is for one of them`(_ arguments: [String]) async throws {
        let bench = try Workbench()
        try bench.write(ShortScenario.yaml(), to: "s.yaml")

        let result = try await Command(arguments + ["--db", "store.sqlite"], in: bench).wait()

        #expect(result.end == .exit(2), "\(result)")
        #expect(result.errors.contains("cannot share stdout"))
        #expect(result.output.isEmpty)
    }

    @Test func `a page on stdout is alone there, and so is a document beside annotations`()
        async throws
    {
        let bench = try Workbench()
        try bench.write(ShortScenario.yaml(objectives: [ShortScenario.missed]), to: "s.yaml")
        let run = ["run", "s.yaml", "--simulate", "--db", "store.sqlite", "--github"]

        let page = try await Command(run + ["--html", "-"], in: bench).wait()
        let document = try await Command(run + ["--json", "-"], in: bench).wait()
        let lines = try await Command(run + ["--out", "jsonl=-"], in: bench).wait()

        #expect(page.output.hasPrefix("<!") && page.output.hasSuffix("</html>\n"), "\(page)")
        #expect(throws: Never.self) { try Summary(document.output) }
        #expect(lines.output.split(separator: "\n").allSatisfy { $0.hasPrefix("{") })
        for result in [page, document, lines] {
            #expect(result.end == .exit(1))
            #expect(result.errors.contains("::error title=rtp first_audio max<1ms::"))
        }
    }

    @Test(arguments: [["--html", "s.yaml/x.html"], ["--json", "s.yaml/x.json"], []])
    func `what cannot be written is red in JUnit and in the annotations too`(
        _ arguments: [String]
    ) async throws {
        let bench = try await bench()
        let step = bench.place(arguments.isEmpty ? "s.yaml/step.md" : "step.md").path
        for command in [["run", "s.yaml", "--simulate", "--callers", "16"], ["gate", "latest"]] {
            let result = try await Command(
                command + ["--db", "store.sqlite", "--junit", "j.xml", "--github"] + arguments,
                in: bench, environment: ["GITHUB_STEP_SUMMARY": step]
            ).wait()

            #expect(result.end == .exit(6), "\(result)")
            #expect(result.errors.contains("s.yaml/"))
            let junit = try bench.text(of: "j.xml")
            #expect(junit.contains("errors=\"1\"") && junit.contains("type=\"environment\""))
            #expect(result.output.contains("::error title=talkover%3A environment::"))
            #expect(!result.output.contains("talkover%3A pass"))
        }
    }

    @Test func `the truth of a run goes where it is asked for, and no folder is lost for it`()
        async throws
    {
        let bench = try Workbench()
        try bench.write(ShortScenario.yaml(load: "callers: 1"), to: "s.yaml")
        try FileManager.default.createDirectory(
            at: bench.place("mine"), withIntermediateDirectories: true)
        try bench.write("kept", to: "mine/file")

        let result = try await bench.run(
            "run", "s.yaml", "--path", "rtp", "--db", "store.sqlite", "--truth", "mine")

        #expect(try bench.text(of: "mine/file") == "kept")
        #expect(result.errors.contains("cannot write mine: is a directory"), "\(result)")
    }
}
