import Callers
import Dialects
import NIOPosix
import Planning
import Testing
import Timeline

@testable import Drivers

private let offerSDP = "v=0\r\ns=offer\r\n"
private let answerSDP = ScriptedReception.answerSDP

/// An answer as servers write it.
private func answer(_ status: String, _ fields: String = "", body: String = "") -> String {
    "HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

private let created = answer(
    "201 Created", "Content-Type: application/sdp\r\nLocation: /s/1\r\nETag: \"e\"\r\n",
    body: answerSDP
)

@Suite(.serialized, .timeLimit(.minutes(1))) struct SignallingClientTests {
    @Test(
        arguments: [
            (.whip, "/whip", nil), (.sdpPost, "/v1/realtime/calls?model=m", nil),
            (.sdpPost, "/v1/realtime/calls", #"{"model":"m"}"#), (.jsonOffer, "/offer", nil),
        ] as [(SignallingKind, String, String?)]
    )
    func `an offer is taken by the agent, told of candidates and ended`(
        kind: SignallingKind, place: String, session: String?
    ) async throws {
        let reception = ScriptedReception()
        let (agent, port) = try await startAgent(reception: reception)
        let target = try SignallingTarget(
            kind: kind, url: "http://127.0.0.1:\(port)\(place)", session: session
        )

        let signalled = try await putOffer(target, sdp: offerSDP) { client in
            client.trickle(fragment: "a=end-of-candidates\r\n")
            // What is still to be told is of no use to an agent that is hung up on.
            if kind != .whip { client.end() }
        }

        #expect(signalled.failure == nil)
        #expect(signalled.answer?.sdp == answerSDP)
        #expect(signalled.answer?.callID == "call-1")
        let setup = try #require(signalled.setup)
        #expect(setup.tcp != nil && setup.signalling != nil)
        #expect(setup.dns == nil && setup.tls == nil && setup.upgrade == nil)
        var events = reception.events.makeAsyncIterator()
        let named = session.map { _ in #"{"type":"realtime","model":"m"}"# }
        let offered = ScriptedReception.Event.offered(
            sdp: offerSDP, callName: "1000", session: named, kind
        )
        #expect(await events.next() == offered)
        switch kind {
        case .whip:
            let trickled = ScriptedReception.Event.trickled(
                id: "call-1", "a=end-of-candidates\r\n"
            )
            #expect(await events.next() == trickled)
        case .sdpPost: #expect(await events.next() == .ended("call-1"))
        case .jsonOffer: break
        }
        await agent.stop()
    }

    @Test func `a refusal is the call's failure, by its status`() async throws {
        for status in [409, 503] {
            let refusal = SignallingRefusal(status: status, message: "No.")
            let (agent, port) = try await startAgent(
                reception: ScriptedReception(.refuses(refusal))
            )
            let target = try SignallingTarget(kind: .whip, url: "http://127.0.0.1:\(port)/whip")
            let failure = try await putOffer(target).failure
            #expect(failure?.code == "signalling_\(status)")
            await agent.stop()
        }
    }

    @Test func `headers and the secret are sent, and PATCH and DELETE use the connection`()
        async throws
    {
        let server = try await ScriptedServer.start { request in
            .bytes(request.head.hasPrefix("POST") ? created : answer("200 OK"))
        }
        let target = try SignallingTarget(
            kind: .whip, url: "http://127.0.0.1:\(server.port)/whip?a=b",
            headers: [Header(name: "X-Mine", value: "1")],
            secret: Header(name: "Authorization", value: "Bearer s3cret")
        )
        _ = try await putOffer(target, sdp: offerSDP) { client in
            client.trickle(fragment: "a=mid:0\r\n")
        }
        let offer = try #require(await server.nextRequest())
        #expect(offer.head.hasPrefix("POST /whip?a=b HTTP/1.1\r\n"))
        for line in [
            "Host: 127.0.0.1:\(server.port)", "X-Talkover-Call: 1000", "X-Mine: 1",
            "Authorization: Bearer s3cret", "Content-Type: application/sdp",
        ] {
            #expect(offer.head.contains("\r\n\(line)"), "\(line)")
        }
        #expect(offer.body == offerSDP)
        let trickle = try #require(await server.nextRequest())
        #expect(trickle.connection == 0)
        #expect(trickle.head.hasPrefix("PATCH /s/1 HTTP/1.1"))
        #expect(trickle.head.contains("\r\nIf-Match: \"e\""))
        #expect(trickle.head.contains("\r\nAuthorization: Bearer s3cret"))
        #expect(trickle.body == "a=mid:0\r\n")

        _ = try await putOffer(target) { $0.end() }
        #expect(await server.nextRequest()?.connection == 1)
        let end = try #require(await server.nextRequest())
        #expect(end.connection == 1)
        #expect(end.head.hasPrefix("DELETE /s/1 HTTP/1.1"))
        try await server.stop()
    }

    @Test func `an agent that closes behind its answer is told the end on a new connection`()
        async throws
    {
        let server = try await ScriptedServer.start { request in
            .last(request.head.hasPrefix("POST") ? created : answer("200 OK"))
        }
        let target = try SignallingTarget(
            kind: .whip, url: "http://127.0.0.1:\(server.port)/whip"
        )
        let signalled = try await putOffer(target) { $0.end() }
        #expect(signalled.failure == nil)
        #expect(await server.nextRequest()?.connection == 0)
        let end = try #require(await server.nextRequest())
        #expect(end.connection == 1)
        #expect(end.head.hasPrefix("DELETE"))
        try await server.stop()
    }

    @Test func `an agent that does not answer the end is left after a second`() async throws {
        let server = try await ScriptedServer.start { request in
            request.head.hasPrefix("POST") ? .bytes(created) : .silence
        }
        let target = try SignallingTarget(
            kind: .whip, url: "http://127.0.0.1:\(server.port)/whip"
        )
        let clock = MonotonicClock()
        _ = try await putOffer(target) { $0.end() }
        for await event in server.events {
            if case .closed(let connection) = event {
                #expect(connection == 0)
                break
            }
        }
        #expect(clock.now < RunInstant(nanoseconds: 5_000_000_000))
        try await server.stop()
    }

    @Test func `a redirection is followed with method and body, and the secret stays`()
        async throws
    {
        let second = try await ScriptedServer.start { _ in .bytes(created) }
        let port = second.port
        let first = try await ScriptedServer.start { request in
            let isFirst = request.head.hasPrefix("POST /whip")
            let place = isFirst ? "/again" : "http://127.0.0.1:\(port)/other"
            return .bytes(answer("307 Temporary Redirect", "Location: \(place)\r\n"))
        }
        let target = try SignallingTarget(
            kind: .whip, url: "http://127.0.0.1:\(first.port)/whip",
            secret: Header(name: "Authorization", value: "Bearer s3cret")
        )

        let signalled = try await putOffer(target, sdp: offerSDP)

        let session = try SignallingURL("http://127.0.0.1:\(port)/s/1")
        #expect(signalled.answer?.session == session)
        _ = await first.nextRequest()
        let again = try #require(await first.nextRequest())
        #expect(again.head.hasPrefix("POST /again HTTP/1.1"))
        #expect(again.head.contains("Bearer s3cret"))
        #expect(again.connection == 0)
        let other = try #require(await second.nextRequest())
        #expect(other.head.hasPrefix("POST /other HTTP/1.1"))
        #expect(other.body == offerSDP)
        #expect(!other.head.contains("s3cret"))
        try await first.stop()
        try await second.stop()
    }

    @Test(
        arguments: [
            (.bytes(answer("404 Not Found")), "signalling_404"),
            (.bytes(answer("503 Busy", "Retry-After: 7\r\n")), "signalling_503"),
            (.bytes(answer("302 Found", "Location: /x\r\n")), "signalling_302"),
            (.bytes(answer("307 Again", "Location: /whip\r\n")), "signalling"),
            (.bytes(answer("307 Again")), "signalling"),
            (.bytes(answer("201 Created", body: "no description")), "signalling"),
            (.bytes("220 mail.example.com ESMTP\r\n\r\n"), "signalling"),
            (.bytes("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"), "signalling_101"),
            (
                .bytes(
                    "HTTP/1.1 201 Created\r\nContent-Length: 70000\r\n\r\n"
                        + String(repeating: "v", count: 70_000)), "signalling"
            ),
            (.bytes("HTTP/1.1 201 Created\r\nContent-Length: -1\r\n\r\n"), "signalling"),
            (.endless("HTTP/1.1 201 Created\r\nX: x\r\nHTTP: x\r\n"), "signalling"),
            (.endless(String(repeating: "x", count: 1_000)), "signalling"),
            (.last(""), "closed_by_agent"),
            (.last("HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\nv=0"), "signalling"),
            (.silence, "timeout"),
            (.bytes("HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\nv=0"), "timeout"),
        ] as [(ScriptedServer.Reply, String)]
    )
    func `a bad answer is a failure of its own code`(
        reply: ScriptedServer.Reply, code: String
    ) async throws {
        let server = try await ScriptedServer.start { _ in reply }
        let target = try SignallingTarget(
            kind: .whip, url: "http://127.0.0.1:\(server.port)/whip"
        )
        let isSlow = code == "timeout"
        let signalled = try await putOffer(
            target, patience: isSlow ? .milliseconds(200) : .seconds(10)
        )
        #expect(signalled.failure?.code == code, "\(signalled)")
        if isSlow { #expect(signalled.failure?.detail.contains("did not answer") == true) }
        try await server.stop()
    }

    @Test func `an answer in chunks, without a length or behind a 100 is taken`() async throws {
        for reply in [
            ScriptedServer.Reply.last("HTTP/1.0 200 OK\r\n\r\n\(answerSDP)"),
            .bytes(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n3\r\nv=0\r\n1\r\nx\r\n0\r\n\r\n"
            ),
        ] {
            let server = try await ScriptedServer.start { _ in reply }
            let target = try SignallingTarget(
                kind: .whip, url: "http://127.0.0.1:\(server.port)/whip"
            )
            #expect(try await putOffer(target).answer?.sdp.hasPrefix("v=0") == true)
            try await server.stop()
        }
    }

    @Test func `https is trusted with its authority and refused without`() async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let server = try await ScriptedServer.start(security: try authority.serverContext()) { _ in
            .bytes(created)
        }
        let url = "https://localhost:\(server.port)/whip"
        let trust = TLSTrust(authorityFile: authority.authorityFile)
        let trusted = try await putOffer(SignallingTarget(kind: .whip, url: url, trust: trust))
        #expect(trusted.answer?.session?.scheme == .https)
        #expect(trusted.setup?.tls != nil && trusted.setup?.dns != nil)
        let unknown = try await putOffer(SignallingTarget(kind: .whip, url: url))
        #expect(unknown.failure?.code == "tls")
        let insecure = try await putOffer(
            SignallingTarget(kind: .whip, url: url, trust: TLSTrust(isInsecure: true))
        )
        #expect(insecure.failure == nil)
        try await server.stop()

        let (agent, port) = try await startAgent(reception: nil)
        let plain = try await putOffer(
            SignallingTarget(kind: .whip, url: "https://127.0.0.1:\(port)/whip")
        )
        #expect(plain.failure?.code == "tls")
        await agent.stop()
    }

    @Test func `nobody there and nobody known are told apart`() async throws {
        let server = try await ScriptedServer.start { _ in .silence }
        let port = server.port
        try await server.stop()
        let gone = try SignallingTarget(kind: .whip, url: "http://127.0.0.1:\(port)/")
        #expect(try await putOffer(gone).failure?.code == "connection_refused")
        let unknown = try SignallingTarget(kind: .whip, url: "http://no-such-host.invalid/")
        #expect(try await putOffer(unknown).failure?.code == "dns")
    }

    @Test func `a target that cannot be used is found before anything is dialled`() {
        let injected = Header(name: "X", value: "a\r\nY: b")
        for (url, header, trust) in [
            ("ws://a/", nil, TLSTrust()),
            ("https://a/", nil, TLSTrust(authorityFile: "/no/ca.pem")),
            ("http://a/", injected, TLSTrust()),
            ("http://a/", Header(name: "X Y", value: "1"), TLSTrust()),
            ("http://a/", Header(name: "Content-Length", value: "1"), TLSTrust()),
        ] {
            let problem = #expect(throws: SignallingProblem.self) {
                try SignallingTarget(
                    kind: .whip, url: url, headers: header.map { [$0] } ?? [], trust: trust
                )
            }
            #expect(problem?.code == "configuration")
        }
    }
}
