import CSockets
import ReferenceAgent
import Timeline

/// The agent's UDP port for its plain RTP callers, or one loop's share of it.
final class AgentDatagramPort {
    private let datagrams: DatagramPort
    private let desk: AgentDesk
    private let clock: MonotonicClock
    private var output = WireBuffer()
    /// Where IPv6 callers are; an IPv4 address fits into the word a source is known by.
    private var distant: [UInt64: talkover_address] = [:]

    var port: UInt16 { datagrams.port }

    init(datagrams: DatagramPort, desk: AgentDesk, clock: MonotonicClock) {
        self.datagrams = datagrams
        self.desk = desk
        self.clock = clock
    }

    /// Takes what has arrived and says what is due.
    func tick(now: RunInstant, notes: inout TruthNotes) {
        datagrams.receive { datagram, peer, arrived, now in
            let source = source(of: &peer)
            let session = desk.receive(
                UnsafeRawBufferPointer(datagram), from: source, arrived: arrived, now: now)
            guard let session else { return }
            if source & Self.isPacked == 0 { distant[source] = peer }
            drain(session, to: source, &notes)
        }
        desk.tick(now: clock.now) { source, session in drain(session, to: source, &notes) }
        datagrams.flush()
    }

    /// Ends every call.
    func close(now: RunInstant, notes: inout TruthNotes) {
        desk.close(now: now) { source, session in drain(session, to: source, &notes) }
        datagrams.flush()
    }

    private static let isPacked: UInt64 = 1 << 48

    private func source(of peer: inout talkover_address) -> UInt64 {
        let packed = talkover_address_pack(&peer)
        // The bit keeps the two kinds of words apart.
        return packed != 0 ? packed : talkover_address_hash(&peer) & ~Self.isPacked
    }

    private func drain(_ session: AgentSession, to source: UInt64, _ notes: inout TruthNotes) {
        while let asked = session.poll(into: &output) {
            switch asked {
            case .transmit: send(to: source)
            case .truth(let event): notes.note(event)
            case .close:
                if source & Self.isPacked == 0 { distant[source] = nil }
            }
        }
    }

    private func send(to source: UInt64) {
        if source & Self.isPacked != 0 {
            var peer = talkover_address()
            talkover_address_unpack(source, &peer)
            datagrams.send(output.bytes, to: peer)
        } else if let peer = distant[source] {
            datagrams.send(output.bytes, to: peer)
        }
    }
}
