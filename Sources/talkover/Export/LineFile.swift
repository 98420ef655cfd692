import Analysis
import Foundation
import Glibc

/// A file that lines are added to, each handed to the system at once: nothing waits in a buffer.
final class LineFile: Sendable {
    /// What tells one file from another, by whatever name it was opened.
    struct Identity: Equatable, Sendable {
        let device: UInt64
        let number: UInt64

        init(_ about: stat) {
            device = UInt64(about.st_dev)
            number = UInt64(about.st_ino)
        }
    }

    /// As it was given in `--out`.
    let place: String
    let identity: Identity
    private let descriptor: Int32

    /// How long a pipe may take nothing before it counts as one that nobody reads, ms.
    private static let patience: Int32 = 5_000

    /// Opens it, and leaves what is there until ``empty()``.
    ///
    /// - Parameter place: a file, a named pipe, or `-` for stdout.
    /// - Throws: a `CommandFailure` that says why it cannot be written.
    init(_ place: String) throws {
        self.place = place
        if place == "-" {
            descriptor = dup(STDOUT_FILENO)
        } else {
            let folder = URL(fileURLWithPath: place).deletingLastPathComponent()
            try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            descriptor = open(place, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        }
        var about = stat()
        guard descriptor >= 0, fstat(descriptor, &about) == 0 else {
            throw CommandFailure(
                status: .environment,
                message: "cannot write \(place): \(String(cString: strerror(errno)));"
                    + " name another file in --out"
            )
        }
        identity = Identity(about)
    }

    deinit { close(descriptor) }

    /// Drops what a file held before; stdout is left to whoever opened it.
    func empty() {
        // Only a plain file can be cut, and only one that can has anything to lose.
        if place != "-" { _ = ftruncate(descriptor, 0) }
    }

    /// Adds text, whole; waits where a pipe is full, as long as somebody reads it.
    ///
    /// - Throws: an `ExportProblem` when the disk is full, or nobody reads the pipe.
    func write(_ text: String) throws(ExportProblem) {
        do throws(Descriptor.Fault) {
            try Descriptor.write(text.utf8, to: descriptor, patience: Self.patience)
        } catch {
            let name = place == "-" ? "stdout" : place
            throw ExportProblem(message: "cannot write \(name) (--out): \(error.reason)")
        }
    }
}

/// Why an export cannot go on.
struct ExportProblem: Error {
    /// Without what it means for the run, which only the caller knows.
    let message: String
}
