/// One text file of the repository, with what the rules ask of it.
struct SourceFile: Sendable {
    /// Path from the repository's root, with forward slashes.
    let path: String
    let text: String
    /// The lines without their line ends; 1-based line `n` is `lines[n - 1]`.
    let lines: [Substring]
    /// The bytes of a Swift file without comments and literals, elsewhere all bytes.
    let code: [UInt8]
    /// `code`, by line.
    let codeLines: [String]
    private let lineStarts: [Int]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let bytes = Array(text.utf8)
        let code = path.hasSuffix(".swift") ? SwiftCode.blankingProse(of: bytes) : bytes
        self.code = code
        codeLines = code.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        lineStarts = [0] + code.indices.filter { code[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    /// The folders and the file name that make up the path.
    var components: [Substring] { path.split(separator: "/") }

    var isSwift: Bool { path.hasSuffix(".swift") }

    /// The module a file under `Sources` belongs to, else `nil`.
    var module: String? {
        let parts = components
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }

    /// The test target a file under `Tests` belongs to, else `nil`.
    var testTarget: String? {
        let parts = components
        return parts.count > 2 && parts[0] == "Tests" ? String(parts[1]) : nil
    }

    /// How many lines an editor shows.
    var lineCount: Int { lines.last?.isEmpty == true ? lines.count - 1 : lines.count }

    /// 1-based number of the line that holds the byte at `offset`.
    func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// Offsets at which `token` stands in the code by itself, not as part of a longer name.
    ///
    /// A token that begins with a letter is not found after a letter, a digit, `_` or a dot (a
    /// method of that name is something else), one that ends with one not before one.
    func offsets(of token: String) -> [Int] {
        let wanted = Array(token.utf8)
        guard text.contains(token), let first = wanted.first, let last = wanted.last else {
            return []
        }
        return code.indices.dropLast(wanted.count - 1).filter { start in
            guard code[start] == first else { return false }
            let end = start + wanted.count
            guard code[start..<end].elementsEqual(wanted) else { return false }
            if first.isPartOfName, start > 0 {
                let before = code[start - 1]
                if before.isPartOfName || before == UInt8(ascii: ".") { return false }
            }
            return !(last.isPartOfName && end < code.count && code[end].isPartOfName)
        }
    }

    /// The text from the parenthesis at `offset` to the one that closes it.
    func parenthesised(from offset: Int) -> String {
        var depth = 0
        for end in code.indices.dropFirst(offset) {
            if code[end] == UInt8(ascii: "(") { depth += 1 }
            if code[end] == UInt8(ascii: ")") { depth -= 1 }
            if depth == 0 { return String(decoding: code[offset...end], as: UTF8.self) }
        }
        return String(decoding: code[offset...], as: UTF8.self)
    }
}

extension UInt8 {
    /// Whether a Swift name may hold it; everything beyond ASCII counts as a letter.
    var isPartOfName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
