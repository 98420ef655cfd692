import NIOSSL
import Planning
import Testing

/// The cases of the Autobahn test suite that apply to a client, each with the suite's verdict.
@Suite(.serialized) struct AutobahnTests {
    private func play(_ cases: [AutobahnCase], isSecure: Bool = false) async throws {
        let authority = isSecure ? try TestAuthority() : nil
        defer { authority?.remove() }
        let server = try await FuzzingServer.start(security: try authority?.serverContext())
        let callers = try await EchoLoop.start()
        let url = "\(isSecure ? "wss" : "ws")://127.0.0.1:\(server.port)/"
        let trust = TLSTrust(authorityFile: authority?.authorityFile)
        for each in cases {
            let problem = try await server.play(each) {
                try await callers.call(url, trust: trust)
            }
            #expect(problem == nil, "case \(each.number)")
        }
        try await callers.stop()
        try await server.stop()
    }

    @Test(arguments: [false, true])
    func `1: messages of every length come back`(isSecure: Bool) async throws {
        try await play(AutobahnCases.framing, isSecure: isSecure)
    }

    @Test func `2: pings are answered, pongs are not`() async throws {
        try await play(AutobahnCases.pings)
    }

    @Test func `3: reserved bits are refused`() async throws {
        try await play(AutobahnCases.reserved)
    }

    @Test func `4: reserved opcodes are refused`() async throws {
        try await play(AutobahnCases.opcodes)
    }

    @Test(arguments: [false, true])
    func `5: fragments are put together or refused`(isSecure: Bool) async throws {
        try await play(AutobahnCases.fragmentation, isSecure: isSecure)
    }

    @Test func `6: texts are UTF-8 or refused`() async throws {
        try await play(AutobahnTexts.cases)
    }

    @Test(arguments: [false, true])
    func `7: a close is answered, a wrong one refused`(isSecure: Bool) async throws {
        try await play(AutobahnCases.closing, isSecure: isSecure)
    }

    @Test(arguments: [false, true])
    func `9: large and many messages come back`(isSecure: Bool) async throws {
        try await play(AutobahnCases.limits, isSecure: isSecure)
    }
}
