import CSockets
import Dialects
import RTPCore
import ReferenceAgent
import Timeline
import WebRTCCore

/// One UDP port for all WebRTC callers of a loop: read and written in batches, once a tick.
///
/// A caller is known by the address its packets come from; before any of them is, by the name in
/// its first check (RFC 8445 §7.3). Belongs to one event loop.
final class PeerPort {
    /// Callers at once; more are refused.
    private static let limit = 20_000
    /// How long an offer is remembered whose caller never comes through.
    private static let patience = Nanoseconds.seconds(30)

    /// A class, so that a packet finds its call by one reference.
    private final class Seat {
        let peer: PeerSession
        var callee: (any PeerCallee)?
        /// When the connection wants to be looked after: asked when it was drained, since media
        /// change nothing about it.
        var peerWake = Seating<Seat>.never
        var isOver = false
        var route: talkover_address?
        let base: TransportAddress
        let begun: RunInstant
        let id: String
        var sources: [TransportAddress] = []
        let makeCallee: (PeerAgreement, UInt32, RunInstant) -> (any PeerCallee)?

        init(
            peer: PeerSession, id: String, base: TransportAddress, begun: RunInstant,
            makeCallee: @escaping (PeerAgreement, UInt32, RunInstant) -> (any PeerCallee)?
        ) {
            self.peer = peer
            self.id = id
            self.base = base
            self.begun = begun
            self.makeCallee = makeCallee
        }
    }

    var port: UInt16 { datagrams.port }
    /// Datagrams of nobody known.
    private(set) var strangers = 0
    private let datagrams: DatagramPort
    private let clock: MonotonicClock
    private let settings: PeerSettings
    private let identity: DTLSIdentity
    private let context: DTLSContext
    private let host: IPAddress?
    private var seats = Seating<Seat>()
    /// By the word an IPv4 address and its port fit into, and those of IPv6.
    private var bySource = SeatTable()
    private var byDistantSource: [TransportAddress: Int] = [:]
    private var byUfrag: [String: Int] = [:]
    private var byID: [String: Int] = [:]
    private var output = WireBuffer()

    /// - Parameter address: to bind to; where it is every interface's, callers are told the one
    ///   they reached signalling by.
    init(
        address: PeerAddress, settings: PeerSettings, identity: DTLSIdentity,
        clock: MonotonicClock
    ) throws {
        do throws(SystemError) {
            datagrams = try DatagramPort(address: address, clock: clock)
        } catch {
            throw AgentServerProblem(
                binding: error, host: address.host, port: address.port, kind: "UDP")
        }
        context = try DTLSContext(identity: identity)
        host = address.isWildcard ? nil : address.ipAddress
        self.settings = settings
        self.identity = identity
        self.clock = clock
    }

    /// Calls that are up or being set up.
    var count: Int { byID.count }

    // MARK: Signalling

    /// Answers an offer.
    ///
    /// - Parameters:
    ///   - id: what the caller will name the call by.
    ///   - reached: this host as the caller reached its signalling.
    ///   - makeCallee: who answers with this SSRC, once media can flow; `nil` hangs up.
    /// - Throws: an offer that cannot be used, with what is wrong with it.
    func answer(
        _ offer: String, id: String, host reached: IPAddress?, generator: SeededGenerator,
        makeCallee: @escaping (PeerAgreement, UInt32, RunInstant) -> (any PeerCallee)?
    ) throws(PeerFailure) -> PeerAnswer {
        guard byID.count < Self.limit else {
            throw PeerFailure(code: "full", detail: "\(Self.limit) calls are up")
        }
        var generator = generator
        let ssrc = UInt32(truncatingIfNeeded: generator.next()) | 1
        let peer = PeerSession(
            settings: settings, context: context, fingerprint: identity.fingerprint, ssrc: ssrc,
            name: "agent-\(ssrc)@talkover", isOfferer: false, generator: generator)
        let now = clock.now
        guard let address = host ?? reached else {
            throw PeerFailure(code: "address", detail: "this host has no address for the caller")
        }
        let base = TransportAddress(host: address, port: port)
        let sdp = try peer.answer(to: offer, bases: [base], at: now)
        let seat = Seat(peer: peer, id: id, base: base, begun: now, makeCallee: makeCallee)
        let place = seats.seat(seat)
        byID[id] = place
        byUfrag[peer.ufrag] = place
        drain(place, seat)
        datagrams.flush()
        return PeerAnswer(sdp: sdp, id: id)
    }

    /// More of a caller's candidates.
    ///
    /// - Returns: false where there is no such call.
    func trickle(_ fragment: String, id: String) -> Bool {
        guard let place = byID[id], let seat = seats[place] else { return false }
        seat.peer.add(remoteFragment: fragment, at: clock.now)
        drain(place, seat)
        datagrams.flush()
        return true
    }

    /// The caller hangs up by signalling.
    func hangUp(id: String) -> Bool {
        guard let place = byID[id] else { return false }
        end(place)
        datagrams.flush()
        return true
    }

    // MARK: Time

    func tick(now: RunInstant) {
        datagrams.receive { take($0, &$1, arrived: $2, now: $3) }
        let now = clock.now
        for place in seats.places where seats.wake(of: place) <= now {
            guard let seat = seats[place] else { continue }
            if seat.callee == nil, now - seat.begun > Self.patience {
                end(place)
                continue
            }
            if let callee = seat.callee, let due = callee.wake, due <= now {
                // Not the tick's time: after a stall, hundreds of calls stand before this one.
                callee.tick(now: clock.now)
            }
            if seat.peerWake <= now {
                seat.peer.tick(at: now)
                drain(place, seat)
            } else {
                drainMedia(place, seat)
            }
        }
        datagrams.flush()
    }

    func close() {
        for place in seats.places where seats[place] != nil { end(place) }
        datagrams.flush()
    }

    // MARK: Receiving

    private func take(
        _ datagram: UnsafeMutableRawBufferPointer, _ from: inout talkover_address,
        arrived: RunInstant, now: RunInstant
    ) {
        let word = talkover_address_pack(&from)
        guard let source = TransportAddress(&from),
            let place = newcomer(datagram, source, word) ?? place(of: source, word),
            let seat = seats[place]
        else {
            strangers += 1
            return
        }
        // A handshake takes as long as a hundred packets do: none is to wait for it.
        if seat.callee == nil { datagrams.flush() }
        switch seat.peer.receive(datagram, from: source, at: seat.base, now: now) {
        case .media(let count):
            guard let callee = seat.callee else { return }
            callee.receive(
                datagram: UnsafeRawBufferPointer(rebasing: datagram[..<count]), arrived: arrived,
                now: now)
            drainMedia(place, seat)
        case .control: drain(place, seat)
        case .refused: break
        }
    }

    /// Whose first check from an address this is; `nil` of anything else.
    ///
    /// Asked before the address is: a port that a lost caller had may be somebody else's by now.
    private func newcomer(
        _ datagram: UnsafeMutableRawBufferPointer, _ source: TransportAddress, _ word: UInt64
    ) -> Int? {
        // Media and DTLS pass by at once.
        guard let first = datagram.first, first < 4,
            let ufrag = PeerSession.addressee(of: UnsafeRawBufferPointer(datagram)),
            let place = byUfrag[ufrag], let seat = seats[place]
        else { return nil }
        guard self.place(of: source, word) != place else { return place }
        guard seat.sources.count < 16 else { return nil }
        if word == 0 {
            byDistantSource[source] = place
        } else {
            bySource.insert(word, at: place)
        }
        seat.sources.append(source)
        return place
    }

    /// - Parameter word: that stands for the address; 0 where it fits into none.
    private func place(of source: TransportAddress, _ word: UInt64) -> Int? {
        word == 0 ? byDistantSource[source] : bySource[word]
    }

    private func forget(_ source: TransportAddress, of place: Int) {
        var raw = source.raw
        let word = talkover_address_pack(&raw)
        guard self.place(of: source, word) == place else { return }
        if word == 0 {
            byDistantSource[source] = nil
        } else {
            bySource.remove(word)
        }
    }

    // MARK: Draining

    /// Does what both the connection and who is called on it ask for.
    private func drain(_ place: Int, _ seat: Seat) {
        repeat {
            guard drainPeer(seat) else {
                end(place)
                return
            }
        } while seat.callee.map { drainCallee(place, seat, $0) } ?? false
        guard !seat.isOver else { return }
        seat.peerWake = seat.peer.wake ?? Seating<Seat>.never
        arm(place, seat)
    }

    /// The same where only who is called can have anything to say.
    private func drainMedia(_ place: Int, _ seat: Seat) {
        guard let callee = seat.callee, !drainCallee(place, seat, callee) else {
            drain(place, seat)
            return
        }
        if !seat.isOver { arm(place, seat) }
    }

    /// - Returns: false when the connection is over.
    private func drainPeer(_ seat: Seat) -> Bool {
        let now = clock.now
        while let asked = seat.peer.poll(into: &output, at: now) {
            switch asked {
            case .transmit(.datagram(_, let to)): datagrams.send(output.bytes, to: to.raw)
            case .routed(.datagram(_, let to)): seat.route = to.raw
            case .connected: if !begin(seat, at: now) { return false }
            case .media: seat.callee?.receive(datagram: output.bytes, arrived: now, now: now)
            case .message(let isText):
                seat.callee?.receive(
                    isText ? .text : .binary, message: output.bytes, arrived: now, now: now)
            case .closed, .failed: return false
            case .transmit, .routed, .discovered, .gathered, .channelOpened: break
            }
        }
        return true
    }

    /// - Returns: false when nobody answers.
    private func begin(_ seat: Seat, at now: RunInstant) -> Bool {
        guard let agreement = seat.peer.agreement,
            let callee = seat.makeCallee(agreement, seat.peer.ssrc, now),
            let place = byID[seat.id]
        else { return false }
        seat.callee = callee
        callee.nudge = { [weak self, weak seat] in
            guard let self, let seat, !seat.isOver else { return }
            self.seats.wake(place, at: .zero)
        }
        return true
    }

    /// - Returns: whether the connection has got messages to send.
    private func drainCallee(_ place: Int, _ seat: Seat, _ callee: any PeerCallee) -> Bool {
        var hasMessages = false
        while let asked = callee.poll(into: &output) {
            switch asked {
            case .transmit(.text):
                seat.peer.send(message: output.bytes, isText: true, at: clock.now)
                hasMessages = true
            case .transmit(.binary):
                guard let route = seat.route, seat.peer.protect(&output) else { continue }
                datagrams.send(output.bytes, to: route)
            case .hangUp:
                end(place)
                return false
            }
        }
        return hasMessages
    }

    private func arm(_ place: Int, _ seat: Seat) {
        let other =
            seat.callee.map { $0.wake ?? Seating<Seat>.never }
            ?? seat.begun + Self.patience + .milliseconds(1)
        seats.wake(place, at: min(seat.peerWake, other))
    }

    private func end(_ place: Int) {
        guard let seat = seats[place] else { return }
        seat.isOver = true
        seats.vacate(place)
        byID[seat.id] = nil
        byUfrag[seat.peer.ufrag] = nil
        for source in seat.sources { forget(source, of: place) }
        let now = clock.now
        if let callee = seat.callee {
            callee.closed(at: now)
            while callee.poll(into: &output) != nil {}
        }
        seat.peer.close(at: now)
        while let asked = seat.peer.poll(into: &output, at: now) {
            if case .transmit(.datagram(_, let to)) = asked {
                datagrams.send(output.bytes, to: to.raw)
            }
        }
    }
}
