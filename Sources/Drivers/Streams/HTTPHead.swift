import Dialects

/// The first line and the fields of an HTTP/1.1 message, as handshakes and signalling need them.
struct HTTPHead {
    let firstLine: String
    /// Names in lower case.
    let fields: [HTTPField]

    /// - Parameter text: without the empty line that ends it; `nil` comes of what is no HTTP.
    init?(_ text: [UInt8]) {
        let lines = String(decoding: text, as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false
        )
        guard let first = lines.first, first.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            return nil
        }
        firstLine = String(first)
        var fields: [HTTPField] = []
        for line in lines.dropFirst() {
            guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex
            else { return nil }
            let name = line[..<colon]
            guard HTTPText.isToken(name) else { return nil }
            let value = line[line.utf8.index(after: colon)...]
            guard HTTPText.isValue(value) else { return nil }
            fields.append(HTTPField(name.lowercased(), HTTPText.trimmed(value)))
        }
        self.fields = fields
    }

    /// The first field of this name, in lower case.
    func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Whether one of the comma-separated values of a field is this one, in lower case.
    func lists(_ member: String, in name: String) -> Bool {
        fields.contains { field in
            field.name == name
                && field.value.split(separator: ",").contains {
                    HTTPText.trimmed($0).lowercased() == member
                }
        }
    }

    /// The status of a response; `nil` where it is none.
    var status: Int? {
        let words = firstLine.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3 else {
            return nil
        }
        return Int(words[1]).flatMap { (100...999).contains($0) ? $0 : nil }
    }

    /// Method and target of a request; `nil` where it is none.
    var request: (method: Substring, target: Substring)? {
        let words = firstLine.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2].hasPrefix("HTTP/1."), HTTPText.isToken(words[0]),
            !words[1].isEmpty
        else { return nil }
        return (words[0], words[1])
    }

    /// How many bytes follow the head of a request (RFC 9112 §6).
    enum BodyLength: Equatable {
        case known(Int)
        /// Sent in chunks, or in a coding of another name.
        case chunked
        case unknown
        /// No number, or several that differ.
        case broken
    }

    var bodyLength: BodyLength {
        if value("transfer-encoding") != nil { return .chunked }
        let lengths = Set(fields.all("content-length"))
        guard let text = lengths.first else { return .unknown }
        guard lengths.count == 1, !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }),
            let length = Int(text)
        else { return .broken }
        return .known(length)
    }

    /// Whether another request may follow on the connection (RFC 9112 §9.3).
    var keepsAlive: Bool { firstLine.hasSuffix(" HTTP/1.1") && !lists("close", in: "connection") }
}

/// What may stand where in an HTTP message (RFC 9110 §5).
enum HTTPText {
    static func isToken(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    static func isValue(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
    }

    /// What may stand in a request's first line.
    static func isTarget(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        let start = text.drop(while: isSpace)
        guard let last = start.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(start[...last])
    }
}

/// Gathers the head of an HTTP message from bytes that come in any portions.
struct HeadReader {
    enum Problem: Error { case tooLong, noHTTP }

    static let bound = 16 << 10

    private var bytes: [UInt8] = []

    /// Takes bytes up to the end of the head.
    ///
    /// - Parameter rest: what follows the head stays in it.
    /// - Returns: the head once it is whole.
    mutating func take(
        _ rest: inout UnsafeMutableRawBufferPointer
    ) throws(Problem) -> HTTPHead? {
        // Four bytes that end it may have begun in an earlier portion.
        let searched = max(0, bytes.count - 3)
        let before = bytes.count
        let room = Self.bound + 4 - bytes.count
        bytes.append(contentsOf: rest.prefix(room))
        guard let end = Self.end(of: bytes, from: searched) else {
            guard bytes.count <= Self.bound else { throw .tooLong }
            guard Self.mayBeHTTP(bytes) else { throw .noHTTP }
            rest = UnsafeMutableRawBufferPointer(rebasing: rest[rest.count...])
            return nil
        }
        rest = UnsafeMutableRawBufferPointer(rebasing: rest[(end + 4 - before)...])
        guard let head = HTTPHead(Array(bytes[..<end])) else { throw .noHTTP }
        bytes = []
        return head
    }

    private static func end(of bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (start...max(start, bytes.count - 4)).first { place in
            place + 4 <= bytes.count && bytes[place] == 13 && bytes[place + 1] == 10
                && bytes[place + 2] == 13 && bytes[place + 3] == 10
        }
    }

    /// Whether a first line may still come of it: garbage is not waited out.
    private static func mayBeHTTP(_ bytes: [UInt8]) -> Bool {
        bytes.prefix(64).prefix { $0 != 13 }.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }
}
