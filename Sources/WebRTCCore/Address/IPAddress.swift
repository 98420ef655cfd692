import Glibc

/// An IP address without name, zone or port.
package enum IPAddress: Hashable, Sendable {
    /// The four octets as one number, first octet highest.
    case v4(UInt32)
    /// The sixteen octets as two numbers, first octet highest.
    case v6(UInt64, UInt64)

    /// Reads numeric text: dotted decimal, or RFC 4291 §2.2; `nil` of anything else, names too.
    package init?(_ text: String) {
        guard text.utf8.count < 64, !text.utf8.contains(0) else { return nil }
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self = .v4(UInt32(bigEndian: four.s_addr))
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        self = withUnsafeBytes(of: six) { .v6($0.bigEndian(at: 0), $0.bigEndian(at: 8)) }
    }

    /// 127.0.0.0/8 or ::1.
    package var isLoopback: Bool {
        switch self {
        case .v4(let octets): octets >> 24 == 127
        case .v6(let high, let low): high == 0 && low == 1
        }
    }

    /// 169.254.0.0/16 or fe80::/10: of no use without a zone.
    package var isLinkLocal: Bool {
        switch self {
        case .v4(let octets): octets >> 16 == 0xA9FE
        case .v6(let high, _): high >> 54 == 0x3FA
        }
    }

    package var isV6: Bool {
        if case .v6 = self { true } else { false }
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch self {
        case .v4(let octets):
            var address = in_addr(s_addr: octets.bigEndian)
            inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
        case .v6(let high, let low):
            var octets = (high.bigEndian, low.bigEndian)
            inet_ntop(AF_INET6, &octets, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func bigEndian(at offset: Int) -> UInt64 {
        UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
