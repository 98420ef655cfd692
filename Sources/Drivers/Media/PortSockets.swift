import CSockets

/// The sockets of one UDP port, to be shared out among loops.
///
/// They are several, each with a receive buffer of its own: one buffer of the usual size holds five
/// milliseconds of a thousand callers, and every host has stalls longer than that. The kernel deals
/// senders out by address and port and keeps to it while no socket is closed, which is why all of
/// them close together.
final class PortSockets: Sendable {
    private static let least = 8
    private static let receiveBytes: Int32 = 4 << 20

    let port: UInt16
    private let descriptors: [Int32]

    /// - Parameter loops: that are to have a share each.
    init(address: PeerAddress, loops: Int = 1) throws(SystemError) {
        // Sockets that share a port also share it with another agent's: a plain one finds out
        // first.
        var local = address.raw
        let probe = try SystemError.check(talkover_udp_open(&local, 0, 0, false))
        let named = talkover_udp_local(probe, &local)
        talkover_close(probe)
        _ = try SystemError.check(named)

        var descriptors: [Int32] = []
        for _ in 0..<max(Self.least, loops) {
            let descriptor = talkover_udp_open_shared(
                &local, Self.receiveBytes, Self.receiveBytes)
            guard descriptor >= 0 else {
                for open in descriptors { talkover_close(open) }
                throw SystemError(-descriptor)
            }
            descriptors.append(descriptor)
        }
        self.descriptors = descriptors
        port = talkover_address_port(&local)
    }

    deinit { for descriptor in descriptors { talkover_close(descriptor) } }

    /// Every `count`th socket, beginning with number `index`.
    func share(_ index: Int, of count: Int) -> [Int32] {
        stride(from: index, to: descriptors.count, by: count).map { descriptors[$0] }
    }
}
