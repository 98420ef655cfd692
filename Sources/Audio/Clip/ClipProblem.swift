/// Why a clip cannot be used.
package struct ClipProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case missing, unreadable, notSpeech, badWAV, badSidecar
    }

    package let code: Code
    /// The name or path as it was asked for.
    package let clip: String
    /// What was found and what would be right.
    package let message: String

    package init(code: Code, clip: String, message: String) {
        self.code = code
        self.clip = clip
        self.message = message
    }

    package var description: String { message }
}
