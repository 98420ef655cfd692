/// A message that cannot be understood: what was found, and what would be right.
///
/// Holds positions, sizes and field names, never a message's own content: that may be secret.
package struct DialectProblem: Error, Equatable, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        /// Not one whole JSON value (RFC 8259), or nested deeper than 32.
        case malformedJSON = "malformed_json"
        /// Longer than the dialect's limit.
        case oversized
        /// A field has another JSON type, or the message another form, than the protocol says.
        case wrongType = "wrong_type"
        case missingField = "missing_field"
        /// Not base64 with padding (RFC 4648 §4).
        case badBase64 = "bad_base64"
        /// 16-bit samples in an odd number of bytes.
        case oddPCM = "odd_pcm"
        /// A binary message too short to hold a frame.
        case emptyFrame = "empty_frame"
        /// A codec or format that the dialect does not carry.
        case unsupported
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    static func oversized(_ count: Int, limit: Int) -> DialectProblem {
        DialectProblem(.oversized, "a message of \(count) bytes; at most \(limit) are read")
    }

    static func missing(_ field: StaticString, in type: StaticString) -> DialectProblem {
        DialectProblem(.missingField, "\(type) without '\(field)'")
    }
}

/// Text of a peer, made fit for a log or a report: printable and at most `limit` characters.
func bounded(_ text: String, limit: Int) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(limit) {
        result.append(scalar.properties.generalCategory == .control ? " " : scalar)
    }
    return String(result)
}
