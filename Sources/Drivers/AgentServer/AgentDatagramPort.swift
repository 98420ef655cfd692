import CSockets
import ReferenceAgent
import Timeline

/// The agent's one UDP port, for all its RTP callers: read and written in batches, once a tick.
///
/// Several sockets share the port, each with a receive buffer of its own: one buffer of the usual
/// size holds five milliseconds of a thousand callers, and every host has stalls longer than that.
final class AgentDatagramPort {
    private static let sockets = 8
    private static let receiveBytes: Int32 = 4 << 20
    private static let datagramBytes = 2_048
    private static let batch = Int(TALKOVER_BATCH)
    /// Datagrams read in one tick at most.
    private static let readsPerTick = 8_192

    let port: UInt16
    /// Datagrams the kernel would not take.
    private(set) var unsent = 0
    private let descriptors: [Int32]
    private let desk: AgentDesk
    private let clock: MonotonicClock
    private var arrivals: ArrivalClock
    private let room: UnsafeMutableRawBufferPointer
    private let incoming: UnsafeMutableBufferPointer<talkover_datagram>
    private let outgoing: UnsafeMutableBufferPointer<talkover_datagram>
    private var waiting = 0
    private var output = WireBuffer()
    /// Where IPv6 callers are; an IPv4 address fits into the word a source is known by.
    private var distant: [UInt64: talkover_address] = [:]

    init(
        address: PeerAddress, desk: AgentDesk, clock: MonotonicClock
    ) throws(AgentServerProblem) {
        do throws(SystemError) {
            (descriptors, port) = try Self.open(address)
        } catch {
            throw AgentServerProblem(
                binding: error, host: address.host, port: address.port, kind: "UDP"
            )
        }
        self.desk = desk
        self.clock = clock
        arrivals = ArrivalClock(clock: clock)
        room = .allocate(byteCount: 2 * Self.batch * Self.datagramBytes, alignment: 16)
        incoming = .allocate(capacity: Self.batch)
        outgoing = .allocate(capacity: Self.batch)
        incoming.initialize(repeating: talkover_datagram())
        outgoing.initialize(repeating: talkover_datagram())
        for index in 0..<Self.batch {
            incoming[index].bytes = room.baseAddress?.advanced(by: index * Self.datagramBytes)
            outgoing[index].bytes = room.baseAddress?
                .advanced(by: (Self.batch + index) * Self.datagramBytes)
        }
    }

    deinit {
        for descriptor in descriptors { talkover_close(descriptor) }
        room.deallocate()
        incoming.deallocate()
        outgoing.deallocate()
    }

    /// Takes what has arrived and says what is due.
    func tick(now: RunInstant, notes: inout TruthNotes) {
        arrivals.refresh()
        var budget = Self.readsPerTick
        for descriptor in descriptors {
            while budget > 0 {
                let count = receiveBatch(descriptor, &notes)
                budget -= count
                if count < Self.batch { break }
            }
        }
        var due: [(UInt64, AgentSession)] = []
        desk.tick(now: clock.now) { due.append(($0, $1)) }
        for (source, session) in due { drain(session, to: source, &notes) }
        flush()
    }

    /// Ends every call.
    func close(now: RunInstant, notes: inout TruthNotes) {
        var open: [(UInt64, AgentSession)] = []
        desk.close(now: now) { open.append(($0, $1)) }
        for (source, session) in open { drain(session, to: source, &notes) }
        flush()
    }

    // MARK: Receiving

    private func receiveBatch(_ descriptor: Int32, _ notes: inout TruthNotes) -> Int {
        for index in 0..<Self.batch { incoming[index].count = Self.datagramBytes }
        let count = talkover_udp_receive_many(
            descriptor, incoming.baseAddress, Int32(Self.batch)
        )
        guard count > 0 else { return 0 }
        let now = clock.now
        for index in 0..<Int(count) where !incoming[index].truncated {
            let datagram = UnsafeRawBufferPointer(
                start: incoming[index].bytes, count: incoming[index].count
            )
            let source = source(of: &incoming[index].peer)
            let arrived = arrivals.arrival(stamp: incoming[index].stamp, now: now)
            if let session = desk.receive(datagram, from: source, arrived: arrived, now: now) {
                if source & Self.isPacked == 0 { distant[source] = incoming[index].peer }
                drain(session, to: source, &notes)
            }
        }
        return Int(count)
    }

    private static let isPacked: UInt64 = 1 << 48

    private func source(of peer: inout talkover_address) -> UInt64 {
        let packed = talkover_address_pack(&peer)
        // The bit keeps the two kinds of words apart.
        return packed != 0 ? packed : talkover_address_hash(&peer) & ~Self.isPacked
    }

    // MARK: Sending

    private func drain(_ session: AgentSession, to source: UInt64, _ notes: inout TruthNotes) {
        while let asked = session.poll(into: &output) {
            switch asked {
            case .transmit: queue(output.bytes, to: source)
            case .truth(let event): notes.note(event)
            case .close:
                if source & Self.isPacked == 0 { distant[source] = nil }
            }
        }
    }

    private func queue(_ bytes: UnsafeRawBufferPointer, to source: UInt64) {
        guard let start = bytes.baseAddress, bytes.count <= Self.datagramBytes else {
            unsent += 1
            return
        }
        if source & Self.isPacked != 0 {
            talkover_address_unpack(source, &outgoing[waiting].peer)
        } else if let peer = distant[source] {
            outgoing[waiting].peer = peer
        } else {
            unsent += 1
            return
        }
        outgoing[waiting].bytes.copyMemory(from: start, byteCount: bytes.count)
        outgoing[waiting].count = bytes.count
        waiting += 1
        if waiting == Self.batch { flush() }
    }

    private func flush() {
        var first = 0
        while first < waiting {
            let sent = talkover_udp_send_many(
                descriptors[0], outgoing.baseAddress?.advanced(by: first), Int32(waiting - first)
            )
            // One that cannot be sent is left out, and the others go on.
            if sent <= 0 {
                unsent += 1
                first += 1
            } else {
                first += Int(sent)
            }
        }
        waiting = 0
    }

    // MARK: Opening

    private static func open(_ address: PeerAddress) throws(SystemError) -> ([Int32], UInt16) {
        // Sockets that share a port also share it with another agent's: a plain one finds out
        // first.
        var local = address.raw
        let probe = try SystemError.check(talkover_udp_open(&local, 0, 0, false))
        let named = talkover_udp_local(probe, &local)
        talkover_close(probe)
        _ = try SystemError.check(named)

        var descriptors: [Int32] = []
        for _ in 0..<sockets {
            let descriptor = talkover_udp_open_shared(&local, receiveBytes, receiveBytes)
            guard descriptor >= 0 else {
                for open in descriptors { talkover_close(open) }
                throw SystemError(-descriptor)
            }
            descriptors.append(descriptor)
        }
        return (descriptors, talkover_address_port(&local))
    }
}
