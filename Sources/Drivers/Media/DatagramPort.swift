import CSockets
import Timeline

/// One loop's share of a server's UDP port: read and written in batches, once a tick.
final class DatagramPort {
    /// Larger datagrams are no packet of a call.
    static let datagramBytes = 2_048
    private static let batch = Int(TALKOVER_BATCH)
    /// Datagrams read in one tick at most.
    private static let readsPerTick = 8_192

    var port: UInt16 { sockets.port }
    /// Datagrams the kernel would not take.
    private(set) var unsent = 0
    /// All of the port's, so that they stay open as long as anybody reads one of them.
    private let sockets: PortSockets
    /// Those that this loop reads.
    private let descriptors: [Int32]
    private let clock: MonotonicClock
    private var arrivals: ArrivalClock
    private let room: UnsafeMutableRawBufferPointer
    private let incoming: UnsafeMutableBufferPointer<talkover_datagram>
    private let outgoing: UnsafeMutableBufferPointer<talkover_datagram>
    private var waiting = 0

    /// A port of its own.
    convenience init(address: PeerAddress, clock: MonotonicClock) throws(SystemError) {
        self.init(try PortSockets(address: address), share: 0, of: 1, clock: clock)
    }

    /// - Parameters:
    ///   - share: which of the equal shares this is, from 0: the kernel deals senders out among
    ///     sockets, and each sender's datagrams all come to one share.
    ///   - count: of the shares.
    init(_ sockets: PortSockets, share: Int, of count: Int, clock: MonotonicClock) {
        self.sockets = sockets
        descriptors = sockets.share(share, of: count)
        self.clock = clock
        arrivals = ArrivalClock(clock: clock)
        room = .allocate(byteCount: 2 * Self.batch * Self.datagramBytes, alignment: 16)
        incoming = .allocate(capacity: Self.batch)
        outgoing = .allocate(capacity: Self.batch)
        incoming.initialize(repeating: talkover_datagram())
        outgoing.initialize(repeating: talkover_datagram())
        for index in 0..<Self.batch {
            incoming[index].bytes = room.baseAddress?.advanced(by: index * Self.datagramBytes)
            incoming[index].count = Self.datagramBytes
            outgoing[index].bytes = room.baseAddress?
                .advanced(by: (Self.batch + index) * Self.datagramBytes)
        }
    }

    deinit {
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
        let count = talkover_udp_receive_many(
            descriptor, incoming.baseAddress, Int32(Self.batch), true
        )
        guard count > 0 else { return 0 }
        let now = clock.now
        for index in 0..<Int(count) {
            let datagram = UnsafeMutableRawBufferPointer(
                start: incoming[index].bytes, count: incoming[index].count
            )
            incoming[index].count = Self.datagramBytes
            guard !incoming[index].truncated else { continue }
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
}
