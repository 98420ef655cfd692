#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the kernel said no to, in its own words.
struct SystemError: Error, Equatable, CustomStringConvertible {
    let number: Int32

    static let refused = SystemError(ECONNREFUSED)

    init(_ number: Int32) { self.number = number }

    /// Takes the result of a call that returns a negative errno when it fails.
    static func check(_ result: Int32) throws(SystemError) -> Int32 {
        guard result >= 0 else { throw SystemError(-result) }
        return result
    }

    var description: String { String(cString: strerror(number)) }

    var isAgain: Bool { number == EAGAIN || number == EWOULDBLOCK }
    var isRefused: Bool { number == ECONNREFUSED }
    var isAddressInUse: Bool { number == EADDRINUSE }
    var isOutOfDescriptors: Bool { number == EMFILE || number == ENFILE }
    var isOutOfPorts: Bool { number == EADDRNOTAVAIL || number == EADDRINUSE || number == EAGAIN }
    var isNoSuchAddress: Bool { number == EADDRNOTAVAIL }
    var isNotPermitted: Bool { number == EACCES || number == EPERM }
    var isInterrupted: Bool { number == EINTR }
    /// The peer has ended the connection, in whatever manner.
    var isCut: Bool { number == EPIPE || number == ECONNRESET || number == ETIMEDOUT }
    var isUnreachable: Bool { number == ENETUNREACH || number == EHOSTUNREACH }
}
