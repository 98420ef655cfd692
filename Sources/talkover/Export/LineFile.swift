import Analysis
import Foundation
import Glibc

/// A file that lines are added to, each handed to the system at once: nothing waits in a buffer.
final class LineFile: Sendable {
    private let place: String
    private let descriptor: Int32

    /// Opens it, and empties what is there.
    ///
    /// - Parameter place: a file, a named pipe, or `-` for stdout.
    /// - Throws: a `CommandFailure` that says why it cannot be written.
    init(_ place: String) throws {
        self.place = place
        guard place != "-" else {
            descriptor = dup(STDOUT_FILENO)
            return
        }
        let folder = URL(fileURLWithPath: place).deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        descriptor = open(place, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(
                status: .environment,
                message: "cannot write \(place): \(String(cString: strerror(errno)));"
                    + " name another file in --out"
            )
        }
    }

    deinit { close(descriptor) }

    /// Adds text, whole; waits where a pipe is full.
    ///
    /// - Throws: an `ExportProblem` when the disk is full, or nobody reads the pipe any more.
    func write(_ text: String) throws(ExportProblem) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                throw ExportProblem(place: place, code: code)
            }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// Why an export cannot go on.
struct ExportProblem: Error {
    let message: String

    init(place: String, code: Int32) {
        let name = place == "-" ? "stdout" : place
        let reason =
            code == EPIPE
            ? "nobody reads it any more" : String(cString: strerror(code)).lowercased()
        message =
            "cannot write \(name) (--out): \(reason); the run was ended, and what was measured"
            + " until then is in the store"
    }
}
