import Audio
import Callers
import Dialects
import Planning
import Timeline

/// Agents on WebSocket: the calibration sound in messages of one interval.
final class MessageTalker: Talker {
    private struct Message {
        var form: MessageForm
        var bytes: [UInt8]
    }

    private let opening: [Message]
    /// Of replies with odd and with even numbers: its beginning, one of audio, its end.
    private var begins: [Message] = []
    private var audio: [Message] = []
    private var ends: [Message] = []

    init(_ path: PathConfiguration) throws {
        let kind: DialectKind = path.dialect == .binary ? .binary : .openAIRealtime
        var dialect = AgentDialect(
            kind: kind,
            announcing: .init(
                session: "1", interruptsReplies: true, endpointing: .milliseconds(300))
        )
        // So that the dialect knows what the caller asked for.
        let caller = CallerDialect(
            name: kind, codec: path.codec, interval: path.interval, session: nil)
        var session = WireBuffer()
        let form = caller.opening(into: &session)
        var unused: [UInt8] = []
        _ = try dialect.decode(form, session.bytes, audio: &unused)
        // 200 Hz: every interval of 20 ms sounds the same.
        let clip = try EncodedClip(
            clip: CalibrationTone.clip(), codec: path.codec, interval: path.interval)
        opening = [.created, .configured].compactMap { Self.message($0, &dialect) }
        for reply in UInt64(1)...2 {
            if let message = Self.message(.replyStarted(reply), &dialect) { begins.append(message) }
            var buffer = WireBuffer()
            let form = clip.withFrame(8) {
                dialect.encode(audio: $0, level: clip.level(8), reply: reply, into: &buffer)
            }
            audio.append(Message(form: form, bytes: Array(buffer.bytes)))
            let end = AgentEvent.replyEnded(reply, cancelled: false)
            if let message = Self.message(end, &dialect) { ends.append(message) }
        }
    }

    private static func message(_ event: AgentEvent, _ dialect: inout AgentDialect) -> Message? {
        var buffer = WireBuffer()
        guard let form = dialect.encode(event, into: &buffer) else { return nil }
        return Message(form: form, bytes: Array(buffer.bytes))
    }

    func open(_ session: CallSession, number: Int, at now: RunInstant) {
        for message in opening { hand(message, to: session, at: now) }
    }

    func talk(to session: CallSession, number: Int, round: Int, arrived: RunInstant) {
        let place = Self.place(number, round)
        let reply = (round + number * 7) / Self.cycle & 1
        switch place {
        case 0:
            if ends.count == 2 { hand(ends[1 - reply], to: session, at: arrived) }
        case Self.pause:
            if begins.count == 2 { hand(begins[reply], to: session, at: arrived) }
            hand(audio[reply], to: session, at: arrived)
        case Self.pause...:
            hand(audio[reply], to: session, at: arrived)
        default:
            break
        }
    }

    private func hand(_ message: Message, to session: CallSession, at arrived: RunInstant) {
        message.bytes.withUnsafeBytes {
            session.receive(message.form, message: $0, arrived: arrived)
        }
    }
}
