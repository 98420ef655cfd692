import Audio
import Dialects
import ReferenceAgent
import Timeline
import WebRTCCore

/// The reference agent on a WebRTC call.
final class AgentCallee: PeerCallee {
    private let session: AgentSession
    private unowned let worker: AgentWorker

    init(session: AgentSession, worker: AgentWorker) {
        self.session = session
        self.worker = worker
    }

    var wake: RunInstant? { session.wake }
    var nudge: (() -> Void)?

    func receive(datagram: UnsafeRawBufferPointer, arrived: RunInstant, now: RunInstant) {
        session.receive(datagram: datagram, arrived: arrived, now: now)
    }

    func receive(
        _ form: MessageForm, message: UnsafeRawBufferPointer, arrived: RunInstant, now: RunInstant
    ) {
        session.receive(form, message: message, arrived: arrived, now: now)
    }

    func tick(now: RunInstant) {
        guard let due = session.wake else { return }
        session.tick(at: due, now: now)
    }

    func closed(at now: RunInstant) { session.closed(at: now) }

    func poll(into buffer: inout WireBuffer) -> PeerCalleeOutput? {
        while let asked = session.poll(into: &buffer) {
            switch asked {
            case .transmit(let form): return .transmit(form)
            case .truth(let event): worker.notes.note(event)
            case .close: return .hangUp
            }
        }
        return nil
    }
}

extension AgentLine {
    /// The packets a WebRTC caller and the agent have agreed on.
    ///
    /// - Parameter ssrc: the agent's own.
    init(_ agreement: PeerAgreement, ssrc: UInt32) {
        self = .rtp(
            codec: CodecName(agreement.codec),
            ptime: agreement.usablePacketTime,
            payloadType: agreement.payloadType, levelID: agreement.levelID, ssrc: ssrc,
            events: agreement.hasChannel ? .openAIRealtime : nil,
            extendedReports: agreement.reportsRoundTrip)
    }
}

extension PeerAgreement {
    /// The packet length the peer asks for, where every codec has it; it is a wish
    /// (RFC 8866 §6.4).
    var usablePacketTime: Nanoseconds {
        [10, 20, 40, 60].contains(packetTime ?? 20)
            ? .milliseconds(Int64(packetTime ?? 20)) : .milliseconds(20)
    }
}
