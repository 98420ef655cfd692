import RTPCore
package import Timeline

/// One end of a WebRTC connection: ICE, DTLS, SRTP and data channels, put together.
///
/// Sans-IO, and owned by one event loop. A side that offers calls ``start(bases:at:)``, sends
/// ``offer()`` when there are candidates enough, and hands the reply to ``accept(answer:at:)``; a
/// side that answers calls ``answer(to:bases:at:)``. After everything that is handed in, drain
/// ``poll(into:)`` until `nil`, then ask for ``wake``. Media take no detour:
/// ``receive(_:from:at:now:)`` unprotects in place, ``protect(_:)`` protects in place.
package final class PeerSession {
    enum Stage { case describing, connecting, connected, over }

    let settings: PeerSettings
    let context: DTLSContext
    let fingerprint: Fingerprint
    /// Of the stream this side sends.
    package let ssrc: UInt32
    let name: String
    var generator: SeededGenerator
    let credentials: ICECredentials

    var stage = Stage.describing
    let ice: ICEAgent
    var dtls: DTLSTransport?
    var channels: DataChannels?
    private(set) var sender: SRTPSender?
    private(set) var receiver: SRTPReceiver?

    /// Where this side's packets leave from.
    var bases: [TransportAddress] = []
    var localCandidates: [ICECandidate] = []
    var gathering: PeerGathering
    var pending: [PeerOutput] = []
    private var pair: ICEPair?
    private var isRelayed = false
    /// Handshake datagrams that came before ICE was done.
    private var early: [[UInt8]] = []
    private var began: RunInstant?
    private var selectedAt: RunInstant?
    var isOfferer = true
    private var isClosed = false
    /// Relays are let go of once the goodbye has gone through them.
    private var mustRelease = false
    var remoteFingerprints: [Fingerprint] = []
    /// What the descriptions settled; `nil` before both are there.
    package internal(set) var agreement: PeerAgreement?
    var channel: UInt16?
    /// Whether there has been a channel, or will be none any more.
    var hadChannel = false
    /// What was said before the peer had opened one.
    var held: [(bytes: [UInt8], isText: Bool)] = []
    private var scratch = WireBuffer(capacity: 256)
    /// Wrapped for a relay, and behind the request to let their receiver in.
    private var delayed: [(wire: PeerWire, bytes: [UInt8])] = []
    /// Packets that were not authentic, came twice, or before there were keys.
    package private(set) var refused = 0

    /// - Parameters:
    ///   - context: of the event loop that owns the session.
    ///   - fingerprint: of the context's certificate.
    ///   - ssrc: of the stream this side sends.
    ///   - name: canonical name of its source (RFC 7022).
    ///   - generator: draws credentials and pacing; live, seeded so that nobody can foresee it.
    package init(
        settings: PeerSettings, context: DTLSContext, fingerprint: Fingerprint, ssrc: UInt32,
        name: String, isOfferer: Bool, generator: SeededGenerator
    ) {
        self.settings = settings
        self.context = context
        self.fingerprint = fingerprint
        self.ssrc = ssrc
        self.name = name
        self.isOfferer = isOfferer
        var generator = generator
        credentials = ICECredentials.drawn(using: &generator)
        ice = ICEAgent(
            role: isOfferer ? .controlling : .controlled, isLite: settings.isLite,
            credentials: credentials,
            generator: SeededGenerator(seed: generator.next(), stream: "ice"),
            patience: settings.patience)
        self.generator = generator
        gathering = PeerGathering(settings: settings)
    }

    /// Media can flow, and did not end yet.
    package var isConnected: Bool { stage == .connected }

    /// This side's name for checks: what a server knows a stranger's first packet by.
    package var ufrag: String { credentials.ufrag }

    // MARK: Handing in

    /// Takes a datagram, changing it in place.
    ///
    /// - Parameters:
    ///   - from: who sent it.
    ///   - base: the address it came to.
    package func receive(
        _ datagram: UnsafeMutableRawBufferPointer, from: TransportAddress,
        at base: TransportAddress, now: RunInstant
    ) -> PeerReception {
        guard stage != .over, let first = datagram.first else { return .refused }
        switch first {
        case 128...191: return unprotect(datagram)
        case 20...63:
            takeHandshake(UnsafeRawBufferPointer(datagram), now: now)
            return .control
        case 0...3, 64...79:
            if gathering.take(UnsafeRawBufferPointer(datagram), from: from, now: now) {
                return .control
            }
            guard first < 4 else { return .refused }
            ice.receive(stun: UnsafeRawBufferPointer(datagram), from: from, at: base, now: now)
            return .control
        default: return .refused
        }
    }

    /// Takes bytes of the TCP connection to an ICE server.
    package func receive(
        stream bytes: UnsafeRawBufferPointer, server: Int, now: RunInstant
    ) {
        gathering.take(stream: bytes, server: server, now: now)
    }

    /// An ICE server that cannot be reached over TCP.
    package func lost(server: Int, _ failure: PeerFailure) {
        gathering.lost(server: server, failure)
    }

    private func unprotect(_ datagram: UnsafeMutableRawBufferPointer) -> PeerReception {
        guard let receiver else {
            refused += 1
            return .refused
        }
        do throws(SRTPProblem) {
            switch RTPDemux.kind(UnsafeRawBufferPointer(datagram)) {
            case .rtp: return .media(try receiver.unprotect(rtp: datagram))
            case .rtcp: return .media(try receiver.unprotect(rtcp: datagram))
            case .unknown: break
            }
        } catch {}
        refused += 1
        return .refused
    }

    private func takeHandshake(_ datagram: UnsafeRawBufferPointer, now: RunInstant) {
        guard let dtls, pair != nil else {
            // A peer may be done with ICE a moment before this side is.
            if early.count < 4 { early.append(Array(datagram)) }
            return
        }
        dtls.receive(datagram, at: now)
    }

    // MARK: Sending

    /// What packets pass through beside the session itself; `nil` before there are keys.
    package var passages: (outwards: AnyObject, inwards: AnyObject)? {
        if let sender, let receiver { (sender, receiver) } else { nil }
    }

    /// Protects a plain RTP or RTCP packet in place; it leaves on the last ``PeerOutput/routed(_:)``.
    ///
    /// - Returns: false where there are no keys yet, or no way.
    package func protect(_ packet: inout WireBuffer) -> Bool {
        guard let sender, pair != nil, stage == .connected else { return false }
        do throws(SRTPProblem) {
            if RTPDemux.kind(packet.bytes) == .rtcp {
                try sender.protect(rtcp: &packet)
            } else {
                try sender.protect(rtp: &packet)
            }
        } catch {
            return false
        }
        guard isRelayed, let pair else { return true }
        scratch.removeAll()
        guard gathering.relay(packet.bytes, from: pair.base, to: pair.remote.address, &scratch)
        else { return false }
        swap(&packet, &scratch)
        return true
    }

    /// Says goodbye on the transport; drain, then let the session go.
    package func close(at now: RunInstant) {
        guard !isClosed else { return }
        isClosed = true
        stage = .over
        dtls?.close(at: now)
        mustRelease = true
    }

    // MARK: Time

    /// When ``tick(at:)`` is due; `nil` when nothing waits for time.
    package var wake: RunInstant? {
        guard stage != .over else { return nil }
        var wake = gathering.wake
        for other in [ice.wake, dtls?.wake, channels?.wake] {
            guard let other else { continue }
            wake = min(wake ?? other, other)
        }
        return wake
    }

    package func tick(at now: RunInstant) {
        guard stage != .over else { return }
        gathering.tick(at: now)
        if let due = ice.wake, due <= now { ice.tick(at: now) }
        if let dtls, let due = dtls.wake, due <= now { dtls.tick(at: now) }
        if let channels, let due = channels.wake, due <= now { channels.tick(at: now) }
    }

    // MARK: Draining

    /// What is wanted next; bytes to send, and messages, are in `buffer`.
    package func poll(into buffer: inout WireBuffer, at now: RunInstant) -> PeerOutput? {
        while true {
            buffer.removeAll()
            if !pending.isEmpty { return pending.removeFirst() }
            if let asked = ice.poll(into: &buffer) {
                if let output = carryOut(asked, &buffer, now) { return output }
            } else if let asked = gathering.poll(into: &buffer, at: now) {
                if let output = carryOut(asked, &buffer, now) { return output }
            } else if !delayed.isEmpty {
                let next = delayed.removeFirst()
                buffer.removeAll()
                buffer.append(next.bytes)
                return .transmit(next.wire)
            } else if let asked = dtls?.poll(into: &buffer) {
                if let output = carryOut(asked, &buffer, now) { return output }
            } else if let asked = channels?.poll(into: &buffer) {
                if let output = carryOut(asked, &buffer, now) { return output }
            } else if mustRelease {
                mustRelease = false
                gathering.release(at: now)
            } else {
                return nil
            }
        }
    }

    private func carryOut(
        _ asked: ICEOutput, _ buffer: inout WireBuffer, _ now: RunInstant
    ) -> PeerOutput? {
        switch asked {
        case .transmit(let from, let to): return route(&buffer, from: from, to: to, now)
        case .roundTrip: return nil
        case .selected(let pair):
            select(pair, at: now)
            return wire(of: pair).map { .routed($0) }
        case .failed(let failure):
            let turn = gathering.failure.map { "; \($0.detail)" } ?? ""
            return fail(code: failure.code.reason, detail: failure.message + turn)
        }
    }

    private func select(_ selected: ICEPair, at now: RunInstant) {
        pair = selected
        isRelayed = gathering.wire(ofRelayed: selected.base) != nil
        guard selectedAt == nil else { return }
        selectedAt = now
        dtls?.start(at: now)
        for datagram in early { datagram.withUnsafeBytes { dtls?.receive($0, at: now) } }
        early = []
    }

    private func carryOut(
        _ asked: PeerGathering.Output, _ buffer: inout WireBuffer, _ now: RunInstant
    ) -> PeerOutput? {
        switch asked {
        case .transmit(let wire): return .transmit(wire)
        case .found(let candidate, let base):
            add(candidate, base: base, at: now)
            return .discovered(candidate)
        case .gathered: return .gathered
        case .data(let from, let relayed): return takeRelayed(&buffer, from, relayed, now)
        case .failed(let failure): return fail(code: failure.code, detail: failure.detail)
        }
    }

    /// A packet that came through a relay, as if it had come to the relayed address.
    private func takeRelayed(
        _ buffer: inout WireBuffer, _ from: TransportAddress, _ relayed: TransportAddress,
        _ now: RunInstant
    ) -> PeerOutput? {
        let reception = buffer.withMutableBytes { receive($0, from: from, at: relayed, now: now) }
        guard case .media(let count) = reception else { return nil }
        buffer.shrink(to: count)
        return .media
    }

    private func carryOut(
        _ asked: DTLSOutput, _ buffer: inout WireBuffer, _ now: RunInstant
    ) -> PeerOutput? {
        switch asked {
        case .transmit:
            guard let pair else { return nil }
            return route(&buffer, from: pair.base, to: pair.remote.address, now)
        case .connected(let profile, let local, let remote):
            return connect(profile, local: local, remote: remote, at: now)
        case .application:
            channels?.receive(buffer.bytes, at: now)
            return nil
        case .closed:
            stage = .over
            return .closed
        case .failed(let failure):
            return fail(code: failure.code, detail: failure.sentence)
        }
    }

    private func connect(
        _ profile: SRTPProfile, local: SRTPMaster, remote: SRTPMaster, at now: RunInstant
    ) -> PeerOutput? {
        do throws(SRTPProblem) {
            sender = try SRTPSender(profile: profile, master: local)
            receiver = try SRTPReceiver(profile: profile, master: remote)
        } catch {
            return fail(code: "srtp", detail: "the keys for SRTP cannot be used: \(error)")
        }
        stage = .connected
        channels?.start(at: now)
        if isOfferer, let label = settings.channel {
            channel = channels?.open(label: label, protocol: "")
        }
        guard let pair, let began, let selectedAt else { return nil }
        return .connected(
            PeerSetup(
                ice: selectedAt - began, dtls: now - selectedAt, local: pair.local.kind,
                remote: pair.remote.kind, profile: profile))
    }

    // MARK: Ways and ends

    /// Connectivity checks may begin: both descriptions are there.
    func connecting(at now: RunInstant) {
        stage = .connecting
        began = now
    }

    func fail(code: String, detail: String) -> PeerOutput? {
        guard stage != .over else { return nil }
        stage = .over
        return .failed(PeerFailure(code: code, detail: detail))
    }

    private func route(
        _ buffer: inout WireBuffer, from: TransportAddress, to: TransportAddress,
        _ now: RunInstant
    ) -> PeerOutput? {
        guard let relay = gathering.wire(ofRelayed: from) else {
            return .transmit(.datagram(base: from, to: to))
        }
        let isNew = gathering.permit(to, from: from, at: now)
        scratch.removeAll()
        guard gathering.relay(buffer.bytes, from: from, to: to, &scratch) else { return nil }
        // Before the server has read of a receiver, it drops what is for it.
        if isNew || !delayed.isEmpty {
            delayed.append((relay, Array(scratch.bytes)))
            return nil
        }
        swap(&buffer, &scratch)
        return .transmit(relay)
    }

    private func wire(of pair: ICEPair) -> PeerWire? {
        gathering.wire(ofRelayed: pair.base) ?? .datagram(base: pair.base, to: pair.remote.address)
    }

    func add(_ candidate: ICECandidate, base: TransportAddress, at now: RunInstant) {
        localCandidates.append(candidate)
        ice.add(local: candidate, base: base, at: now)
    }
}

extension ICEFailure.Code {
    /// As reports count it.
    var reason: String {
        switch self {
        case .noPair: "ice_no_pair"
        case .consentLost: "ice_consent_lost"
        case .serverSilent: "stun_silent"
        case .serverRefused: "stun_refused"
        }
    }
}
