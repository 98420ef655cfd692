package import Timeline

/// The name and password by which one agent's checks are told apart and authenticated.
package struct ICECredentials: Equatable, Sendable {
    /// The user name fragment, 4 to 256 of letters, digits, `+` and `/`; a peer's may have `-=#_` too.
    package let ufrag: String
    /// 22 to 256 of the same characters.
    package let password: String

    /// Credentials a peer described; `nil` where RFC 8839 §5.4 does not allow them.
    ///
    /// Four characters outside its grammar are let in, as browsers do for the servers that use them.
    package init?(ufrag: String, password: String) {
        guard (4...256).contains(ufrag.utf8.count), (22...256).contains(password.utf8.count),
            ufrag.utf8.allSatisfy(Self.isAllowed), password.utf8.allSatisfy(Self.isAllowed)
        else { return nil }
        self.ufrag = ufrag
        self.password = password
    }

    private init(drawnUfrag: String, drawnPassword: String) {
        ufrag = drawnUfrag
        password = drawnPassword
    }

    /// Fresh credentials: 48 random bits of name, 144 of password.
    ///
    /// RFC 8445 §5.3 asks for 24 and 128. The longer name tells apart many calls that share a port.
    package static func drawn(using generator: inout SeededGenerator) -> ICECredentials {
        let ufrag = text(of: 8, using: &generator)
        return ICECredentials(drawnUfrag: ufrag, drawnPassword: text(of: 24, using: &generator))
    }

    private static func text(of length: Int, using generator: inout SeededGenerator) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
        for _ in 0..<length { bytes.append(alphabet[Int(generator.next() >> 58)]) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"),
            UInt8(ascii: "-"), UInt8(ascii: "="), UInt8(ascii: "#"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
