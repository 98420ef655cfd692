import Audio
import NIOCore
import ReferenceAgent
import Timeline
import WebRTCCore

extension AgentWorker {
    /// Opens a UDP port for WebRTC callers, and has their offers answered from now on.
    ///
    /// - Parameters:
    ///   - address: with the port.
    ///   - formats: what the agent has replies in.
    func receivePeers(_ address: PeerAddress, formats: [ReplyLibrary.Format]) throws {
        let codecs = SDPCodec.allCases.filter { codec in
            formats.contains { $0.codec == CodecName(codec) }
        }
        guard !codecs.isEmpty else { return }
        var settings = PeerSettings(
            codecs: codecs.map { .usual($0, payloadType: $0.usualPayloadType) })
        settings.isLite = true
        let port = try PeerPort(
            address: address, settings: settings,
            identity: try DTLSIdentity.generate(), clock: clock)
        open(port)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let service = service
        service.reception = PortReception(
            eventLoop: eventLoop, port: NIOLoopBound(port, eventLoop: eventLoop)
        ) { offer, agreement, ssrc, _ in
            let line = AgentLine(agreement, ssrc: ssrc)
            return service.makeSession(line, callName: offer.callName).map {
                AgentCallee(session: $0, worker: bound.value)
            }
        }
    }
}

extension CodecName {
    init(_ codec: SDPCodec) {
        switch codec {
        case .opus: self = .opus
        case .pcmu: self = .pcmu
        case .pcma: self = .pcma
        }
    }
}

extension SDPCodec {
    /// Static for G.711 (RFC 3551 §6); what browsers choose for Opus.
    var usualPayloadType: UInt8 {
        switch self {
        case .opus: 111
        case .pcmu: 0
        case .pcma: 8
        }
    }
}
