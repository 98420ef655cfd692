/// Why signalling came to nothing: a short word for a table's row, and a sentence.
///
/// Holds statuses, names of fields and what an agent says of its failure, never a URL, a header's
/// value, a body or a description: those may be secret.
package struct SignallingProblem: Error, Equatable, Sendable {
    /// `signalling_<status>`, `signalling_refused`, or `signalling` for an unusable answer.
    package let code: String
    package let message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    /// Of an answer that says yes and cannot be used.
    static func unusable(_ message: String) -> SignallingProblem {
        SignallingProblem(code: "signalling", message: message)
    }

    /// Of a scenario's value that cannot be used.
    static func configuration(_ message: String) -> SignallingProblem {
        SignallingProblem(code: "configuration", message: message)
    }
}
