import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Tells an agent that whoever started it is gone: its stdin has ended.
package enum StdinWatch {
    /// Watches a descriptor on a thread of its own.
    ///
    /// Only pipes and sockets have another end that can close: with a terminal, a file or nothing
    /// as its input, a process lives until it is told to end.
    ///
    /// - Parameter ended: called once, on that thread.
    package static func start(
        descriptor: Int32 = STDIN_FILENO, ended: @escaping @Sendable () -> Void
    ) {
        guard hasOtherEnd(descriptor) else { return }
        Thread.detachNewThread {
            var ignored = [UInt8](repeating: 0, count: 512)
            while true {
                let count = read(descriptor, &ignored, ignored.count)
                if count > 0 || (count < 0 && errno == EINTR) { continue }
                if count < 0, errno == EAGAIN {
                    var asked = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                    _ = poll(&asked, 1, -1)
                    continue
                }
                ended()
                return
            }
        }
    }

    private static func hasOtherEnd(_ descriptor: Int32) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        let kind = status.st_mode & S_IFMT
        return kind == S_IFIFO || kind == S_IFSOCK
    }
}
