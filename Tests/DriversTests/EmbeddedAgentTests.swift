import Drivers
import Foundation
import NIOConcurrencyHelpers
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A program that stands for the tool: a shell script, removed with its folder.
private struct Script {
    let path: String

    init(_ body: String) throws {
        path = NSTemporaryDirectory() + "talkover-\(UUID().uuidString).sh"
        try "#!/bin/sh\n\(body)\n".write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}

private let readyText = ReadyLine(host: "127.0.0.1", webSocketPort: 4_000, rtpPort: 4_002).text

@Suite(.serialized) struct EmbeddedAgentTests {
    @Test func `the READY line is read back as it was written`() throws {
        let ready = ReadyLine(host: "::1", webSocketPort: 9_000, rtpPort: 9_002)
        #expect(ready.webSocket == "ws://[::1]:9000/v1/realtime")
        #expect(ReadyLine(parsing: ready.text) == ready)
        let richer = #"READY {"ws": "a", "extra": [1], "binary": "b", "rtp": "c"}"#
        #expect(ReadyLine(parsing: richer)?.binary == "b")
        #expect(ReadyLine(parsing: "READY") == nil)
        #expect(ReadyLine(parsing: #"READY {"ws": "a"}"#) == nil)
        #expect(ReadyLine(parsing: "NOT READY {}") == nil)
    }

    @Test func `an agent is started with its arguments and ends when asked`() async throws {
        let script = try Script(
            """
            [ "$1 $2 $3" = "agent --port 0" ] || exit 9
            echo "some other line"
            echo '\(readyText)'
            exec cat > /dev/null
            """
        )
        defer { script.remove() }

        let agent = try await EmbeddedAgent.start(
            executable: script.path, arguments: ["--port", "0"]
        )

        #expect(agent.ready.addresses?.binary == "ws://127.0.0.1:4000/binary")
        #expect(kill(agent.processID, 0) == 0)
        await agent.stop()
        #expect(kill(agent.processID, 0) != 0)
        #expect(agent.death == nil)
    }

    @Test func `an agent that does not heed SIGTERM is killed`() async throws {
        let script = try Script(
            """
            trap '' TERM
            echo '\(readyText)'
            while :; do sleep 1; done
            """
        )
        defer { script.remove() }
        let agent = try await EmbeddedAgent.start(executable: script.path, arguments: [])
        await agent.stop()
        #expect(kill(agent.processID, 0) != 0)
    }

    @Test func `an agent that dies meanwhile is reported with how it ended`() async throws {
        let script = try Script("echo '\(readyText)'\nexec cat > /dev/null")
        defer { script.remove() }
        let agent = try await EmbeddedAgent.start(executable: script.path, arguments: [])

        let problem = await withCheckedContinuation { continuation in
            agent.onDeath { continuation.resume(returning: $0) }
            kill(agent.processID, SIGKILL)
        }

        #expect(problem.message.contains("signal 9"))
        #expect(agent.death == problem)
        await agent.stop()
    }

    @Test func `an agent that ends before it serves is reported, not waited for`() async throws {
        let script = try Script("exit 3")
        defer { script.remove() }
        do {
            _ = try await EmbeddedAgent.start(executable: script.path, arguments: [])
            Issue.record("an agent that ended was taken for one that serves")
        } catch {
            #expect(error.message.contains("ended before it served"))
        }
    }

    @Test func `an agent that says nothing is given up and killed`() async throws {
        let script = try Script("exec sleep 30")
        defer { script.remove() }
        do {
            _ = try await EmbeddedAgent.start(
                executable: script.path, arguments: [], patience: .milliseconds(200)
            )
            Issue.record("silence was taken for READY")
        } catch {
            #expect(error.message.contains("READY"))
        }
    }

    @Test func `a program that is not there is an error`() async throws {
        do {
            _ = try await EmbeddedAgent.start(executable: "/nonexistent/tool", arguments: [])
            Issue.record("started nothing")
        } catch {
            #expect(error.message.contains("could not be started"))
        }
    }

    @Test func `a closed pipe is noticed and a file is not watched`() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reader, writer) = (ends[0], ends[1])
        await withCheckedContinuation { continuation in
            StdinWatch.start(descriptor: reader) { continuation.resume() }
            _ = write(writer, "ignored", 7)
            close(writer)
        }
        close(reader)

        let file = open("/dev/null", O_RDONLY)
        let isEnded = NIOLockedValueBox(false)
        StdinWatch.start(descriptor: file) { isEnded.withLockedValue { $0 = true } }
        // Not watched at all: there is no thread that could report later.
        #expect(!isEnded.withLockedValue { $0 })
        close(file)
    }
}
