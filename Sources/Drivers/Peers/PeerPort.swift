import CSockets
import Dialects
import RTPCore
import Timeline
import WebRTCCore

/// One UDP port for all WebRTC callers of a server: read and written in batches, once a tick.
///
/// A caller is known by the address its packets come from; before any of them is, by the name in
/// its first check (RFC 8445 §7.3). Belongs to one event loop.
final class PeerPort {
    /// Callers at once; more are refused.
    private static let limit = 20_000
    /// How long an offer is remembered whose caller never comes through.
    private static let patience = Nanoseconds.seconds(30)

    private struct Seat {
        let peer: PeerSession
        let id: String
        let base: TransportAddress
        let begun: RunInstant
        let makeCallee: (PeerAgreement, UInt32, RunInstant) -> (any PeerCallee)?
        var callee: (any PeerCallee)?
        var route: talkover_address?
        var sources: [TransportAddress] = []
    }

    private static let never = RunInstant(nanoseconds: .max)

    var port: UInt16 { datagrams.port }
    /// Datagrams of nobody known.
    private(set) var strangers = 0
    private let datagrams: DatagramPort
    private let clock: MonotonicClock
    private let settings: PeerSettings
    private let identity: DTLSIdentity
    private let context: DTLSContext
    private let host: IPAddress?
    private var seats: [Seat?] = []
    private var wakes: [RunInstant] = []
    private var vacant: [Int] = []
    private var bySource: [TransportAddress: Int] = [:]
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
        let place = vacant.popLast() ?? seats.count
        let seat = Seat(peer: peer, id: id, base: base, begun: now, makeCallee: makeCallee)
        if place == seats.count {
            seats.append(seat)
            wakes.append(Self.never)
        } else {
            seats[place] = seat
        }
        byID[id] = place
        byUfrag[peer.ufrag] = place
        drain(place, seat.peer)
        datagrams.flush()
        return PeerAnswer(sdp: sdp, id: id)
    }

    /// More of a caller's candidates.
    ///
    /// - Returns: false where there is no such call.
    func trickle(_ fragment: String, id: String) -> Bool {
        guard let place = byID[id], let peer = seats[place]?.peer else { return false }
        peer.add(remoteFragment: fragment, at: clock.now)
        drain(place, peer)
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
        for place in wakes.indices where wakes[place] <= now {
            guard let seat = seats[place] else {
                wakes[place] = Self.never
                continue
            }
            if seat.callee == nil, now - seat.begun > Self.patience {
                end(place)
                continue
            }
            if let due = seat.peer.wake, due <= now { seat.peer.tick(at: now) }
            if let callee = seat.callee, let due = callee.wake, due <= now { callee.tick(now: now) }
            drain(place, seat.peer)
        }
        datagrams.flush()
    }

    func close() {
        for place in seats.indices where seats[place] != nil { end(place) }
        datagrams.flush()
    }

    // MARK: Receiving

    private func take(
        _ datagram: UnsafeMutableRawBufferPointer, _ from: inout talkover_address,
        arrived: RunInstant, now: RunInstant
    ) {
        guard let source = TransportAddress(&from),
            let place = bySource[source] ?? newcomer(datagram, source), let seat = seats[place]
        else {
            strangers += 1
            return
        }
        switch seat.peer.receive(datagram, from: source, at: seat.base, now: now) {
        case .media(let count):
            guard let callee = seat.callee else { return }
            callee.receive(
                datagram: UnsafeRawBufferPointer(rebasing: datagram[..<count]), arrived: arrived,
                now: now)
            if drainCallee(place, seat.peer) {
                drain(place, seat.peer)
            } else if seats[place] != nil {
                arm(place, seat.peer, callee)
            }
        case .control: drain(place, seat.peer)
        case .refused: break
        }
    }

    /// Whose first check this is; `nil` of anything else.
    private func newcomer(
        _ datagram: UnsafeMutableRawBufferPointer, _ source: TransportAddress
    ) -> Int? {
        guard let ufrag = PeerSession.addressee(of: UnsafeRawBufferPointer(datagram)),
            let place = byUfrag[ufrag], seats[place]?.sources.count ?? .max < 16
        else { return nil }
        bySource[source] = place
        seats[place]?.sources.append(source)
        return place
    }

    // MARK: Draining

    /// Does what both the connection and who is called on it ask for.
    private func drain(_ place: Int, _ peer: PeerSession) {
        repeat {
            guard drainPeer(place, peer) else {
                end(place)
                return
            }
        } while drainCallee(place, peer)
        guard let seat = seats[place] else { return }
        arm(place, peer, seat.callee)
    }

    /// - Returns: false when the connection is over.
    private func drainPeer(_ place: Int, _ peer: PeerSession) -> Bool {
        let now = clock.now
        while let asked = peer.poll(into: &output, at: now) {
            switch asked {
            case .transmit(.datagram(_, let to)): datagrams.send(output.bytes, to: to.raw)
            case .routed(.datagram(_, let to)): seats[place]?.route = to.raw
            case .connected: begin(place, peer, at: now)
            case .media:
                seats[place]?.callee?.receive(datagram: output.bytes, arrived: now, now: now)
            case .message(let isText):
                seats[place]?.callee?.receive(
                    isText ? .text : .binary, message: output.bytes, arrived: now, now: now)
            case .closed, .failed: return false
            case .transmit, .routed, .discovered, .gathered, .channelOpened: break
            }
        }
        return true
    }

    private func begin(_ place: Int, _ peer: PeerSession, at now: RunInstant) {
        guard let agreement = peer.agreement, let seat = seats[place] else { return }
        guard let callee = seat.makeCallee(agreement, peer.ssrc, now) else { return }
        seats[place]?.callee = callee
        callee.nudge = { [weak self, weak callee] in
            guard let self, let callee, self.seats[place]?.callee === callee else { return }
            self.wakes[place] = .zero
        }
    }

    /// - Returns: whether the connection has got messages to send.
    private func drainCallee(_ place: Int, _ peer: PeerSession) -> Bool {
        guard let callee = seats[place]?.callee else { return false }
        var hasMessages = false
        while let asked = callee.poll(into: &output) {
            switch asked {
            case .transmit(.text):
                peer.send(message: output.bytes, isText: true, at: clock.now)
                hasMessages = true
            case .transmit(.binary):
                guard let route = seats[place]?.route, peer.protect(&output) else { continue }
                datagrams.send(output.bytes, to: route)
            case .hangUp:
                end(place)
                return false
            }
        }
        return hasMessages
    }

    private func arm(_ place: Int, _ peer: PeerSession, _ callee: (any PeerCallee)?) {
        var wake = peer.wake ?? Self.never
        if let callee {
            if let due = callee.wake { wake = min(wake, due) }
        } else if let seat = seats[place] {
            wake = min(wake, seat.begun + Self.patience + .milliseconds(1))
        }
        wakes[place] = wake
    }

    private func end(_ place: Int) {
        guard let seat = seats[place] else { return }
        seats[place] = nil
        wakes[place] = Self.never
        vacant.append(place)
        byID[seat.id] = nil
        byUfrag[seat.peer.ufrag] = nil
        for source in seat.sources where bySource[source] == place { bySource[source] = nil }
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
