import CSockets

/// An IP address and port, as the kernel wants them.
package struct PeerAddress: Sendable {
    var raw: talkover_address

    init(raw: talkover_address) { self.raw = raw }

    /// - Parameter host: numeric, as in `127.0.0.1` or `::1`; `nil` comes of anything else.
    package init?(host: String, port: UInt16) {
        raw = talkover_address()
        guard talkover_address_make(host, port, &raw) == 0 else { return nil }
    }

    /// Every address a name stands for, in the order the resolver prefers; empty when it knows
    /// none.
    ///
    /// Blocks while the name is looked up.
    package static func resolve(host: String, port: UInt16) -> [PeerAddress] {
        if let numeric = PeerAddress(host: host, port: port) { return [numeric] }
        var found = [talkover_address](repeating: talkover_address(), count: 8)
        let count = talkover_address_resolve(host, port, &found, Int32(found.count))
        return found.prefix(Int(max(0, count))).map(PeerAddress.init(raw:))
    }

    /// All interfaces of this host, any port, in the same family.
    var wildcard: PeerAddress {
        var any = talkover_address()
        withUnsafePointer(to: raw) { talkover_address_any($0, &any) }
        return PeerAddress(raw: any)
    }

    package var port: UInt16 { withUnsafePointer(to: raw) { talkover_address_port($0) } }

    package var isLoopback: Bool { withUnsafePointer(to: raw) { talkover_address_is_loopback($0) } }

    /// Numeric, without port or brackets.
    package var host: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            guard let base = text.baseAddress,
                withUnsafePointer(to: raw, { talkover_address_host($0, base, 64) }) == 0
            else { return "" }
            return String(cString: base)
        }
    }
}

extension PeerAddress: Hashable {
    package static func == (left: PeerAddress, right: PeerAddress) -> Bool {
        withUnsafePointer(to: left.raw) { left in
            withUnsafePointer(to: right.raw) { talkover_address_equal(left, $0) }
        }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(withUnsafePointer(to: raw) { talkover_address_hash($0) })
    }
}

extension PeerAddress: CustomStringConvertible {
    package var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
