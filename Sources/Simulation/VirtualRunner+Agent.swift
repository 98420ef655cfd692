import Audio
import Callers
import Dialects
import LinkModel
import Planning
import RTPCore
import ReferenceAgent
import Timeline

extension VirtualRunner {
    func makeAgent(for call: VirtualCall) -> AgentSession {
        let configuration = plan.paths[call.path].configuration
        let line: AgentLine
        switch configuration.dialect {
        case .openAIRealtime: line = .webSocket(.openAIRealtime)
        case .binary: line = .webSocket(.binary)
        case nil:
            line = .rtp(
                codec: configuration.codec,
                ptime: configuration.ptime,
                payloadType: configuration.codec == .pcmu
                    ? 0 : configuration.codec == .pcma ? 8 : configuration.payloadType,
                levelID: configuration.levelID,
                ssrc: call.caller.wireID | 0x8000_0000
            )
        }
        return AgentSession(
            line: line, call: String(call.caller.wireID), number: UInt64(call.number),
            behaviour: behaviour, library: replies, at: now
        )
    }

    func deliverToAgent(_ call: VirtualCall, _ form: MessageForm, _ bytes: [UInt8]) {
        let isRTP = plan.paths[call.path].configuration.transport == .rtp
        if isRTP, call.agent == nil, !call.isOver { call.agent = makeAgent(for: call) }
        bytes.withUnsafeBytes { bytes in
            if isRTP {
                call.agent?.receive(datagram: bytes, arrived: now, now: now)
            } else {
                call.agent?.receive(form, message: bytes, arrived: now, now: now)
            }
        }
        drainAgent(of: call)
    }

    func drainAgent(of call: VirtualCall) {
        guard let agent = call.agent else { return }
        while let output = agent.poll(into: &buffer) {
            switch output {
            case .transmit(let form):
                if let arrival = call.arrival(.down, bytes: buffer.bytes.count, sentAt: now) {
                    queue.add(.toCaller(call, form, Array(buffer.bytes)), at: arrival)
                }
            case .truth(let event): deliverTruth(call.path, event)
            case .close: break
            }
        }
        guard let wake = agent.wake, wake != call.agentWake else { return }
        call.agentWake = wake
        queue.add(.agentTick(call, wake), at: max(wake, now))
    }
}
