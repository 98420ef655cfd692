#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The input at hand, kept in a file that outlives the process: what a crash is found by.
final class InputNote {
    private static let headerLength = 64
    private let map: UnsafeMutableRawPointer
    private let length: Int

    /// - Parameter capacity: of the largest input.
    init?(path: String, capacity: Int) {
        length = Self.headerLength + capacity
        let file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o644)
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard ftruncate(file, off_t(length)) == 0 else { return nil }
        let mapped = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
        guard let mapped, mapped != MAP_FAILED else { return nil }
        map = mapped
    }

    deinit { munmap(map, length) }

    /// Notes an input before it is read.
    func keep(_ target: String, seed: UInt64, round: UInt64, _ bytes: UnsafeRawBufferPointer) {
        let words = UnsafeMutableRawBufferPointer(start: map, count: length)
        words.storeBytes(of: seed, as: UInt64.self)
        words.storeBytes(of: round, toByteOffset: 8, as: UInt64.self)
        words.storeBytes(of: UInt64(bytes.count), toByteOffset: 16, as: UInt64.self)
        let room = UnsafeMutableRawBufferPointer(rebasing: words[24..<Self.headerLength])
        let name = Array(target.utf8.prefix(room.count - 1)) + [0]
        room.copyBytes(from: name)
        let place = UnsafeMutableRawBufferPointer(rebasing: words[Self.headerLength...])
        place.copyBytes(from: bytes.prefix(place.count))
    }

    /// What is noted in a file, for a person.
    static func describe(path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var header = [UInt8](repeating: 0, count: headerLength)
        guard fread(&header, 1, headerLength, file) == headerLength else { return nil }
        let numbers = header.withUnsafeBytes { raw in
            (0..<3).map { raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) }
        }
        let name = String(decoding: header[24...].prefix { $0 != 0 }, as: UTF8.self)
        guard !name.isEmpty, numbers[2] < 1 << 24 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(numbers[2]))
        let read = fread(&bytes, 1, bytes.count, file)
        let digits = bytes.prefix(read).map { byte in
            let text = String(byte, radix: 16)
            return text.count < 2 ? "0" + text : text
        }
        return """
            parser \(name), seed \(numbers[0]), round \(numbers[1]), \(numbers[2]) bytes:
            \(digits.joined())
            again: --seed \(numbers[0]) --only \(name) --round \(numbers[1])
            """
    }
}
