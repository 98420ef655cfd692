import Timeline

/// What peers have sent and nobody has polled yet.
///
/// Its storage is kept, so that packets that are polled as they come allocate nothing.
struct TURNInbox {
    private struct Arrival {
        let peer: TransportAddress
        let end: Int
    }

    private static let byteLimit = 262_144

    private var bytes: [UInt8] = []
    private var arrivals: [Arrival] = []
    private var polled = 0

    /// - Returns: whether there was room for it.
    mutating func add(_ payload: UnsafeRawBufferPointer, from peer: TransportAddress) -> Bool {
        guard bytes.count + payload.count <= Self.byteLimit, arrivals.count < 4_096 else {
            return false
        }
        bytes.append(contentsOf: payload)
        arrivals.append(Arrival(peer: peer, end: bytes.count))
        return true
    }

    /// Puts the oldest packet into the buffer, in place of what is there.
    mutating func poll(into buffer: inout WireBuffer) -> TransportAddress? {
        guard polled < arrivals.count else {
            removeAll()
            return nil
        }
        let start = polled == 0 ? 0 : arrivals[polled - 1].end
        let arrival = arrivals[polled]
        polled += 1
        buffer.removeAll()
        bytes.withUnsafeBytes {
            buffer.append(UnsafeRawBufferPointer(rebasing: $0[start..<arrival.end]))
        }
        return arrival.peer
    }

    mutating func removeAll() {
        guard polled > 0 || !arrivals.isEmpty else { return }
        bytes.removeAll(keepingCapacity: true)
        arrivals.removeAll(keepingCapacity: true)
        polled = 0
    }
}
