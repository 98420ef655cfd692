import Glibc

/// What the system writes to: a file, a pipe, a terminal.
enum Descriptor {
    /// Why not everything was written.
    struct Fault: Error {
        /// Of `errno`; `ETIMEDOUT` where nobody took anything for too long.
        let code: Int32

        /// In lower case, to stand behind a colon.
        var reason: String {
            switch code {
            case EPIPE: "nobody reads it any more"
            case ETIMEDOUT: "nobody reads it"
            default: String(cString: strerror(code)).lowercased()
            }
        }
    }

    /// What a pipe that has room takes without waiting (`PIPE_BUF`).
    private static let piece = 4_096

    /// Writes all of it.
    ///
    /// - Parameter patience: how long a pipe may take nothing at all, ms; `nil` for ever.
    static func write(
        _ bytes: some Collection<UInt8>, to descriptor: Int32, patience: Int32? = nil
    ) throws(Fault) {
        var bytes = Array(bytes)[...]
        let isFile = isFile(descriptor)
        while !bytes.isEmpty {
            if !isFile { try awaitRoom(descriptor, patience) }
            let next = isFile ? bytes : bytes.prefix(piece)
            let count = next.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                let code = errno
                // Others may have made it non-blocking, and taken the room meanwhile.
                if code == EINTR || code == EAGAIN { continue }
                throw Fault(code: code)
            }
            bytes = bytes.dropFirst(count)
        }
    }

    private static func awaitRoom(_ descriptor: Int32, _ patience: Int32?) throws(Fault) {
        var asked = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        var ready: Int32
        repeat { ready = poll(&asked, 1, patience ?? -1) } while ready < 0 && errno == EINTR
        if ready == 0 { throw Fault(code: ETIMEDOUT) }
    }

    private static func isFile(_ descriptor: Int32) -> Bool {
        var about = stat()
        return fstat(descriptor, &about) == 0 && about.st_mode & S_IFMT == S_IFREG
    }
}
