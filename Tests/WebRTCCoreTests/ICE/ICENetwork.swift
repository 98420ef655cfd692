import Timeline
import WebRTCCore

/// Two agents and what lies between them: delay, loss, reordering, address translation, blocked paths.
final class ICENetwork {
    enum Translation {
        case none
        /// One public address per base, open to everybody.
        case open
        /// One public address per base, open to whom it has sent to.
        case restricted
        /// One public address per base and destination, open to that destination.
        case symmetric
    }

    struct Side {
        let agent: ICEAgent
        var translation = Translation.none
        /// Not behind the translation: relayed addresses.
        var relays: Set<TransportAddress> = []
        var outputs: [ICEOutput] = []
        var selected: ICEPair?
        var selectedAt: RunInstant?
        var failure: ICEFailure?
        var failedAt: RunInstant?
        var roundTrips: [Nanoseconds] = []
        var isGone = false
    }

    private struct Mapping {
        let side: Int
        let base: TransportAddress
        let open: TransportAddress
        let destination: TransportAddress?
        var sentTo: Set<TransportAddress> = []
    }

    private struct Datagram {
        let arrival: RunInstant
        let number: Int
        let from: TransportAddress
        let to: TransportAddress
        let bytes: [UInt8]
    }

    private struct Plan {
        let instant: RunInstant
        let action: (ICENetwork) -> Void
    }

    var sides: [Side]
    var now = RunInstant.zero
    var loss = 0.0
    var delay = Nanoseconds.milliseconds(20)
    var jitter = Nanoseconds.zero
    var extraRelayDelay = Nanoseconds.milliseconds(30)
    /// Whether a datagram from one base to one address never arrives.
    var isBlocked: (_ from: TransportAddress, _ to: TransportAddress) -> Bool = { _, _ in false }
    /// Rewrites what is on the way.
    var tamper: ([UInt8]) -> [UInt8] = { $0 }
    private(set) var sent = 0
    private(set) var requestInstants: [[RunInstant]] = [[], []]
    private var generator: SeededGenerator
    private var mappings: [Mapping] = []
    private var flying: [Datagram] = []
    private var plans: [Plan] = []
    private var buffer = WireBuffer()
    private var nextPort: UInt16 = 40_000

    init(_ first: ICEAgent, _ second: ICEAgent, seed: UInt64) {
        sides = [Side(agent: first), Side(agent: second)]
        generator = SeededGenerator(seed: seed, stream: "ice-network")
    }

    func plan(at instant: RunInstant, _ action: @escaping (ICENetwork) -> Void) {
        plans.append(Plan(instant: instant, action: action))
    }

    /// Runs until both have a pair or failed, and to `end` at most.
    func run(until end: RunInstant, stopWhenSettled: Bool = true) {
        drain()
        while now < end {
            if stopWhenSettled, isSettled { return }
            let wakes = sides.filter { !$0.isGone }.compactMap { $0.agent.wake }
            let next = ([end] + wakes + flying.map(\.arrival) + plans.map(\.instant)).min() ?? end
            now = max(now, next)
            if now >= end { return }
            for plan in plans where plan.instant <= now { plan.action(self) }
            plans.removeAll { $0.instant <= now }
            drain()
            deliver()
            for index in sides.indices where !sides[index].isGone {
                if let wake = sides[index].agent.wake, wake <= now {
                    sides[index].agent.tick(at: now)
                }
            }
            drain()
        }
    }

    var isSettled: Bool { sides.allSatisfy { $0.selected != nil || $0.failure != nil } }

    private func deliver() {
        let due = flying.filter { $0.arrival <= now }.sorted {
            ($0.arrival, $0.number) < ($1.arrival, $1.number)
        }
        flying.removeAll { $0.arrival <= now }
        for datagram in due {
            guard let (side, base) = owner(of: datagram.to, from: datagram.from),
                !sides[side].isGone
            else { continue }
            datagram.bytes.withUnsafeBytes {
                sides[side].agent.receive(stun: $0, from: datagram.from, at: base, now: now)
            }
            drain()
        }
    }

    /// Takes what the agents want done.
    func drain() {
        for index in sides.indices where !sides[index].isGone {
            while let output = sides[index].agent.poll(into: &buffer) {
                switch output {
                case .transmit(let from, let to):
                    send(Array(buffer.bytes), side: index, from: from, to: to)
                case .selected(let pair):
                    sides[index].selected = pair
                    sides[index].selectedAt = now
                case .failed(let failure):
                    sides[index].failure = failure
                    sides[index].failedAt = now
                case .roundTrip(let span):
                    sides[index].roundTrips.append(span)
                }
                if case .transmit = output { continue }
                sides[index].outputs.append(output)
            }
        }
    }

    private func send(_ bytes: [UInt8], side: Int, from: TransportAddress, to: TransportAddress) {
        sent += 1
        if bytes[0] == 0, bytes[1] == 1 { requestInstants[side].append(now) }
        let source = open(side: side, base: from, to: to)
        guard !isBlocked(from, to), generator.unit() >= loss else { return }
        var arrival = now + delay + Nanoseconds(Int64(Double(jitter.count) * generator.unit()))
        if sides[0].relays.union(sides[1].relays).contains(where: { $0 == from || $0 == to }) {
            arrival += extraRelayDelay
        }
        flying.append(
            Datagram(arrival: arrival, number: sent, from: source, to: to, bytes: tamper(bytes)))
    }

    /// The address a datagram seems to come from.
    private func open(side: Int, base: TransportAddress, to: TransportAddress) -> TransportAddress {
        let translation = sides[side].translation
        guard translation != .none, !sides[side].relays.contains(base) else { return base }
        let destination = translation == .symmetric ? to : nil
        let known = mappings.firstIndex {
            $0.side == side && $0.base == base && $0.destination == destination
        }
        if let known {
            mappings[known].sentTo.insert(to)
            return mappings[known].open
        }
        let host = base.host.isV6 ? "2001:db8:\(side + 1)::99" : "203.0.113.\(side + 1)"
        let open = iceAddress(host, nextPort)
        nextPort += 1
        mappings.append(
            Mapping(side: side, base: base, open: open, destination: destination, sentTo: [to]))
        return open
    }

    /// Opens a mapping as a STUN server would, and says what it is.
    func reflexive(side: Int, base: TransportAddress) -> TransportAddress {
        open(side: side, base: base, to: iceAddress("198.51.100.1", 3_478))
    }

    private func owner(
        of address: TransportAddress, from: TransportAddress
    ) -> (Int, TransportAddress)? {
        if let mapping = mappings.first(where: { $0.open == address }) {
            return letsIn(mapping, from) ? (mapping.side, mapping.base) : nil
        }
        for index in sides.indices {
            let isOutside =
                sides[index].translation == .none
                || sides[index].relays.contains(address)
            if isOutside, bases[index].contains(address) { return (index, address) }
        }
        return nil
    }

    private func letsIn(_ mapping: Mapping, _ source: TransportAddress) -> Bool {
        switch sides[mapping.side].translation {
        case .none, .open: true
        case .restricted: mapping.sentTo.contains(source)
        case .symmetric: mapping.destination == source
        }
    }

    /// Bases by side.
    var bases: [Set<TransportAddress>] = [[], []]

    /// Adds a local candidate on one side and, after `delay`, tells the other.
    func give(
        _ side: Int, _ candidate: ICECandidate, base: TransportAddress,
        trickledAfter: Nanoseconds? = .zero
    ) {
        bases[side].insert(base)
        sides[side].agent.add(local: candidate, base: base, at: now)
        guard let trickledAfter else { return }
        plan(at: now + trickledAfter) { network in
            guard let read = ICECandidate(attribute: candidate.attribute) else { return }
            network.sides[1 - side].agent.add(remote: read, at: network.now)
        }
    }

    func giveHost(_ side: Int, _ base: TransportAddress, trickledAfter: Nanoseconds? = .zero) {
        give(
            side, .host(base, preference: .max - UInt16(bases[side].count)), base: base,
            trickledAfter: trickledAfter)
    }

    func giveRelay(_ side: Int, _ relayed: TransportAddress) {
        sides[side].relays.insert(relayed)
        give(
            side, .relayed(relayed, mapped: relayed, server: relayed), base: relayed,
            trickledAfter: .zero)
    }

    /// Exchanges credentials; side 1 learns later than side 0 by `lag`.
    func introduce(lag: Nanoseconds = .zero) {
        let agents = sides.map(\.agent)
        let isLite = lite
        agents[0].setRemote(agents[1].credentials, isLite: isLite[1], at: now)
        plan(at: now + lag) {
            agents[1].setRemote(agents[0].credentials, isLite: isLite[0], at: $0.now)
        }
    }

    var lite = [false, false]
}
