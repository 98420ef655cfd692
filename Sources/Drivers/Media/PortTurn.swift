import CSockets

/// Local UDP ports one after another, so that each rests long before another call has it.
///
/// The kernel draws lots. An agent that a goodbye did not reach talks on until it misses the
/// caller, and then says goodbye itself: a call that drew the port meanwhile would hear both.
/// Where ports are reserved the kernel is left to it.
struct PortTurn {
    /// In a row that are tried where others have them, before the kernel is asked after all.
    private static let tries = 64
    private let range: ClosedRange<UInt16>?
    private var next: UInt16?

    init() {
        var lowest: UInt32 = 0
        var highest: UInt32 = 0
        let isKnown =
            talkover_ephemeral_ports(&lowest, &highest) == 0 && !talkover_ports_reserved()
        range =
            isKnown && lowest > 0 && lowest <= highest && highest <= UInt16.max
            ? UInt16(lowest)...UInt16(highest) : nil
    }

    /// A socket on any address of the family, on the next port that is free.
    ///
    /// - Returns: its descriptor, or a negative errno.
    mutating func open(like peer: PeerAddress) -> Int32 {
        var local = peer.wildcard.raw
        for _ in 0..<Self.tries {
            guard let port = next else { break }
            next = following(port)
            talkover_address_set_port(&local, port)
            let descriptor = talkover_udp_open(&local, 0, 0, true)
            let isTaken = descriptor < 0 && SystemError(-descriptor).isAddressInUse
            if !isTaken { return descriptor }
        }
        // The first one, too: loops begin in different places then.
        talkover_address_set_port(&local, 0)
        let descriptor = talkover_udp_open(&local, 0, 0, true)
        if descriptor >= 0, talkover_udp_local(descriptor, &local) == 0 {
            next = following(talkover_address_port(&local))
        }
        return descriptor
    }

    private func following(_ port: UInt16) -> UInt16? {
        guard let range, range.contains(port) else { return nil }
        return port == range.upperBound ? range.lowerBound : port + 1
    }
}
