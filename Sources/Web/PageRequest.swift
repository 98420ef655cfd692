/// What a browser asked for, as far as pages need it.
package struct PageRequest: Equatable, Sendable {
    /// As it came, its escapes resolved, without the query.
    package var path: String
    /// The query's parameters; of one that is there twice the last counts.
    package var query: [String: String]

    package init(path: String, query: [String: String] = [:]) {
        self.path = path
        self.query = query
    }

    /// Reads the target of a request (RFC 9112 §3.2.1).
    ///
    /// - Parameter target: as in `/trends?metric=first_audio&path=a+b`.
    /// - Returns: `nil` for what is no origin form, or holds escapes that are no UTF-8.
    package init?(target: String) {
        guard target.hasPrefix("/") else { return nil }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = Self.unescaped(parts[0], plusIsSpace: false) else { return nil }
        self.path = path
        query = [:]
        guard parts.count == 2 else { return }
        for pair in parts[1].split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = Self.unescaped(sides[0], plusIsSpace: true),
                let value = Self.unescaped(sides.count == 2 ? sides[1] : "", plusIsSpace: true)
            else { return nil }
            query[key] = value
        }
    }

    /// Resolves `%41` to `A`; `nil` where an escape is cut off, or the bytes are no UTF-8.
    private static func unescaped(_ text: Substring, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit),
                    let value = UInt8(digits, radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// What is answered.
package struct PageAnswer: Equatable, Sendable {
    package enum Status: Int, Sendable {
        case ok = 200
        case badRequest = 400
        case notFound = 404
        case methodNotAllowed = 405
        /// For another host than this one.
        case misdirected = 421
        case failed = 500
        /// Cannot be had at this moment; the answer says what helps.
        case unavailable = 503
    }

    package var status: Status
    package var contentType: String
    package var body: String
    /// What the page's own code may do (CSP level 3); the strictest that still shows it.
    package var policy: String

    package init(
        _ status: Status = .ok, contentType: String = "text/html; charset=utf-8", body: String,
        policy: String = PageAnswer.withoutScript
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.policy = policy
    }

    /// Plain text.
    package static func text(_ status: Status, _ text: String) -> PageAnswer {
        PageAnswer(status, contentType: "text/plain; charset=utf-8", body: text + "\n")
    }

    /// Style from this server, forms to it, and nothing else at all.
    package static let withoutScript =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'"

    /// For a report, whose style and script stand in the page itself; it may load nothing.
    package static let selfContained =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
        + "img-src data:; media-src data:; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'"
}
