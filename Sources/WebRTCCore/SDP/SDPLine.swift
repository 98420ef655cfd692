/// One `<type>=<value>` line of a session description (RFC 8866 §5).
struct SDPLine {
    /// 1-based.
    let number: Int
    /// The letter before `=`.
    let kind: UInt8
    /// For an attribute, what stands before its colon; else empty.
    let name: Substring
    /// For an attribute, what stands after its colon, empty for a flag; else the whole value.
    let value: Substring

    /// The most any peer was seen to send is a tenth of these.
    static let textLimit = 65_536
    static let countLimit = 4_096

    /// Splits a text at LF or CRLF; lines that are no `<letter>=` are left out, as unknown ones are.
    static func all(of text: String) throws(SDPProblem) -> [SDPLine] {
        guard text.utf8.count <= textLimit else {
            throw SDPProblem(
                .tooLarge, "the description has \(text.utf8.count) bytes; at most 65,536 are read")
        }
        var lines: [SDPLine] = []
        var number = 0
        // At bytes, not characters: Swift takes CR LF for one character.
        for raw in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            guard number <= countLimit else {
                throw SDPProblem(
                    .tooLarge, line: number, "the description has more than \(countLimit) lines")
            }
            if let line = SDPLine(Substring(raw), number: number) { lines.append(line) }
        }
        return lines
    }

    private init?(_ raw: Substring, number: Int) {
        var bytes = raw.utf8
        while let last = bytes.last, last == 0x0D || last == 0x20 { bytes.removeLast() }
        guard bytes.count >= 2, let kind = bytes.first, bytes.dropFirst().first == UInt8(ascii: "=")
        else { return nil }
        self.number = number
        self.kind = kind
        let value = bytes.dropFirst(2)
        if kind == UInt8(ascii: "a"), let colon = value.firstIndex(of: UInt8(ascii: ":")) {
            name = Substring(value[..<colon])
            self.value = Substring(value[value.index(after: colon)...])
        } else if kind == UInt8(ascii: "a") {
            name = Substring(value)
            self.value = ""
        } else {
            name = ""
            self.value = Substring(value)
        }
    }
}

extension Substring {
    /// The parts between spaces.
    var sdpWords: [Substring] { utf8.split(separator: 0x20).map { Substring($0) } }

    /// The parts before and after the first `separator`; the second is `nil` where there is none.
    func sdpSplit(at separator: Unicode.Scalar) -> (Substring, Substring?) {
        guard let index = utf8.firstIndex(of: UInt8(ascii: separator)) else { return (self, nil) }
        return (Substring(utf8[..<index]), Substring(utf8[utf8.index(after: index)...]))
    }

    /// A number without sign, as SDP writes them.
    func sdpNumber<Value: FixedWidthInteger>(_: Value.Type = Value.self) -> Value? {
        guard let first = utf8.first, (0x30...0x39).contains(first) else { return nil }
        return Value(self)
    }

    /// Whether it may stand in a description of ours: 1 to `limit` visible ASCII characters.
    func isSDPToken(limit: Int = 64) -> Bool {
        (1...limit).contains(utf8.count) && utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Its first visible characters, for a message.
    var sdpQuoted: String {
        let shown = utf8.prefix(40).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
        return "'\(String(decoding: shown, as: UTF8.self))\(utf8.count > 40 ? "…" : "")'"
    }
}
