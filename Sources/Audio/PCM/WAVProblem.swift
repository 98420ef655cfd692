/// Why bytes are not a WAV file that can be used as speech.
package struct WAVProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case notWAV, truncated, missingFormat, missingData, compressed, floatingPoint
        case unsupportedDepth, unsupportedChannels, unsupportedRate, empty
    }

    package let code: Code
    /// What was found, and the command that makes it right.
    package let message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
