import Foundation
import GRDB
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension LiveRuns {
    /// The store as web pages.
    @Suite(.serialized) struct ServeTests {
        /// Two runs in a store, and a server of it.
        private func served() async throws -> (Workbench, Command, UInt16, [String]) {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(objectives: [ShortScenario.met]), to: "s.yaml")
            for branch in ["main", "work"] {
                let result = try await bench.run(
                    "run", "s.yaml", "--simulate", "--callers", "12", "--db", "store.sqlite",
                    "--tag", "branch=\(branch)", "--tag", "git=\(branch)1234567", "--quiet")
                try #require(result.code == 0, "\(result)")
            }
            let ids = try bench.database().text("SELECT id FROM run ORDER BY rowid")
            let (server, port) = try await serve(bench)
            return (bench, server, port, ids)
        }

        private func serve(_ bench: Workbench) async throws -> (Command, UInt16) {
            let server = try bench.start("serve", "--db", "store.sqlite", "--port", "0")
            _ = try await eventually(within: .seconds(10)) { server.output.hasSuffix("\n") }
            let port = server.output.firstMatch(of: #/http:\/\/127\.0\.0\.1:([0-9]+)\//#)
                .flatMap { UInt16($0.output.1) }
            return (server, try #require(port, "\(server.output)"))
        }

        @Test func `runs, reports, trends and comparisons are pages`() async throws {
            let (_, server, port, ids) = try await served()

            let runs = try HTTPAnswer.get("/", port: port)
            let filtered = try HTTPAnswer.get("/?tag=branch%3Dmain", port: port)
            let report = try HTTPAnswer.get("/run/\(ids[0])", port: port)
            let trends = try HTTPAnswer.get("/trends", port: port)
            let compare = try HTTPAnswer.get("/compare?a=tag:branch=main&b=latest", port: port)
            let style = try HTTPAnswer.get("/style.css", port: port)
            let icon = try HTTPAnswer.get("/favicon.ico", port: port)
            let head = try HTTPAnswer.get("/", port: port, method: "HEAD")
            server.send(SIGINT)
            let ended = try await server.wait(limit: .seconds(10))

            for page in [runs, filtered, report, trends, compare, style] {
                #expect(page.status == 200)
                #expect(
                    page.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true
                )
            }
            for id in ids { #expect(runs.body.contains("/run/\(id)\"")) }
            #expect(filtered.body.contains("/run/\(ids[0])\""))
            #expect(!filtered.body.contains("/run/\(ids[1])\""))
            #expect(report.body.hasPrefix("<!doctype html>") && report.body.contains(ids[0]))
            #expect(trends.body.contains("<circle") && trends.body.contains(">main123</text>"))
            #expect(compare.body.contains("first_audio") && compare.body.contains(ids[1]))
            #expect(style.headers["content-type"] == "text/css; charset=utf-8")
            #expect(icon.status == 200 && icon.body.hasPrefix("<svg"))
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(head.headers["content-length"] == runs.headers["content-length"])
            #expect(ended.end == .exit(0), "\(ended)")
            for page in [runs, trends, compare] {
                #expect(!page.body.contains("<script") && !page.body.contains("//"))
            }
        }

        @Test func `what is not there is a page that says so`() async throws {
            let (_, server, port, ids) = try await served()

            let unknown = try HTTPAnswer.get("/run/zzzz", port: port)
            let other = try HTTPAnswer.get("/nothing", port: port)
            let pair = try HTTPAnswer.get("/compare?a=zzzz&b=latest", port: port)
            server.send(SIGTERM)
            _ = try await server.wait(limit: .seconds(10))

            #expect(unknown.status == 404 && unknown.body.contains(ids[1]))
            #expect(other.status == 404 && pair.status == 404)
            #expect(unknown.headers["content-type"] == "text/html; charset=utf-8")
        }

        @Test func `strangers, and requests that would change something, are refused`()
            async throws
        {
            let (_, server, port, _) = try await served()

            let rebound = try HTTPAnswer.get("/", port: port, host: "evil.example:\(port)")
            let posted = try HTTPAnswer(
                "POST / HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Length: 3\r\n"
                    + "Connection: close\r\n\r\na=b", port: port)
            let unread = try HTTPAnswer.get("/?a=%ff", port: port)
            server.send(SIGINT)
            _ = try await server.wait(limit: .seconds(10))

            #expect(rebound.status == 421 && !rebound.body.contains("short"))
            #expect(posted.status == 405 && posted.headers["allow"] == "GET, HEAD")
            #expect(unread.status == 400)
        }

        @Test func `a store that is locked is told, and read when it is free again`()
            async throws
        {
            let (bench, server, port, _) = try await served()
            let holder = try bench.database()
            try await holder.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
            }

            let locked = try HTTPAnswer.get("/", port: port)
            try await holder.writeWithoutTransaction { db in
                try db.execute(sql: "COMMIT; PRAGMA locking_mode = NORMAL")
                _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM run")
            }
            let free = try HTTPAnswer.get("/", port: port)
            try FileManager.default.removeItem(at: bench.place("store.sqlite"))
            let gone = try HTTPAnswer.get("/", port: port)
            server.send(SIGINT)
            _ = try await server.wait(limit: .seconds(10))

            #expect(locked.status == 503)
            #expect(locked.body.contains("locked by another process"), "\(locked.body)")
            #expect(free.status == 200)
            #expect(gone.status == 503 && gone.body.contains("there is no store"))
        }

        @Test func `a run that reads no more is told for good, and costs a page only its verdict`()
            async throws
        {
            let bench = try Workbench()
            try bench.write(ShortScenario.yaml(), to: "s.yaml")
            for options in [["--pairs", "2"], ["--tag", "branch=main"]] {
                let run = try await Command(
                    ["run", "s.yaml", "--simulate", "--db", "store.sqlite", "--quiet"] + options,
                    in: bench
                ).wait()
                try #require(run.code == 0, "\(run)")
            }
            let ids = try bench.database().text("SELECT id FROM run ORDER BY rowid")
            let sql = "UPDATE run SET scenario_yaml = 'name: [' WHERE id = '\(ids[0])'"
            try await bench.database().write { try $0.execute(sql: sql) }
            let (server, port) = try await serve(bench)

            let unread = try HTTPAnswer.get("/run/\(ids[0])", port: port)
            // The second pair reads, and stands for its group, which does not.
            let sibling = try HTTPAnswer.get("/compare?a=\(ids[1])&b=latest", port: port)
            let trends = try HTTPAnswer.get("/trends", port: port)
            server.send(SIGINT)
            _ = try await server.wait(limit: .seconds(10))

            #expect(unread.status == 500 && !unread.body.contains("cannot be read now"))
            #expect(unread.body.contains(ids[0]), "\(unread.body)")
            #expect(sibling.status == 200, "\(sibling.body)")
            #expect(sibling.body.contains("Not judged: ") && sibling.body.contains(ids[0]))
            #expect(!sibling.body.contains("CommandFailure"))
            #expect(trends.body.contains("Left out: 2 runs"), "\(trends.body)")
        }

        @Test func `no store, and a port that is taken, are told at once`() async throws {
            let bench = try Workbench()
            let missing = try await bench.run("serve", "--db", "none.sqlite")
            let (_, server, port, _) = try await served()
            let second = try Workbench()
            try second.write(ShortScenario.yaml(), to: "s.yaml")
            _ = try await second.run(
                "run", "s.yaml", "--simulate", "--db", "store.sqlite", "--quiet")

            let taken = try await second.run("serve", "--db", "store.sqlite", "--port", "\(port)")
            server.send(SIGINT)
            _ = try await server.wait(limit: .seconds(10))

            #expect(missing.end == .exit(6), "\(missing)")
            #expect(missing.errors.contains("there is no store at none.sqlite"))
            #expect(taken.end == .exit(6), "\(taken)")
            #expect(taken.errors.contains("TCP port \(port) is in use"))
        }
    }
}
