import Audio
import Dialects
import Timeline

/// Both sides of one session, with the bytes that go between them.
struct Peers {
    var caller: CallerDialect
    var agent: AgentDialect

    init(_ kind: DialectKind, codec: CodecName, session: String? = nil, interrupts: Bool = true) {
        caller = CallerDialect(
            name: kind, codec: codec, interval: .milliseconds(20), session: session)
        agent = AgentDialect(
            kind: kind,
            announcing: .init(
                session: "7", interruptsReplies: interrupts, endpointing: .milliseconds(300)))
    }

    mutating func open() throws -> CallerMessage? {
        var buffer = WireBuffer()
        let form = caller.opening(into: &buffer)
        return try toAgent(form, buffer.copy).message
    }

    mutating func toAgent(
        _ form: MessageForm, _ bytes: [UInt8]
    ) throws -> (message: CallerMessage, audio: [UInt8]) {
        var audio: [UInt8] = []
        let message = try bytes.withUnsafeBytes { try agent.decode(form, $0, audio: &audio) }
        return (message, audio)
    }

    mutating func toCaller(
        _ form: MessageForm, _ bytes: [UInt8]
    ) throws -> (message: AgentMessage, audio: [UInt8]) {
        var audio: [UInt8] = []
        let message = try bytes.withUnsafeBytes { try caller.decode(form, $0, audio: &audio) }
        return (message, audio)
    }

    /// What the caller makes of an agent's event; `nil` where the dialect has none like it.
    mutating func send(_ event: AgentEvent) throws -> AgentMessage? {
        var buffer = WireBuffer()
        guard let form = agent.encode(event, into: &buffer) else { return nil }
        return try toCaller(form, buffer.copy).message
    }

    mutating func send(
        audio: [UInt8], level: UInt8, reply: UInt64
    ) throws -> (message: AgentMessage, audio: [UInt8]) {
        var buffer = WireBuffer()
        let form = audio.withUnsafeBytes {
            agent.encode(audio: $0, level: level, reply: reply, into: &buffer)
        }
        return try toCaller(form, buffer.copy)
    }

    /// What the caller makes of a text.
    mutating func read(_ text: String) throws -> AgentMessage {
        try toCaller(.text, Array(text.utf8)).message
    }
}

extension WireBuffer {
    var copy: [UInt8] { Array(bytes) }
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// The problem that a throwing body ends with.
func problem(_ body: () throws -> Void) -> DialectProblem.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? DialectProblem)?.code
    }
}
