import CSockets
import ReferenceAgent
import Timeline

/// The agent's UDP port for its plain RTP callers.
final class AgentDatagramPort {
    private let datagrams: DatagramPort
    private let desk: AgentDesk
    private let clock: MonotonicClock
    private var output = WireBuffer()
    /// Where IPv6 callers are; an IPv4 address fits into the word a source is known by.
    private var distant: [UInt64: talkover_address] = [:]

    var port: UInt16 { datagrams.port }

    init(
        address: PeerAddress, desk: AgentDesk, clock: MonotonicClock
    ) throws(AgentServerProblem) {
        do throws(SystemError) {
            datagrams = try DatagramPort(address: address, clock: clock)
        } catch {
            throw AgentServerProblem(
                binding: error, host: address.host, port: address.port, kind: "UDP"
            )
        }
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
        var due: [(UInt64, AgentSession)] = []
        desk.tick(now: clock.now) { due.append(($0, $1)) }
        for (source, session) in due { drain(session, to: source, &notes) }
        datagrams.flush()
    }

    /// Ends every call.
    func close(now: RunInstant, notes: inout TruthNotes) {
        var open: [(UInt64, AgentSession)] = []
        desk.close(now: now) { open.append(($0, $1)) }
        for (source, session) in open { drain(session, to: source, &notes) }
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
