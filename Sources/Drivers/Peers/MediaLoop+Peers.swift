import CSockets
import Callers
import Dialects
import Timeline
import WebRTCCore

/// WebRTC callers: the same sockets and slots, with a peer session between them and the call.
extension MediaLoop {
    /// Sets a WebRTC call up; the session hears how that ends.
    ///
    /// Not to be called from within a tick, so not from `ended`.
    func dial(_ session: Session, link: PeerLink, target: WebRTCTarget) {
        let began = clock.now
        guard let place = open(session, like: target.server) else { return }
        setups[session.id.path, default: (0, .zero)].count += 1
        var local = talkover_address()
        let port =
            talkover_udp_local(lines[place].descriptor, &local) == 0
            ? talkover_address_port(&local) : 0
        lines[place].link = link
        let generation = lines[place].generation
        peers += 1
        let base = TransportAddress(host: target.localHost, port: port)
        link.peer.start(bases: [base], at: clock.now)
        link.attach(base: base) { [weak self] event in
            guard let self, self.lines[place].generation == generation,
                let link = self.lines[place].link
            else { return }
            self.signalled(event, place, link)
        }
        drainPeer(place, session, link)
        countSetup(place, since: began)
    }

    /// What came of signalling, or of a relay's connection: outside of any tick, or inside.
    private func signalled(_ event: PeerLink.Event, _ place: Int, _ link: PeerLink) {
        guard let session = lines[place].session else { return }
        let began = clock.now
        let isSettingUp = !lines[place].isConnected
        defer { if isSettingUp { countSetup(place, since: began) } }
        switch event {
        case .answered(let sdp):
            do throws(PeerFailure) {
                let agreement = try link.peer.accept(answer: sdp, at: clock.now)
                session.agreed(MediaAgreement(agreement))
            } catch {
                end(place, failure: CallFailure(error), now: clock.now)
                return
            }
        case .failed(let failure):
            end(place, failure: failure, now: clock.now)
            return
        case .streamRead: break
        }
        drainPeer(place, session, link)
    }

    /// A datagram of a WebRTC call, which is opened where it lies.
    ///
    /// - Parameters:
    ///   - due: when it was to be read, had it come by then.
    ///   - now: when it was read.
    /// - Returns: whether it was an authentic media packet.
    @discardableResult
    func receive(
        _ datagram: UnsafeMutableRawBufferPointer, from source: TransportAddress?, _ place: Int,
        _ session: Session, _ link: PeerLink, stamp: Int64, due: RunInstant, now: RunInstant
    ) -> Bool {
        guard let source, let base = link.base else { return false }
        let arrived = arrivals.arrival(stamp: stamp, now: now)
        switch link.peer.receive(datagram, from: source, at: base, now: now) {
        case .media(let count):
            if stamp != 0 {
                recorder.packetRead(path: lines[place].path, dwell: now - max(arrived, due))
            }
            session.receive(
                datagram: UnsafeRawBufferPointer(rebasing: datagram[..<count]), arrived: arrived)
            drain(place, session)
            return true
        case .control:
            let isSettingUp = !lines[place].isConnected
            drainPeer(place, session, link, arrived: stamp == 0 ? nil : arrived)
            if isSettingUp { countSetup(place, since: now) }
        case .refused: lines[place].turnedAway += 1
        }
        return false
    }

    /// Lets every peer session act whose time has come.
    func tickPeers(now: RunInstant) {
        guard peers > 0 else { return }
        for place in peerWakes.indices where peerWakes[place] <= now {
            guard let session = lines[place].session, let link = lines[place].link else {
                peerWakes[place] = Self.never
                continue
            }
            let isSettingUp = !lines[place].isConnected
            let began = isSettingUp ? clock.now : now
            link.peer.tick(at: now)
            drainPeer(place, session, link)
            if isSettingUp { countSetup(place, since: began) }
        }
    }

    /// Adds to what the set-ups of a path took; nothing here waits, so it is time of the CPU.
    private func countSetup(_ place: Int, since began: RunInstant) {
        setups[lines[place].path]?.time += clock.now - began
    }

    /// Does what a peer session asks for, until it asks for nothing.
    ///
    /// - Parameter arrived: of the datagram that led to it, by the kernel; media that came
    ///   through a relay have arrived then.
    func drainPeer(
        _ place: Int, _ session: Session, _ link: PeerLink, arrived: RunInstant? = nil
    ) {
        let now = clock.now
        var failure: CallFailure?
        output.removeAll()
        while let asked = link.peer.poll(into: &output, at: now) {
            switch asked {
            case .transmit(let wire): send(place, link, wire)
            case .routed(let wire): route(place, link, wire)
            case .discovered(let candidate): link.found(candidate)
            case .gathered: link.gathered()
            case .connected(let setup):
                link.setup.ice = setup.ice
                link.setup.dtls = setup.dtls
                link.noteMemory()
                session.routed(
                    local: CandidateKind(setup.local), remote: CandidateKind(setup.remote))
                connect(place, session, setup: link.setup)
            case .media:
                // A stream has no timestamp per packet: it came after the last look at it.
                let waitingSince = arrived ?? link.previousLook
                recorder.packetRead(path: lines[place].path, dwell: now - waitingSince)
                session.receive(datagram: output.bytes, arrived: arrived ?? now)
            case .message(let isText):
                session.receive(
                    isText ? .text : .binary, message: output.bytes, arrived: arrived ?? now)
            case .channelOpened: break
            case .closed:
                failure = CallFailure(
                    code: "closed_by_agent", detail: "the agent closed the connection")
            case .failed(let reason): failure = CallFailure(reason)
            }
        }
        if let failure {
            end(place, failure: failure, now: now)
            return
        }
        peerWakes[place] = link.peer.wake ?? Self.never
        drain(place, session)
    }

    private func send(_ place: Int, _ link: PeerLink, _ wire: PeerWire) {
        switch wire {
        case .datagram(_, let to):
            var peer = to.raw
            let bytes = output.bytes
            // What is lost here is sent again by whoever wanted it sent.
            _ = talkover_udp_send(lines[place].descriptor, bytes.baseAddress, bytes.count, &peer)
        case .stream(let server): _ = link.send(output.bytes, server: server)
        }
    }

    private func route(_ place: Int, _ link: PeerLink, _ wire: PeerWire) {
        switch wire {
        case .datagram(_, let to):
            lines[place].peer = to.raw
            link.remote = to
            link.streamRoute = nil
            if lines[place].isLatched {
                _ = talkover_udp_connect(lines[place].descriptor, &lines[place].peer)
            }
        case .stream(let server): link.streamRoute = server
        }
    }

    /// Says goodbye for a line that is being closed.
    func closePeer(_ place: Int, _ link: PeerLink) {
        peers -= 1
        peerWakes[place] = Self.never
        link.peer.close(at: clock.now)
        output.removeAll()
        while let asked = link.peer.poll(into: &output, at: clock.now) {
            if case .transmit(let wire) = asked { send(place, link, wire) }
        }
        link.close()
    }
}

extension CallFailure {
    init(_ failure: PeerFailure) { self.init(code: failure.code, detail: failure.detail) }
}

extension MediaAgreement {
    init(_ agreement: PeerAgreement) {
        self.init(
            payloadType: agreement.payloadType,
            receivedPayloadType: agreement.receivedPayloadType, levelID: agreement.levelID,
            mediaID: agreement.mediaID, reportsRoundTrip: agreement.reportsRoundTrip,
            hasEvents: agreement.hasChannel)
    }
}

extension CandidateKind {
    init(_ kind: ICECandidate.Kind) {
        switch kind {
        case .host: self = .host
        case .serverReflexive: self = .serverReflexive
        case .peerReflexive: self = .peerReflexive
        case .relayed: self = .relay
        }
    }
}
