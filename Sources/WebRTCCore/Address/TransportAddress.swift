/// An IP address and a UDP or TCP port, as cores know them: no socket structure, no name.
package struct TransportAddress: Hashable, Sendable {
    package var host: IPAddress
    package var port: UInt16

    package init(host: IPAddress, port: UInt16) {
        self.host = host
        self.port = port
    }
}

extension TransportAddress: CustomStringConvertible {
    /// As in `127.0.0.1:5000` and `[::1]:5000`.
    package var description: String {
        switch host {
        case .v4: "\(host):\(port)"
        case .v6: "[\(host)]:\(port)"
        }
    }
}
