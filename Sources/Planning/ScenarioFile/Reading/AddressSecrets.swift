/// Path and query of an address, and what in them looks like a secret.
///
/// What stands in an address is kept in stores and reports, so a key has no place there.
struct AddressSecrets {
    /// The address's rest without fragment, and without what looks like a secret.
    let kept: String
    /// What was found, each in words that repeat no value.
    let found: [String]
    /// Whether a password may stand in the path, as behind one with a slash in it.
    let hasAtInPath: Bool

    /// - Parameter rest: of an address, everything behind host and port.
    init(_ rest: String) {
        // What follows # never leaves a client, so nothing is lost with it.
        let parts = rest.prefix { $0 != "#" }.split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first ?? ""
        hasAtInPath = path.contains("@")
        var found: [String] = []
        var query = ""
        var separator = "?"
        for (pair, next) in parts.count == 2 ? Self.pairs(parts[1]) : [] {
            if let what = Self.secret(pair) {
                found.append(what)
            } else {
                query += separator + pair
                separator = next
            }
        }
        kept = path + query
        self.found = found
    }

    /// Parts between `&` and `;`, each with the sign behind it.
    private static func pairs(_ query: Substring) -> [(Substring, String)] {
        var pairs: [(Substring, String)] = []
        var rest = query
        while !rest.isEmpty {
            let pair = rest.prefix { $0 != "&" && $0 != ";" }
            rest = rest.dropFirst(pair.count)
            if !pair.isEmpty { pairs.append((pair, rest.first.map(String.init) ?? "&")) }
            rest = rest.dropFirst()
        }
        return pairs
    }

    /// What a parameter is called that must not be repeated; `nil` for one that may.
    private static func secret(_ pair: Substring) -> String? {
        let equals = pair.firstIndex(of: "=") ?? pair.endIndex
        let name = decoded(pair[..<equals])
        let hasBoth = !name.isEmpty && pair[equals...].contains { $0 != "=" }
        guard hasBoth, !name.contains("=") else {
            // What stands alone may be the key itself, which no message repeats.
            let mayBeKey =
                isSecret(name: name) || name.isEmpty || name.utf8.count >= 16
                || name.contains { "@=".contains($0) }
            return mayBeKey ? "a parameter without a name or a value" : nil
        }
        return isSecret(name: name) ? "'\(name.lowercased())'" : nil
    }

    // MARK: Names

    /// Words that make a parameter a secret wherever they stand in its name.
    private static let words: Set = [
        "key", "apikey", "token", "secret", "password", "passwd", "passphrase", "passcode", "pwd",
        "pass", "auth", "authorization", "oauth", "bearer", "jwt", "sig", "signature", "hmac",
        "credential", "credentials", "cred", "creds", "ticket", "sid", "sk", "otp", "cookie",
    ]
    /// Words that do so when they are the whole name, and are harmless in `language_code`.
    private static let wholeNames: Set = ["code", "pw"]
    /// Ends of words that are written together, as in `accesstoken`.
    private static let ends = [
        "token", "secret", "password", "passwd", "apikey", "accesskey", "authkey", "secretkey",
        "privatekey", "signature", "credential",
    ]

    private static func isSecret(name: String) -> Bool {
        wholeNames.contains(name.lowercased())
            || parts(of: name).contains { word in
                words.contains(word) || ends.contains { word.hasSuffix($0) }
            }
    }

    /// Words of a name in lower case: `accessToken`, `access-token` and `access_token` are two.
    private static func parts(of name: String) -> [String] {
        var parts = [""]
        var wasLower = false
        for scalar in name.unicodeScalars {
            let properties = scalar.properties
            if !properties.isAlphabetic || (wasLower && properties.isUppercase) { parts.append("") }
            if properties.isAlphabetic {
                parts[parts.count - 1] += properties.lowercaseMapping
            }
            wasLower = properties.isLowercase
        }
        return parts
    }

    /// A name as the agent reads it: `%74oken` is `token`.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(Substring(rest.prefix(2)), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
