#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Room for one input that ends where memory ends: whoever reads one byte too far is killed.
///
/// Optimised code checks no bounds of raw buffers, so a parser that reads beyond its input would
/// go unnoticed without it.
final class GuardedBytes {
    private let start: UnsafeMutableRawPointer
    private let room: Int
    private let page: Int

    /// - Parameter capacity: of the largest input.
    init?(capacity: Int) {
        page = Int(sysconf(Int32(_SC_PAGESIZE)))
        room = (capacity + page - 1) / page * page
        let mapped = mmap(
            nil, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped, mapped != MAP_FAILED,
            mprotect(mapped + room, page, PROT_NONE) == 0
        else { return nil }
        start = mapped
    }

    deinit { munmap(start, room + page) }

    var capacity: Int { room }

    /// Puts an input in place; what does not fit is cut off.
    func hold(_ bytes: [UInt8]) -> UnsafeMutableRawBufferPointer {
        let count = min(bytes.count, room)
        let place = UnsafeMutableRawBufferPointer(start: start + (room - count), count: count)
        bytes.withUnsafeBytes {
            place.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count]))
        }
        return place
    }
}
