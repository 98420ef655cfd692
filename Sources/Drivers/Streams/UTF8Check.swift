/// Whether bytes that come in any portions are UTF-8 (RFC 3629 §4), told as soon as they are not.
struct UTF8Check {
    /// Octets that are missing of the character that has begun.
    private var missing = 0
    /// What the next of them may be: surrogates, overlong forms and numbers above 10FFFF show here.
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    /// Whether the text may end here.
    var isWhole: Bool { missing == 0 }

    /// A whole text.
    static func holds(_ text: UnsafeRawBufferPointer) -> Bool {
        var check = UTF8Check()
        return check.take(text) && check.isWhole
    }

    /// Takes the next portion; false when no text can begin like this.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var place = 0
        while place < bytes.count {
            if missing == 0 {
                place = Self.skipASCII(bytes, from: place)
                guard place < bytes.count else { return true }
                guard begin(bytes[place]) else { return false }
            } else {
                guard allowed.contains(bytes[place]) else { return false }
                allowed = 0x80...0xBF
                missing -= 1
            }
            place += 1
        }
        return true
    }

    /// Agents say little else.
    private static func skipASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var place = start
        let high: UInt64 = 0x8080_8080_8080_8080
        while place + 16 <= bytes.count {
            let left = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            let right = bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self)
            guard (left | right) & high == 0 else { break }
            place += 16
        }
        while place < bytes.count, bytes[place] < 0x80 { place += 1 }
        return place
    }

    /// The first octet of a character above 7F.
    private mutating func begin(_ octet: UInt8) -> Bool {
        switch octet {
        case 0xC2...0xDF: missing = 1
        case 0xE0...0xEF: missing = 2
        case 0xF0...0xF4: missing = 3
        default: return false
        }
        allowed =
            switch octet {
            case 0xE0: 0xA0...0xBF
            case 0xED: 0x80...0x9F
            case 0xF0: 0x90...0xBF
            case 0xF4: 0x80...0x8F
            default: 0x80...0xBF
            }
        return true
    }
}
