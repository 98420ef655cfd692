import Foundation

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

    static func note(_ text: String) { write(text + "\n") }

    static func error(_ text: String) { write("talkover: " + text + "\n") }

    /// To stderr, as it is.
    static func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
