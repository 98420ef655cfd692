/// The hash of a certificate, as a session description carries it (RFC 8122 §5).
///
/// Any algorithm name is kept, so that descriptions survive a round trip; which of them can be
/// checked against a certificate, ``DTLSTransport`` knows.
package struct Fingerprint: Hashable, Sendable {
    /// Lower case, as in `sha-256`.
    package let algorithm: String
    /// The hash itself; at most 64 bytes.
    package let bytes: [UInt8]

    /// - Parameter bytes: 1...64 of them; anything else matches no certificate.
    package init(algorithm: String, bytes: [UInt8]) {
        self.algorithm = algorithm.lowercased()
        self.bytes = bytes
    }

    /// Reads `fingerprint:sha-256 AB:CD…`, with or without `a=` before it.
    ///
    /// Also takes the value alone (`sha-256 AB:CD…`). `nil` where the hash is empty, longer than
    /// 64 bytes, of another length than its algorithm gives, or not pairs of hexadecimal digits.
    package init?(attribute text: String) {
        var rest = text.utf8[...]
        if rest.starts(with: "a=".utf8) { rest = rest.dropFirst(2) }
        if rest.starts(with: "fingerprint:".utf8) { rest = rest.dropFirst(12) }
        let parts = rest.split(separator: UInt8(ascii: " "))
        guard parts.count == 2, let hash = Fingerprint.hash(parts[1]) else { return nil }
        let algorithm = String(decoding: parts[0], as: UTF8.self).lowercased()
        if let length = Fingerprint.lengths[algorithm], length != hash.count { return nil }
        self.algorithm = algorithm
        self.bytes = hash
    }

    /// As in `fingerprint:sha-256 AB:CD…`, without `a=`.
    package var attribute: String { "fingerprint:\(self)" }

    private static let lengths = [
        "sha-1": 20, "sha-224": 28, "sha-256": 32, "sha-384": 48, "sha-512": 64,
    ]

    private static func hash(_ text: Substring.UTF8View) -> [UInt8]? {
        var bytes: [UInt8] = []
        for pair in text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
            guard bytes.count < 64, pair.count == 2, let high = pair.first?.hexadecimalDigit,
                let low = pair.last?.hexadecimalDigit
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}

extension Fingerprint: CustomStringConvertible {
    /// The value of the attribute: `sha-256 AB:CD…`, upper case as RFC 8122 asks.
    package var description: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            if !text.isEmpty { text.append(UInt8(ascii: ":")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return "\(algorithm) \(String(decoding: text, as: UTF8.self))"
    }
}

extension UInt8 {
    fileprivate var hexadecimalDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
