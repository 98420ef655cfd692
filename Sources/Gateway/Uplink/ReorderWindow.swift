import Timeline

/// Puts a caller's packets back in order, and gives up on those that are missing.
///
/// A packet that is next in line waits for nothing. One that came early waits for those before
/// it, a little: ``GatewayLimits/reorderedPackets``, ``GatewayLimits/reorderPatience``.
struct ReorderWindow {
    struct Taken {
        /// Packets before it that have been given up.
        var missing: Int
        var timestamp: UInt32
        /// RFC 6464 level with the V bit, where the packet has one.
        var octet: UInt8?
        /// Where its payload is kept until the next insertion: ``withPayload(_:_:)``.
        fileprivate var slot: Int
    }

    private struct Slot {
        var isFull = false
        var timestamp: UInt32 = 0
        var octet: UInt8?
        var payload: [UInt8] = []
    }

    /// A power of two, so that sequence numbers wrap around it.
    private static let size = 16

    private let mostWaiting: Int
    private let patience: Nanoseconds
    private var slots = [Slot](repeating: Slot(), count: size)
    private var next: UInt16?
    private var waiting = 0
    private var since = RunInstant.zero
    /// Given up together with the packets of a jump.
    private var jumped = 0

    init(limits: GatewayLimits) {
        mostWaiting = max(1, min(limits.reorderedPackets, Self.size - 1))
        patience = limits.reorderPatience
    }

    /// Takes a packet in.
    ///
    /// - Parameter payload: empty for one that only has a number.
    /// - Returns: false where it comes too late, or twice.
    mutating func insert(
        sequence: UInt16, timestamp: UInt32, octet: UInt8?, payload: UnsafeRawBufferPointer,
        at now: RunInstant
    ) -> Bool {
        let ahead = sequence &- (next ?? sequence)
        guard ahead < 0x8000 else { return false }
        if Int(ahead) >= Self.size {  // an outage: what waits is of no use any more
            reset()
            jumped = Int(ahead)
        }
        if next == nil || Int(ahead) >= Self.size { next = sequence }
        let index = Int(sequence) % Self.size
        guard !slots[index].isFull else { return false }
        slots[index].isFull = true
        slots[index].timestamp = timestamp
        slots[index].octet = octet
        slots[index].payload.removeAll(keepingCapacity: true)
        slots[index].payload.append(contentsOf: payload)
        if waiting == 0 { since = now }
        waiting += 1
        return true
    }

    /// The next packet in order, if there is one or the wait for it is over.
    mutating func take(at now: RunInstant) -> Taken? {
        guard waiting > 0, var sequence = next else { return nil }
        var missing = 0
        while !slots[Int(sequence) % Self.size].isFull {
            sequence &+= 1
            missing += 1
        }
        guard missing == 0 || waiting >= mostWaiting || now >= since + patience else { return nil }
        let index = Int(sequence) % Self.size
        slots[index].isFull = false
        next = sequence &+ 1
        waiting -= 1
        since = now
        defer { jumped = 0 }
        return Taken(
            missing: missing + jumped, timestamp: slots[index].timestamp,
            octet: slots[index].octet, slot: index)
    }

    func withPayload<Result>(
        _ taken: Taken, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        slots[taken.slot].payload.withUnsafeBytes(body)
    }

    /// When a packet that waits has waited long enough.
    var due: RunInstant? { waiting > 0 ? since + patience : nil }

    /// Begins a new stream; what waits is dropped.
    mutating func reset() {
        for index in slots.indices { slots[index].isFull = false }
        waiting = 0
        next = nil
        jumped = 0
    }
}
