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
        let dialect =
            configuration.transport == .hybrid
            ? upstream(of: configuration).dialect : configuration.dialect
        switch dialect {
        case .openAIRealtime: line = .webSocket(.openAIRealtime)
        case .binary: line = .webSocket(.binary)
        case nil:
            line = .rtp(
                codec: configuration.codec,
                ptime: configuration.ptime,
                payloadType: configuration.wirePayloadType,
                levelID: configuration.levelID,
                ssrc: call.caller.wireID | 0x8000_0000,
                events: configuration.events == .openAIRealtime ? .openAIRealtime : nil
            )
        }
        return AgentSession(
            line: line, call: String(call.caller.wireID), number: UInt64(call.number),
            behaviour: behaviour, library: replies, crowd: crowd, at: now
        )
    }

    func deliverToAgent(_ call: VirtualCall, _ form: MessageForm, _ bytes: [UInt8]) {
        let isPacket = call.isPacket(form)
        if isPacket, call.agent == nil, !call.isOver { call.agent = makeAgent(for: call) }
        bytes.withUnsafeBytes { bytes in
            if isPacket {
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
            case .transmit(let form) where call.gateway != nil:
                sendDownstream(of: call, form)
            case .transmit(let form):
                if let arrival = call.arrival(.down, form, bytes: buffer.bytes.count, sentAt: now) {
                    queue.add(.toCaller(call, form, Array(buffer.bytes)), at: arrival)
                }
            case .truth(let event):
                deliverTruth(call.path, event)
                if let uplink = event.uplink { recordFrameDelay(of: call, uplink) }
            case .close: break
            }
        }
        guard let wake = agent.wake, wake != call.agentWake else { return }
        call.agentWake = wake
        queue.add(.agentTick(call, wake), at: max(wake, now))
    }
    private func sendDownstream(of call: VirtualCall, _ form: MessageForm) {
        guard let gateway = call.gateway else { return }
        let arrival = gateway.arrival(.down, bytes: buffer.bytes.count, sentAt: now)
        queue.add(.downstream(call, form, Array(buffer.bytes)), at: arrival)
    }

    /// The agent is gone, or its caller is.
    func hangUpAgent(of call: VirtualCall) {
        call.agent?.closed(at: now)
        drainAgent(of: call)
        call.agent = nil
    }

    /// Behind a gateway, what the agent counted, as live: packets do not get there.
    private func recordFrameDelay(of call: VirtualCall, _ uplink: UplinkTally) {
        guard plan.paths[call.path].configuration.transport == .hybrid else { return }
        let offset = uplink.origin - call.firstSlot
        var tally = figures[call.path].frames[.frameDelay] ?? FrameTally()
        for bucket in uplink.buckets {
            tally.record(offset + .microseconds(bucket.lowestUs), count: bucket.count)
        }
        figures[call.path].frames[.frameDelay] = tally
    }
}
