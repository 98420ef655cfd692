import Audio
import NIOCore
import ReferenceAgent
import Timeline
import WebRTCCore

extension AgentWorker {
    /// Opens UDP ports for WebRTC callers, and has their offers answered from now on.
    ///
    /// Every loop has a port of its own and offers are dealt out: which loop a call is on is then
    /// known before its first packet comes. A port that was asked for is one loop's alone.
    ///
    /// - Parameters:
    ///   - address: with the port, 0 for any.
    ///   - formats: what the agent has replies in.
    static func receivePeers(
        on workers: [NIOLoopBound<AgentWorker>], at address: PeerAddress,
        formats: [ReplyLibrary.Format]
    ) async throws {
        let identity = try DTLSIdentity.generate()
        var windows: [PortReception.Window] = []
        for worker in address.port == 0 ? workers[...] : workers.prefix(1) {
            windows += try await worker.eventLoop.submit {
                try worker.value.openPeers(address, identity, formats).map { [$0] } ?? []
            }.get()
        }
        guard let first = workers.first, !windows.isEmpty else { return }
        let reception = PortReception(windows)
        try await first.eventLoop.submit { first.value.service.reception = reception }.get()
    }

    /// Opens this loop's port for WebRTC callers; `nil` where the agent has no codec of theirs.
    func openPeers(
        _ address: PeerAddress, _ identity: DTLSIdentity, _ formats: [ReplyLibrary.Format]
    ) throws -> PortReception.Window? {
        let codecs = SDPCodec.allCases.filter { codec in
            formats.contains { $0.codec == CodecName(codec) }
        }
        guard !codecs.isEmpty else { return nil }
        var settings = PeerSettings(
            codecs: codecs.map { .usual($0, payloadType: $0.usualPayloadType) })
        settings.isLite = true
        let port = try PeerPort(
            address: address, settings: settings, identity: identity, clock: clock)
        open(port)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let service = service
        return PortReception.Window(
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
