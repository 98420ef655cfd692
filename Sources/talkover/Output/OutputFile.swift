import Analysis
import Foundation

/// Where a command puts a whole text: stdout, a file, or whatever else a path leads to.
enum OutputFile {
    /// Prints it, where the place is `-`, or writes it there.
    ///
    /// - Parameter otherwise: what is left where it cannot be written, as the message's end.
    static func put(
        _ text: String, at place: String,
        otherwise: String = "the run is in the store all the same"
    ) throws(CommandFailure) {
        do {
            guard place != "-" else {
                try Console.result(text, terminator: text.hasSuffix("\n") ? "" : "\n")
                return
            }
            try write(Data(text.utf8), to: place)
        } catch {
            let reason = (error as? Descriptor.Fault)?.reason ?? error.localizedDescription
            throw CommandFailure(
                status: .environment,
                message: "cannot write \(place == "-" ? "stdout" : place): \(reason); \(otherwise)")
        }
    }

    /// Writes it, the folders on the way made.
    ///
    /// A file is replaced in one go, behind every link that leads to it, so that nobody reads half
    /// of it; a named pipe or a device is written to and stays what it is.
    static func write(_ data: Data, to place: String) throws {
        let folder = URL(fileURLWithPath: place).deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        guard let file = replaceable(place) else {
            let descriptor = open(place, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw Descriptor.Fault(code: errno) }
            defer { close(descriptor) }
            try Descriptor.write(data, to: descriptor)
            return
        }
        try data.write(to: URL(fileURLWithPath: file), options: .atomic)
    }

    /// The file that may be replaced by another, or made; `nil` for what is no plain file.
    private static func replaceable(_ place: String) -> String? {
        var about = stat()
        guard stat(place, &about) == 0 else {
            // A link to nothing has to be written through.
            return lstat(place, &about) == 0 ? nil : place
        }
        guard about.st_mode & S_IFMT == S_IFREG, let real = realpath(place, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
