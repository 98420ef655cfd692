import CSockets
import Timeline

/// One UDP port of a server with many callers: read and written in batches, once a tick.
///
/// Several sockets share the port, each with a receive buffer of its own: one buffer of the usual
/// size holds five milliseconds of a thousand callers, and every host has stalls longer than that.
final class DatagramPort {
    private static let sockets = 8
    private static let receiveBytes: Int32 = 4 << 20
    /// Larger datagrams are no packet of a call.
    static let datagramBytes = 2_048
    private static let batch = Int(TALKOVER_BATCH)
    /// Datagrams read in one tick at most.
    private static let readsPerTick = 8_192

    let port: UInt16
    /// Datagrams the kernel would not take.
    private(set) var unsent = 0
    private let descriptors: [Int32]
    private let clock: MonotonicClock
    private var arrivals: ArrivalClock
    private let room: UnsafeMutableRawBufferPointer
    private let incoming: UnsafeMutableBufferPointer<talkover_datagram>
    private let outgoing: UnsafeMutableBufferPointer<talkover_datagram>
    private var waiting = 0

    init(address: PeerAddress, clock: MonotonicClock) throws(SystemError) {
        (descriptors, port) = try Self.open(address)
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

    /// Takes what has arrived.
    ///
    /// - Parameter take: gets each datagram, which it may change in place, with its sender, the
    ///   kernel's arrival time and the present; it may send, and may not receive.
    func receive(
        _ take: (
            UnsafeMutableRawBufferPointer, _ from: inout talkover_address, _ arrived: RunInstant,
            _ now: RunInstant
        ) -> Void
    ) {
        arrivals.refresh()
        var budget = Self.readsPerTick
        for descriptor in descriptors {
            while budget > 0 {
                let count = receiveBatch(descriptor, take)
                budget -= count
                if count < Self.batch { break }
            }
        }
    }

    private func receiveBatch(
        _ descriptor: Int32,
        _ take: (
            UnsafeMutableRawBufferPointer, _ from: inout talkover_address, _ arrived: RunInstant,
            _ now: RunInstant
        ) -> Void
    ) -> Int {
        for index in 0..<Self.batch { incoming[index].count = Self.datagramBytes }
        let count = talkover_udp_receive_many(
            descriptor, incoming.baseAddress, Int32(Self.batch)
        )
        guard count > 0 else { return 0 }
        let now = clock.now
        for index in 0..<Int(count) where !incoming[index].truncated {
            let datagram = UnsafeMutableRawBufferPointer(
                start: incoming[index].bytes, count: incoming[index].count
            )
            let arrived = arrivals.arrival(stamp: incoming[index].stamp, now: now)
            take(datagram, &incoming[index].peer, arrived, now)
        }
        return Int(count)
    }

    /// Queues a datagram; it has left after the next ``flush()``.
    func send(_ bytes: UnsafeRawBufferPointer, to peer: talkover_address) {
        guard let start = bytes.baseAddress, bytes.count <= Self.datagramBytes else {
            unsent += 1
            return
        }
        outgoing[waiting].peer = peer
        outgoing[waiting].bytes.copyMemory(from: start, byteCount: bytes.count)
        outgoing[waiting].count = bytes.count
        waiting += 1
        if waiting == Self.batch { flush() }
    }

    func flush() {
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
