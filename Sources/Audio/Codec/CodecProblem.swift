/// Why speech cannot be encoded or decoded as asked.
package struct CodecProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The codec has no frames of that length.
        case interval
        /// The codec library refused, as when memory is short.
        case library
    }

    package let code: Code
    /// What was asked and what would be right.
    package let message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
