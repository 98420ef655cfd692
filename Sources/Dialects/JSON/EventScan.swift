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
/// order, with any white space and any other scalar members. Whatever is not so plain (nested
/// values, escapes in a name or an id, broken JSON) is no `EventScan`: the full parser decides.
struct EventScan {
    typealias Field = Range<Int>

    private(set) var type: Field?
    /// The text of `delta` or `audio`, still escaped.
    private(set) var audio: Field?
    private(set) var response: Field?
    private(set) var item: Field?

    init?(_ bytes: UnsafeRawBufferPointer) {
        var cursor = Cursor(bytes: bytes)
        guard cursor.take(UInt8(ascii: "{")) else { return nil }
        repeat {
            cursor.skipSpace()
            guard let name = cursor.plainString(), cursor.take(UInt8(ascii: ":")) else {
                return nil
            }
            cursor.skipSpace()
            guard cursor.isAtQuote else {
                guard cursor.skipScalar() else { return nil }
                continue
            }
            guard let value = cursor.string() else { return nil }
            switch name.count {
            case 4 where bytes.matches(name, "type"): type = value
            case 5 where bytes.matches(name, "delta") || bytes.matches(name, "audio"):
                audio = value
            case 7 where bytes.matches(name, "item_id"): item = value
            case 11 where bytes.matches(name, "response_id"): response = value
            default: break
            }
        } while cursor.take(UInt8(ascii: ","))
        guard cursor.take(UInt8(ascii: "}")), cursor.isAtEnd else { return nil }
        for field in [type, response, item] {
            if let field, bytes[field].contains(UInt8(ascii: "\\")) { return nil }
        }
    }

    private struct Cursor {
        let bytes: UnsafeRawBufferPointer
        var position = 0

        var isAtQuote: Bool { position < bytes.count && bytes[position] == UInt8(ascii: "\"") }
        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return position == bytes.count
            }
        }

        mutating func skipSpace() {
            while position < bytes.count {
                let byte = bytes[position]
                guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
                position += 1
            }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            skipSpace()
            guard position < bytes.count, bytes[position] == byte else { return false }
            position += 1
            return true
        }

        /// A string's inside; `nil` where its end cannot be told without reading escapes.
        mutating func string() -> Field? {
            guard isAtQuote, let base = bytes.baseAddress else { return nil }
            let start = position + 1
            guard start < bytes.count,
                let quote = memchr(base + start, Int32(UInt8(ascii: "\"")), bytes.count - start)
            else { return nil }
            let end = UnsafeRawPointer(quote) - base
            guard bytes[end - 1] != UInt8(ascii: "\\") else { return nil }
            position = end + 1
            return start..<end
        }

        mutating func plainString() -> Field? {
            guard let field = string(), !bytes[field].contains(UInt8(ascii: "\\")) else {
                return nil
            }
            return field
        }

        /// A number or a word, by its characters alone.
        mutating func skipScalar() -> Bool {
            let start = position
            while position < bytes.count {
                switch bytes[position] {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "E"):
                    position += 1
                default:
                    return position > start
                }
            }
            return false
        }
    }
}

extension UnsafeRawBufferPointer {
    func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount, let base = baseAddress else { return false }
        return memcmp(base + range.lowerBound, text.utf8Start, range.count) == 0
    }
}
