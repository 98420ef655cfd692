import Foundation
import NIOConcurrencyHelpers

/// The terminal: results go to stdout, everything else to stderr.
enum Console {
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }
    static var hasColour: Bool {
        isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }

    /// Columns of the terminal; 100 where there is none.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return 100
        }
        return Int(size.ws_col)
    }

    /// What kept a result from stdout, once something did.
    static var fault: Descriptor.Fault? { firstFault.withLockedValue(\.self) }
    private static let firstFault = NIOLockedValueBox<Descriptor.Fault?>(nil)

    /// A result, to stdout; where it is lost, the command ends with that.
    static func print(_ text: String, terminator: String = "\n") {
        do throws(Descriptor.Fault) {
            try result(text, terminator: terminator)
        } catch {
            firstFault.withLockedValue { $0 = $0 ?? error }
        }
    }

    /// A result, to stdout, for those who can tell what is lost with it.
    static func result(_ text: String, terminator: String = "\n") throws(Descriptor.Fault) {
        try Descriptor.write((text + terminator).utf8, to: STDOUT_FILENO)
    }

    static func note(_ text: String) { write(text + "\n") }

    static func error(_ text: String) { write("talkover: " + text + "\n") }

    /// To stderr, as it is; what nobody takes within a second is let go, as a run does not wait for it.
    static func write(_ text: String) {
        try? Descriptor.write(text.utf8, to: STDERR_FILENO, patience: 1_000)
    }
}
