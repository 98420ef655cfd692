#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The fields of a flat event object, found in its bytes without building values.
///
/// The fast path for audio, which is nearly all that an agent sends: members may come in any
/// order, with any white space and other members that are strings, whole numbers or words.
/// Whatever is not so plain (nested values, escapes, letters outside ASCII, broken JSON) is no
/// `EventScan`: the full parser decides. What is one, the parser reads alike, as long as its audio
/// is base64: the inside of that string alone is not looked at.
struct EventScan {
    typealias Field = Range<Int>

    private(set) var type: Field?
    /// The text of the audio's member, which may yet hold anything but a quotation mark.
    private(set) var audio: Field?
    private(set) var response: Field?
    private(set) var item: Field?

    /// - Parameter audioName: the member that holds the audio, of five letters.
    init?(_ bytes: UnsafeRawBufferPointer, audioIn audioName: StaticString) {
        guard let base = bytes.baseAddress else { return nil }
        var cursor = Cursor(base: base, end: bytes.count)
        guard cursor.take(UInt8(ascii: "{")) else { return nil }
        repeat {
            cursor.skipSpace()
            guard let name = cursor.plainString(), cursor.take(UInt8(ascii: ":")) else {
                return nil
            }
            cursor.skipSpace()
            switch name.count {
            case 4 where bytes.matches(name, "type"):
                guard let value = cursor.plainString() else { return nil }
                type = value
            case 5 where bytes.matches(name, audioName):
                guard let value = cursor.string() else { return nil }
                audio = value
            case 7 where bytes.matches(name, "item_id"):
                guard let value = cursor.plainString() else { return nil }
                item = value
            case 11 where bytes.matches(name, "response_id"):
                guard let value = cursor.plainString() else { return nil }
                response = value
            default:
                guard cursor.skipPlainValue() else { return nil }
            }
        } while cursor.take(UInt8(ascii: ","))
        guard cursor.take(UInt8(ascii: "}")), cursor.isAtEnd else { return nil }
    }
}

extension EventScan {
    private struct Cursor {
        let base: UnsafeRawPointer
        let end: Int
        var position = 0

        init(base: UnsafeRawPointer, end: Int) {
            self.base = base
            self.end = end
        }

        private var next: UInt8? { position < end ? byte(position) : nil }

        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return position == end
            }
        }

        private func byte(_ place: Int) -> UInt8 {
            base.load(fromByteOffset: place, as: UInt8.self)
        }

        mutating func skipSpace() {
            while let byte = next, byte <= 0x20 {
                guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
                position += 1
            }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            skipSpace()
            guard next == byte else { return false }
            position += 1
            return true
        }

        /// The inside of a string that may hold anything; `nil` also where it ends in a backslash.
        mutating func string() -> Field? {
            guard next == UInt8(ascii: "\"") else { return nil }
            let start = position + 1
            guard let quote = memchr(base + start, Int32(UInt8(ascii: "\"")), end - start)
            else { return nil }
            let close = UnsafeRawPointer(quote) - base
            guard byte(close - 1) != UInt8(ascii: "\\") else { return nil }
            position = close + 1
            return start..<close
        }

        /// The inside of a string of printable ASCII without escapes.
        mutating func plainString() -> Field? {
            guard next == UInt8(ascii: "\"") else { return nil }
            let start = position + 1
            var place = start
            while place + 8 <= end {
                let word = base.loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian
                let special = Self.special(in: word)
                guard special == 0 else {
                    return close(start, at: place + special.trailingZeroBitCount >> 3)
                }
                place += 8
            }
            while place < end {
                guard Self.special(in: UInt64(byte(place)) | Self.filling) == 0 else {
                    return close(start, at: place)
                }
                place += 1
            }
            return nil
        }

        private mutating func close(_ start: Int, at place: Int) -> Field? {
            guard byte(place) == UInt8(ascii: "\"") else { return nil }
            position = place + 1
            return start..<place
        }

        private static let ones: UInt64 = 0x0101_0101_0101_0101
        /// Letters in every place but the first.
        private static let filling: UInt64 = 0x6161_6161_6161_6100

        /// Has the top bit of a byte set where a quotation mark, a backslash, a control character
        /// or none of ASCII stands.
        ///
        /// Exact for the lowest of them, which is the first: a borrow only goes upwards.
        @inline(__always)
        private static func special(in word: UInt64) -> UInt64 {
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let found =
                (quote &- ones) & ~quote | (backslash &- ones) & ~backslash
                | (word &- ones &* 0x20) & ~word | word
            return found & (ones &* 0x80)
        }

        /// A plain string, a whole number or a word.
        mutating func skipPlainValue() -> Bool {
            switch next {
            case UInt8(ascii: "\""): return plainString() != nil
            case UInt8(ascii: "0"):
                position += 1
                return true
            case .some(UInt8(ascii: "1")...UInt8(ascii: "9")):
                while let byte = next, byte &- UInt8(ascii: "0") < 10 { position += 1 }
                return true
            case UInt8(ascii: "n"): return takeWord("null")
            case UInt8(ascii: "t"): return takeWord("true")
            case UInt8(ascii: "f"): return takeWord("false")
            default: return false
            }
        }

        private mutating func takeWord(_ word: StaticString) -> Bool {
            let count = word.utf8CodeUnitCount
            guard end - position >= count, memcmp(base + position, word.utf8Start, count) == 0
            else { return false }
            position += count
            return true
        }
    }
}

extension UnsafeRawBufferPointer {
    func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount, let base = baseAddress else { return false }
        return memcmp(base + range.lowerBound, text.utf8Start, range.count) == 0
    }
}
