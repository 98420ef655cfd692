import CSockets
import WebRTCCore

extension TransportAddress {
    /// As the cores know it; `nil` of what is no IP address.
    init?(_ raw: inout talkover_address) {
        var octets: (UInt64, UInt64) = (0, 0)
        let count = withUnsafeMutableBytes(of: &octets) { bytes in
            bytes.bindMemory(to: UInt8.self).baseAddress
                .map { talkover_address_octets(&raw, $0) } ?? 0
        }
        let port = talkover_address_port(&raw)
        switch count {
        case 4:
            let four = withUnsafeBytes(of: octets) { $0.load(as: UInt32.self) }
            self.init(host: .v4(UInt32(bigEndian: four)), port: port)
        case 16:
            self.init(
                host: .v6(UInt64(bigEndian: octets.0), UInt64(bigEndian: octets.1)), port: port)
        default: return nil
        }
    }

    /// As the kernel wants it.
    var raw: talkover_address {
        var address = talkover_address()
        switch host {
        case .v4(let octets):
            withUnsafeBytes(of: octets.bigEndian) { bytes in
                talkover_address_from_octets(
                    bytes.bindMemory(to: UInt8.self).baseAddress, 4, port, &address)
            }
        case .v6(let high, let low):
            withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bytes in
                talkover_address_from_octets(
                    bytes.bindMemory(to: UInt8.self).baseAddress, 16, port, &address)
            }
        }
        return address
    }
}

extension PeerAddress {
    init(_ address: TransportAddress) { self.init(raw: address.raw) }

    /// The same host at another port; 0 has the kernel pick one.
    func at(port: UInt16) -> PeerAddress {
        PeerAddress(TransportAddress(host: ipAddress ?? .v4(0), port: port))
    }

    /// Without its port.
    var ipAddress: IPAddress? {
        var raw = raw
        return TransportAddress(&raw)?.host
    }

    /// Whether it stands for every interface of this host.
    var isWildcard: Bool {
        switch ipAddress {
        case .v4(let octets): octets == 0
        case .v6(let high, let low): high == 0 && low == 0
        case nil: false
        }
    }

    /// The address of this host that packets to this one leave from; `nil` where no way leads
    /// there.
    var localHost: IPAddress? {
        var peer = raw
        var local = talkover_address()
        guard talkover_address_towards(&peer, &local) == 0 else { return nil }
        return TransportAddress(&local)?.host
    }
}
