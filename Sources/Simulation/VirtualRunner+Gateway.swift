import Callers
import Dialects
import Gateway
import LinkModel
import Planning
import RTPCore
import ReferenceAgent
import Timeline

/// The hybrid: a gateway between the caller's packets and the agent's WebSocket.
extension VirtualRunner {
    /// The gateway's way to the agent; the agent's own dialect where the path leads elsewhere.
    func upstream(of configuration: PathConfiguration) -> UpstreamConfiguration {
        configuration.upstream
            ?? UpstreamConfiguration(dialect: .binary, codec: configuration.codec)
    }

    /// The gateway has met the caller: its session begins, and it calls the agent.
    func beginGateway(of call: VirtualCall) {
        let configuration = plan.paths[call.path].configuration
        let upstream = upstream(of: configuration)
        let edge = GatewayEdge(
            codec: configuration.codec, ptime: configuration.ptime,
            payloadType: configuration.wirePayloadType, levelID: configuration.levelID,
            ssrc: call.caller.wireID | 0x8000_0000, hasEvents: configuration.events != nil)
        let session = try? GatewaySession(
            call: String(call.caller.wireID), edge: edge,
            upstream: GatewayUpstream(upstream, ptime: configuration.ptime),
            generator: SeededGenerator(
                seed: plan.scenario.seed, stream: "gateway", number: UInt64(call.number)),
            at: now)
        guard let session else { return }  // no frames of that length: nobody will answer
        let gateway = VirtualGateway(
            session: session, seed: plan.scenario.seed, number: call.number,
            interval: configuration.ptime)
        call.gateway = gateway
        queue.add(.upstreamOpened(call), at: now + VirtualGateway.opening)
        drainGateway(of: call)
    }

    func openUpstream(of call: VirtualCall) {
        guard let gateway = call.gateway, !call.isOver else { return }
        call.agent = makeAgent(for: call)
        gateway.session.upstreamOpened(at: now)
        drainGateway(of: call)
        drainAgent(of: call)
    }

    /// What the caller sent has come to its gateway.
    func deliverToGateway(_ call: VirtualCall, _ form: MessageForm, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            let isPacket = call.isPacket(form)
            // Without signalling, a first packet is what makes a call known.
            if isPacket, call.gateway == nil, !call.isOver, RTPDemux.kind(bytes) == .rtp {
                beginGateway(of: call)
            }
            if isPacket {
                call.gateway?.session.receive(datagram: bytes, arrived: now, now: now)
            } else {
                call.gateway?.session.receiveEdge(event: bytes, now: now)
            }
        }
        drainGateway(of: call)
    }

    func deliverUpstream(_ call: VirtualCall, _ form: MessageForm, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            call.agent?.receive(form, message: bytes, arrived: now, now: now)
        }
        drainAgent(of: call)
    }

    func deliverDownstream(_ call: VirtualCall, _ form: MessageForm, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            call.gateway?.session.upstreamReceived(form, message: bytes, arrived: now, now: now)
        }
        drainGateway(of: call)
    }

    func wakeGateway(of call: VirtualCall, due: RunInstant) {
        guard let gateway = call.gateway, gateway.wake == due else { return }
        gateway.wake = nil
        gateway.session.tick(at: due, now: now)
        drainGateway(of: call)
    }

    func drainGateway(of call: VirtualCall) {
        guard let gateway = call.gateway else { return }
        while let output = gateway.session.poll(into: &buffer) {
            let count = buffer.bytes.count
            switch output {
            case .edge, .edgeEvent:
                let form = output == .edge ? MessageForm.binary : .text
                guard let arrival = call.arrival(.down, form, bytes: count, sentAt: now) else {
                    continue
                }
                queue.add(.toCaller(call, form, Array(buffer.bytes)), at: arrival)
            case .upstream(let form):
                let arrival = gateway.arrival(.up, bytes: count, sentAt: now)
                queue.add(.upstream(call, form, Array(buffer.bytes)), at: arrival)
            case .note(let event): deliverGateway(call.path, event)
            case .close: hangUpAgent(of: call)
            }
        }
        guard let wake = gateway.session.wake, wake != gateway.wake else { return }
        gateway.wake = wake
        queue.add(.gatewayTick(call, wake), at: max(wake, now))
    }

    /// The caller has hung up.
    func closeGateway(of call: VirtualCall) {
        call.gateway?.session.closed(at: now)
        drainGateway(of: call)
        call.gateway = nil
    }
}

extension GatewayUpstream {
    fileprivate init(_ upstream: UpstreamConfiguration, ptime: Nanoseconds) {
        let isBinary = upstream.dialect == .binary
        self.init(
            kind: isBinary ? .binary : .openAIRealtime, codec: upstream.codec,
            interval: isBinary ? ptime : max(upstream.chunk, ptime), session: upstream.session)
    }
}
