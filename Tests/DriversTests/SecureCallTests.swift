import Callers
import Drivers
import Foundation
import NIOSSL
import Planning
import Testing
import Timeline

/// An authority and a certificate it signed for 127.0.0.1 and localhost, made for one test run.
struct TestAuthority {
    let folder: String
    var authorityFile: String { folder + "/ca.pem" }

    init() throws {
        folder = NSTemporaryDirectory() + "talkover-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true
        )
        try """
        [v3]
        subjectAltName = IP:127.0.0.1, DNS:localhost
        """.write(toFile: folder + "/san.cnf", atomically: true, encoding: .utf8)
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test authority"
        )
        try openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", "agent.key", "-out", "agent.csr", "-subj", "/CN=Test agent"
        )
        try openssl(
            "x509", "-req", "-in", "agent.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "2", "-out", "agent.pem", "-extfile", "san.cnf",
            "-extensions", "v3"
        )
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    func serverContext() throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(folder + "/agent.pem")
        let key = try NIOSSLPrivateKey(file: folder + "/agent.key", format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)
            )
        )
    }

    private func openssl(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments.joined(separator: " "))")
    }
}

@Suite(.serialized) struct SecureCallTests {
    @Test func `wss is trusted with its authority, refused without, and taken when told to`()
        async throws
    {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let agent = try await TestAgent.start(.echo, security: try authority.serverContext())
        let url = "wss://127.0.0.1:\(agent.port)/call"

        let trusted = try await runCall(
            to: url, trust: TLSTrust(authorityFile: authority.authorityFile)
        )
        #expect(trusted.failure == nil)
        #expect(trusted.setup.tls != nil)
        #expect(trusted.received.count == 3)

        let byName = try await runCall(
            to: "wss://localhost:\(agent.port)/call",
            trust: TLSTrust(authorityFile: authority.authorityFile)
        )
        #expect(byName.failure == nil)

        let unknown = try await runCall(to: url)
        #expect(unknown.failure?.code == "tls")
        #expect(!unknown.isConnected)

        let insecure = try await runCall(to: url, trust: TLSTrust(isInsecure: true))
        #expect(insecure.failure == nil)
        try await agent.stop()
    }

    @Test func `a certificate for another host is refused`() async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let agent = try await TestAgent.start(.echo, security: try authority.serverContext())
        // Another address of this host, which the certificate does not name.
        let call = try await runCall(
            to: "wss://[::ffff:127.0.0.1]:\(agent.port)/call",
            trust: TLSTrust(authorityFile: authority.authorityFile)
        )
        #expect(call.failure?.code == "tls")
        try await agent.stop()
    }

    @Test func `a plain server behind a wss URL is a TLS failure`() async throws {
        let agent = try await TestAgent.start(.echo)
        let call = try await runCall(
            to: "wss://127.0.0.1:\(agent.port)/call", patience: .seconds(5)
        )
        #expect(call.failure?.code == "tls")
        try await agent.stop()
    }

    @Test func `an authority file that is none is found before anything is dialled`() throws {
        let url = try AgentURL("wss://127.0.0.1:1/call")
        #expect(throws: AgentURL.Problem.self) {
            try WebSocketTarget(
                url: url, headers: [], secret: nil,
                trust: TLSTrust(authorityFile: "/nonexistent/ca.pem")
            )
        }
    }
}
