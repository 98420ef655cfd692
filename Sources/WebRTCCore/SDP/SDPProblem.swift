/// Why a session description cannot be used, where it says so, and what would be right.
///
/// Never holds a password: values are quoted of attributes that are no secret, and only their
/// first visible characters.
package struct SDPProblem: Error, Equatable, Sendable {
    /// What sort of problem it is: a closed set, fit for counting.
    package enum Code: String, Sendable, CaseIterable {
        /// Longer, or of more lines, sections or candidates than any peer sends.
        case tooLarge
        case syntax
        /// No audio section at all.
        case noAudio
        /// An audio section that was refused (port 0).
        case audioRefused
        /// No format both sides know.
        case noCommonCodec
        case noCredentials
        case noFingerprint
        /// Only fingerprints of hashes that no longer prove anything.
        case weakHash
        /// RTCP on a port of its own.
        case noMultiplexing
        /// Two `setup` roles that do not go together.
        case setup
        /// An answer with other sections than its offer has.
        case doesNotFit
    }

    package let code: Code
    /// 1-based; `nil` where a line is missing or two descriptions do not go together.
    package let line: Int?
    /// What was found and what would be right, in one sentence.
    package let message: String

    package init(_ code: Code, line: Int? = nil, _ message: String) {
        self.code = code
        self.line = line
        self.message = message
    }
}

extension SDPProblem: CustomStringConvertible {
    /// As in `line 7: message`.
    package var description: String { line.map { "line \($0): \(message)" } ?? message }
}
