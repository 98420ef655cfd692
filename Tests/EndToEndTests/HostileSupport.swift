import Analysis
import BuiltProducts
import Foundation
import Planning
import ResultStore
import Synchronization
import Testing
import Timeline

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The built `talkover`, run as a user runs it, in a folder that is gone afterwards.
final class LiveTool: Sendable {
    /// What a command that ended left.
    struct Ending: Sendable {
        var status: Int32
        var output: String
        var errors: String
    }

    static let repository = BuiltProducts.repository
    static var executable: URL {
        get throws { try BuiltProducts.program("talkover") }
    }

    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("talkover-e2e-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func place(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        return place(name)
    }

    /// Runs a command to its end; kills it after `limit`, which no command here should need.
    func run(_ arguments: [String], limit: TimeInterval = 60) async throws -> Ending {
        let number = UUID().uuidString
        let (output, errors) = (place("out-\(number)"), place("err-\(number)"))
        for file in [output, errors] { try Data().write(to: URL(fileURLWithPath: file)) }
        let process = try Self.process(arguments)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        let identifier = process.processIdentifier
        let guardian = Task {
            try await Task.sleep(for: .seconds(limit))
            kill(identifier, SIGKILL)
        }
        for await _ in ends {}
        guardian.cancel()
        return Ending(
            status: process.terminationReason == .exit ? process.terminationStatus : -1,
            output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8)
        )
    }

    static func process(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = try executable
        process.arguments = arguments
        var environment = ProcessInfo.processInfo.environment
        environment["TALKOVER_CLIPS"] = repository.appendingPathComponent("Scenarios/clips").path
        process.environment = environment
        return process
    }
}

/// A live run of a scenario: its exit code, its summary, and what the store has of it.
struct LiveRun {
    let ending: LiveTool.Ending
    let material: RunMaterial
    let summary: [String: Any]
    /// Lines of the truth log by call, where it was kept.
    let truth: [String: [TruthNote]]

    struct TruthNote {
        var turn: Int
        var event: String
        var at: RunInstant
    }

    init(_ yaml: String, keepingTruth: Bool = false, limit: TimeInterval = 60) async throws {
        let tool = try LiveTool()
        let store = tool.place("store.sqlite")
        let log = tool.place("truth.jsonl")
        var arguments = [
            "run", try tool.write(yaml, to: "scenario.yaml"), "--json", "-", "--db", store,
        ]
        if keepingTruth { arguments += ["--truth", log] }
        ending = try await tool.run(arguments, limit: limit)
        let parsed = try? JSONSerialization.jsonObject(with: Data(ending.output.utf8))
        summary = try #require(parsed as? [String: Any], "\(ending.status) \(ending.errors)")
        material = try Self.latest(in: store)
        guard keepingTruth else {
            truth = [:]
            return
        }
        let origin = try #require(material.run.originMonotonicNs)
        truth = try Self.notes(try String(contentsOfFile: log, encoding: .utf8), origin: origin)
    }

    /// The newest run of a store.
    static func latest(in store: String) throws -> RunMaterial {
        let opened = try ResultStore.open(path: store, creating: false)
        return try opened.load(try opened.find("latest")) { text in
            try ScenarioFile.parse(text, file: "stored scenario").get()
        }
    }

    private static func notes(_ log: String, origin: Int64) throws -> [String: [TruthNote]] {
        var notes: [String: [TruthNote]] = [:]
        for line in log.split(separator: "\n") {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            let fields = try #require(object as? [String: Any])
            let call = try #require(fields["call"] as? String)
            let at = try #require(fields["mono_ns"] as? NSNumber).int64Value
            notes[call, default: []].append(
                TruthNote(
                    turn: try #require(fields["turn"] as? Int),
                    event: try #require(fields["event"] as? String),
                    at: RunInstant(nanoseconds: at - origin)
                )
            )
        }
        return notes
    }

    func path(_ name: String) throws -> PathMaterial {
        try #require(material.paths.first { $0.name == name })
    }

    /// Calls of a path, by their number.
    func calls(_ path: String) throws -> [CallRecord] {
        try self.path(path).calls.sorted { $0.id.number < $1.id.number }
    }

    /// A value of the JSON summary.
    func value(_ keys: String...) -> Any? {
        keys.reduce(summary as Any?) { ($0 as? [String: Any])?[$1] }
    }
}

// MARK: Sockets that misbehave

/// An IPv4 loopback address, as the kernel wants it.
func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
}

/// A socket bound or connected to loopback; closed when it is let go.
final class RawSocket: Sendable {
    struct Problem: Error { let number: Int32 }

    enum Kind: Sendable { case stream, datagram }

    let descriptor: Int32

    init(adopting descriptor: Int32) {
        self.descriptor = descriptor
        var none = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &none, socklen_t(MemoryLayout.size(ofValue: none)))
    }

    convenience init(_ kind: Kind) throws {
        let type = kind == .stream ? SOCK_STREAM.rawValue : SOCK_DGRAM.rawValue
        let descriptor = socket(AF_INET, Int32(type) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Problem(number: errno) }
        self.init(adopting: descriptor)
    }

    deinit { close(descriptor) }

    private func with(_ port: UInt16, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) throws
    {
        var address = loopback(port)
        let size = socklen_t(MemoryLayout.size(ofValue: address))
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, size) }
        }
        guard result == 0 else { throw Problem(number: errno) }
    }

    /// Takes a free port.
    func bindAnywhere() throws -> UInt16 {
        try with(0) { bind(descriptor, $0, $1) }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout.size(ofValue: address))
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    func connect(to port: UInt16) throws {
        #if canImport(Glibc)
        try with(port) { Glibc.connect(descriptor, $0, $1) }
        #else
        try with(port) { Musl.connect(descriptor, $0, $1) }
        #endif
    }

    /// - Returns: false once the other end takes no more.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { raw in
                sendto(descriptor, raw.baseAddress, raw.count, Int32(MSG_NOSIGNAL), nil, 0)
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    func send(_ bytes: [UInt8], to address: sockaddr_in) {
        var address = address
        let size = socklen_t(MemoryLayout.size(ofValue: address))
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { to in
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), to, size)
            }
        }
    }

    /// - Returns: `nil` at the end of the stream, empty when nothing came in time.
    func receive(within milliseconds: Int32) -> [UInt8]? {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, milliseconds) > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    func receiveFrom() -> (bytes: [UInt8], from: sockaddr_in)? {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        var from = sockaddr_in()
        var size = socklen_t(MemoryLayout.size(ofValue: from))
        let count = withUnsafeMutablePointer(to: &from) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { from in
                recvfrom(descriptor, &bytes, bytes.count, 0, from, &size)
            }
        }
        return count >= 0 ? (Array(bytes.prefix(count)), from) : nil
    }

    /// Throws away what comes, for a while or until the stream ends.
    func drain(milliseconds: Int) {
        let end = Date().addingTimeInterval(Double(milliseconds) / 1_000)
        while Date() < end {
            guard receive(within: 20) != nil else { return }
        }
    }

    /// Closing now sends RST instead of FIN.
    func resetOnClose() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout.size(ofValue: now)))
    }

    func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

/// A TCP server on a free loopback port that treats every connection in one manner.
final class HostileServer: Sendable {
    let port: UInt16
    private let listener: RawSocket

    /// - Parameter manner: has a thread for each connection, which is closed when it returns.
    init(_ manner: @escaping @Sendable (RawSocket) -> Void) throws {
        listener = try RawSocket(.stream)
        port = try listener.bindAnywhere()
        listen(listener.descriptor, 128)
        let listener = listener
        Thread.detachNewThread {
            while true {
                let accepted = accept(listener.descriptor, nil, nil)
                if accepted < 0, errno == EAGAIN || errno == EINTR { continue }
                guard accepted >= 0 else { return }
                let connection = RawSocket(adopting: accepted)
                Thread.detachNewThread { manner(connection) }
            }
        }
    }

    /// One that upgrades every connection to a WebSocket first.
    convenience init(upgraded manner: @escaping @Sendable (RawSocket) -> Void) throws {
        try self.init { connection in
            if connection.upgrade() { manner(connection) }
        }
    }

    deinit { listener.shutDown() }
}

/// A UDP server on a free loopback port.
final class HostilePort: Sendable {
    typealias Answer = (_ packet: [UInt8], _ from: sockaddr_in, _ socket: RawSocket) -> Void

    let port: UInt16
    private let isOver = Atomic(false)

    /// - Parameter manner: makes what answers each packet, on a thread of its own.
    init(_ manner: @escaping @Sendable () throws -> Answer) throws {
        let socket = try RawSocket(.datagram)
        port = try socket.bindAnywhere()
        Thread.detachNewThread { [weak self] in
            guard let answer = try? manner() else { return }
            while let (packet, from) = socket.receiveFrom() {
                guard self?.isOver.load(ordering: .relaxed) == false else { return }
                answer(packet, from, socket)
            }
        }
    }

    deinit { isOver.store(true, ordering: .relaxed) }
}

// MARK: WebSocket by hand

extension RawSocket {
    /// Reads up to the empty line of a request; `nil` when the stream ends before.
    func readRequest() -> String? {
        var text = ""
        while !text.contains("\r\n\r\n") {
            guard let more = receive(within: 10_000), !more.isEmpty else { return nil }
            text += String(decoding: more, as: UTF8.self)
        }
        return text
    }

    /// Answers an upgrade as RFC 6455 §4.2.2 says.
    func upgrade() -> Bool {
        guard let request = readRequest() else { return false }
        let key = request.split(separator: "\r\n")
            .first { $0.lowercased().hasPrefix("sec-websocket-key:") }?
            .drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces)
        guard let key else { return false }
        let digest = SHA1.digest(Array("\(key)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8))
        let accept = Data(digest).base64EncodedString()
        return send(
            Array(
                ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Accept: \(accept)\r\n\r\n").utf8
            )
        )
    }
}

/// Frames of a server (RFC 6455 §5.2), right or wrong.
enum Frame {
    static func text(_ text: String) -> [UInt8] { make(0x81, Array(text.utf8)) }
    static func binary(_ bytes: [UInt8]) -> [UInt8] { make(0x82, bytes) }

    /// - Parameter first: FIN, reserved bits and opcode.
    static func make(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        var frame = [first]
        switch payload.count {
        case 0...125: frame.append(UInt8(payload.count))
        case 126...0xFFFF:
            frame += [126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            frame.append(127)
            frame += (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        return frame + payload
    }
}

/// FIPS 180-4, for the one digest that a WebSocket's handshake wants.
enum SHA1 {
    static func digest(_ message: [UInt8]) -> [UInt8] {
        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        var padded = message + [0x80]
        while padded.count % 64 != 56 { padded.append(0) }
        padded += (0..<8).map { UInt8(truncatingIfNeeded: (message.count * 8) >> (56 - 8 * $0)) }
        for start in stride(from: 0, to: padded.count, by: 64) {
            var words = (0..<16).map { index in
                padded[(start + 4 * index)..<(start + 4 * index + 4)]
                    .reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            }
            for index in 16..<80 {
                let mixed =
                    words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16]
                words.append(rotated(mixed, 1))
            }
            state = round(state, words)
        }
        return state.flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) }
        }
    }

    private static func round(_ state: [UInt32], _ words: [UInt32]) -> [UInt32] {
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for (index, word) in words.enumerated() {
            let (mix, key): (UInt32, UInt32) =
                switch index / 20 {
                case 0: ((b & c) | (~b & d), 0x5A82_7999)
                case 1: (b ^ c ^ d, 0x6ED9_EBA1)
                case 2: ((b & c) | (b & d) | (c & d), 0x8F1B_BCDC)
                default: (b ^ c ^ d, 0xCA62_C1D6)
                }
            let next = rotated(a, 5) &+ mix &+ e &+ key &+ word
            (a, b, c, d, e) = (next, a, rotated(b, 30), c, d)
        }
        return zip(state, [a, b, c, d, e]).map { $0 &+ $1 }
    }

    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word << count | word >> (32 - count)
    }
}
