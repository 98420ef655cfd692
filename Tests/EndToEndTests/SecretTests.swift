import Foundation
import Testing

extension LiveRuns {
    @Suite(.serialized) struct SecretTests {
        private static let secret = "tk-5ecre7-8d2f61b0"

        @Test func `a key from the environment reaches the target, and nothing else`()
            async throws
        {
            let bench = try Workbench()
            let target = try RawSocket(.stream)
            let targetPort = try target.bindAnywhere()
            try #require(listen(target.descriptor, 4) == 0)
            let closed = try RawSocket(.stream).bindAnywhere()
            let (agent, addresses) = try await bench.startAgent("--truth", "truth.jsonl")
            let paths = """
                paths:
                  agent: {transport: websocket, dialect: openai-realtime, url: "\(addresses["ws"] ?? "")", auth: {bearer: KEY}}
                  closed: {transport: websocket, dialect: openai-realtime, url: "ws://127.0.0.1:\(closed)/", auth: {bearer: KEY}}
                  header: {transport: websocket, dialect: openai-realtime, url: "ws://127.0.0.1:\(targetPort)/", \
                auth: {header: {X-Api-Key: KEY}}}

                """
            try bench.write(
                "order: together\n" + ShortScenario.yaml(paths: paths, load: "callers: 1"),
                to: "s.yaml"
            )

            let run = try Command(
                [
                    "run", "s.yaml", "--db", "store.sqlite", "--json", "out.json", "--html",
                    "out.html", "--junit", "out.xml", "--markdown", "out.md", "--record", "wav",
                ],
                in: bench, environment: ["KEY": Self.secret]
            )
            let isAsked = try await eventually(within: .seconds(20)) {
                var asked = pollfd(fd: target.descriptor, events: Int16(POLLIN), revents: 0)
                return poll(&asked, 1, 0) > 0
            }
            try #require(isAsked)
            let caller = RawSocket(adopting: accept(target.descriptor, nil, nil))
            let request = String(decoding: caller.receive(within: 5_000) ?? [], as: UTF8.self)
            caller.send(Array("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n".utf8))
            let result = try await run.wait(limit: .seconds(30))
            agent.send(SIGTERM)
            let ended = try await agent.wait()

            #expect([4, 5].contains(result.code), "\(result)")
            #expect(request.contains(Self.secret))
            for text in [result.output, result.errors, ended.output, ended.errors] {
                #expect(!text.contains(Self.secret))
            }
            var files = 0
            let all = FileManager.default.enumerator(
                at: bench.folder, includingPropertiesForKeys: nil)
            while let file = all?.nextObject() as? URL {
                guard let bytes = try? Data(contentsOf: file) else { continue }
                files += 1
                #expect(bytes.range(of: Data(Self.secret.utf8)) == nil, "\(file.path)")
            }
            #expect(files >= 8)
        }

        @Test func `a key that is not set is named before anybody is called`() async throws {
            let bench = try Workbench()
            let paths =
                "paths: {a: {transport: websocket, dialect: openai-realtime, url: 'ws://127.0.0.1:9/', "
                + "auth: {bearer: TALKOVER_TEST_UNSET_KEY}}}\n"
            try bench.write(ShortScenario.yaml(paths: paths), to: "s.yaml")

            let result = try await bench.run("run", "s.yaml", "--db", "store.sqlite")

            #expect(result.end == .exit(2), "\(result)")
            #expect(result.errors.contains("TALKOVER_TEST_UNSET_KEY"))
        }
    }
}
