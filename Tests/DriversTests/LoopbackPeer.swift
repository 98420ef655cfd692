import CSockets
import Callers
import Drivers
import Testing
import Timeline

/// A UDP socket of the test's own: what an agent is to a line.
final class LoopbackPeer {
    let descriptor: Int32
    private(set) var address = talkover_address()

    init() throws {
        var local = talkover_address()
        try #require(talkover_address_make("127.0.0.1", 0, &local) == 0)
        descriptor = talkover_udp_open(&local, 0, 0, false)
        try #require(descriptor >= 0)
        try #require(talkover_udp_local(descriptor, &address) == 0)
    }

    deinit { talkover_close(descriptor) }

    var port: UInt16 { talkover_address_port(&address) }

    /// Everything that has arrived.
    ///
    /// Over loopback, what was sent is there.
    func receive() -> [(bytes: [UInt8], from: talkover_address)] {
        var all: [(bytes: [UInt8], from: talkover_address)] = []
        var bytes = [UInt8](repeating: 0, count: 4_096)
        while true {
            var stamp: Int64 = 0
            var truncated = false
            var from = talkover_address()
            let count = talkover_udp_receive(
                descriptor, &bytes, bytes.count, &stamp, &from, &truncated
            )
            guard count >= 0 else { return all }
            all.append((Array(bytes[..<Int(count)]), from))
        }
    }

    func send(_ bytes: [UInt8], to peer: talkover_address) {
        var peer = peer
        _ = talkover_udp_send(descriptor, bytes, bytes.count, &peer)
    }
}

/// What tests of a media loop have in common: a peer on loopback, and calls to it.
protocol MediaLoopSuite {
    var clock: MonotonicClock { get }
    var recorder: LoopRecorder { get }
}

extension MediaLoopSuite {
    func makeLoop(
        ended: @escaping (CallID, RunInstant) -> Void = { _, _ in }
    ) throws -> MediaLoop<NotingSession> {
        recorder.begin(path: 0)
        return try MediaLoop(clock: clock, recorder: recorder, ended: ended)
    }

    func address(_ port: UInt16) throws -> PeerAddress {
        try #require(PeerAddress(host: "127.0.0.1", port: port))
    }

    /// A loop with one call, and the call's first slot.
    func dialled(
        _ session: NotingSession, ended: @escaping (CallID, RunInstant) -> Void = { _, _ in }
    ) throws -> (loop: MediaLoop<NotingSession>, peer: LoopbackPeer, first: RunInstant) {
        let loop = try makeLoop(ended: ended)
        let peer = try LoopbackPeer()
        loop.dial(session, peer: try address(peer.port))
        return (loop, peer, try #require(session.firstSlot))
    }

    /// The same, after its first slot and a packet `[0]` of the peer's: from now on it is listened
    /// to in slots.
    func heard(
        _ session: NotingSession
    ) throws -> (
        loop: MediaLoop<NotingSession>, peer: LoopbackPeer, first: RunInstant,
        caller: talkover_address
    ) {
        let (loop, peer, first) = try dialled(session)
        while clock.now < first {}
        loop.tick(nominal: first, now: clock.now)
        let caller = try #require(peer.receive().first).from
        peer.send([0], to: caller)
        loop.tick(nominal: first + .milliseconds(1), now: clock.now)
        try #require(session.received.map(\.bytes) == [[0]])
        return (loop, peer, first, caller)
    }
}
