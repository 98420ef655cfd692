/// Swift source with its comments and the words of its string literals blanked out.
///
/// Every byte keeps its place and every line its number, so that what is found here can be
/// reported there. Interpolated code stays. Regex literals without `#` are not recognised: one
/// that holds a quotation mark would confuse it.
struct SwiftCode {
    private enum Context {
        /// Depth of parentheses opened since the code began, so that an interpolation knows its end.
        case code(depth: Int)
        case text(isMultiline: Bool, pounds: Int)
    }

    private let source: [UInt8]
    private var position = 0
    private var contexts = [Context.code(depth: 0)]
    private var blanked: [UInt8]

    private init(_ source: [UInt8]) {
        self.source = source
        blanked = source
    }

    static func blankingProse(of source: [UInt8]) -> [UInt8] {
        var scan = SwiftCode(source)
        while scan.position < source.count { scan.step() }
        return scan.blanked
    }

    private mutating func step() {
        switch contexts.last {
        case .text(let isMultiline, let pounds):
            stepInText(isMultiline: isMultiline, pounds: pounds)
        case .code(let depth): stepInCode(depth: depth)
        case nil: position = source.count
        }
    }

    private mutating func stepInCode(depth: Int) {
        switch source[position] {
        case UInt8(ascii: "/") where isNext("//"): blankLineComment()
        case UInt8(ascii: "/") where isNext("/*"): blankBlockComment()
        case UInt8(ascii: "`"): blankName()
        case UInt8(ascii: "\""): openText(pounds: 0)
        case UInt8(ascii: "#"):
            let pounds = countPounds(from: position)
            if position + pounds < source.count, source[position + pounds] == UInt8(ascii: "\"") {
                position += pounds
                openText(pounds: pounds)
            } else {
                position += pounds
            }
        case UInt8(ascii: "("):
            contexts[contexts.count - 1] = .code(depth: depth + 1)
            position += 1
        case UInt8(ascii: ")"):
            if depth == 0, contexts.count > 1 {
                contexts.removeLast()
            } else {
                contexts[contexts.count - 1] = .code(depth: max(0, depth - 1))
            }
            position += 1
        default: position += 1
        }
    }

    private mutating func stepInText(isMultiline: Bool, pounds: Int) {
        let quote = isMultiline ? "\"\"\"" : "\""
        let byte = source[position]
        if isNext(quote), countPounds(from: position + quote.utf8.count) >= pounds {
            contexts.removeLast()
            position += quote.utf8.count + pounds
        } else if byte == UInt8(ascii: "\\"), countPounds(from: position + 1) >= pounds {
            blankByte()
            for _ in 0..<pounds { blankByte() }
            guard position < source.count else { return }
            if source[position] == UInt8(ascii: "(") {
                contexts.append(.code(depth: 0))
                position += 1
            } else {
                blankByte()
            }
        } else if byte == UInt8(ascii: "\n"), !isMultiline {
            // Not Swift, or a literal this scan does not know: recover at the next line.
            contexts.removeLast()
            position += 1
        } else {
            blankByte()
        }
    }

    private mutating func openText(pounds: Int) {
        let isMultiline = isNext("\"\"\"")
        contexts.append(.text(isMultiline: isMultiline, pounds: pounds))
        position += isMultiline ? 3 : 1
    }

    /// Blanks what stands between backticks: a test's name may hold any sentence.
    private mutating func blankName() {
        position += 1
        while position < source.count, source[position] != UInt8(ascii: "\n") {
            if source[position] == UInt8(ascii: "`") {
                position += 1
                return
            }
            blankByte()
        }
    }

    private mutating func blankLineComment() {
        while position < source.count, source[position] != UInt8(ascii: "\n") { blankByte() }
    }

    private mutating func blankBlockComment() {
        var depth = 0
        while position < source.count {
            if isNext("/*") {
                depth += 1
                blankByte()
            } else if isNext("*/") {
                depth -= 1
                blankByte()
            }
            blankByte()
            if depth == 0 { return }
        }
    }

    private mutating func blankByte() {
        guard position < source.count else { return }
        if source[position] != UInt8(ascii: "\n") { blanked[position] = UInt8(ascii: " ") }
        position += 1
    }

    private func isNext(_ text: String) -> Bool {
        let bytes = text.utf8
        guard position + bytes.count <= source.count else { return false }
        return source[position..<position + bytes.count].elementsEqual(bytes)
    }

    private func countPounds(from start: Int) -> Int {
        var end = start
        while end < source.count, source[end] == UInt8(ascii: "#") { end += 1 }
        return max(0, end - start)
    }
}
