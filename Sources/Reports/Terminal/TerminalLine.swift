/// How a piece of terminal text is set off; meaning never rests on it alone.
enum Emphasis: Sendable {
    case plain, strong, faint, good, bad, doubtful

    fileprivate var code: String? {
        switch self {
        case .plain: nil
        case .strong: "1"
        case .faint: "2"
        case .good: "1;32"
        case .bad: "1;31"
        case .doubtful: "1;33"
        }
    }
}

/// One line being laid out: pieces of text at fixed columns, coloured only when it is printed.
struct TerminalLine {
    private var pieces: [(start: Int, text: String, emphasis: Emphasis)] = []

    init() {}

    init(_ text: String, _ emphasis: Emphasis = .plain) { append(text, emphasis) }

    /// The first column after the last piece.
    var end: Int { pieces.map { $0.start + TerminalText.columns($0.text) }.max() ?? 0 }

    mutating func append(_ text: String, _ emphasis: Emphasis = .plain) {
        pieces.append((end, text, emphasis))
    }

    mutating func place(_ text: String, at column: Int, _ emphasis: Emphasis = .plain) {
        pieces.append((max(column, end), text, emphasis))
    }

    /// Sets `text` so that it ends before `column`, further right if something stands there.
    mutating func place(_ text: String, endingAt column: Int, _ emphasis: Emphasis = .plain) {
        let start = column - TerminalText.columns(text)
        pieces.append((max(start, end == 0 ? 0 : end + 1), text, emphasis))
    }

    func rendered(colour: Bool) -> String {
        var result = ""
        var column = 0
        for piece in pieces where !piece.text.isEmpty {
            result += String(repeating: " ", count: max(0, piece.start - column))
            if colour, let code = piece.emphasis.code {
                result += "\u{1B}[\(code)m\(piece.text)\u{1B}[0m"
            } else {
                result += piece.text
            }
            column = piece.start + TerminalText.columns(piece.text)
        }
        return result
    }
}

/// Text fit for a terminal: no name in it can move the cursor or break a table.
enum TerminalText {
    /// `text` with every control, format and line-breaking character replaced.
    static func clean(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
                .unassigned:
                result.unicodeScalars.append("\u{FFFD}")
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// How many columns `text` takes: two for East Asian wide characters and emoji.
    static func columns(_ text: String) -> Int {
        text.reduce(0) { $0 + (isWide($1) ? 2 : 1) }
    }

    /// `text` cut to `width` columns, with an ellipsis where something was lost.
    static func fitted(_ text: String, to width: Int) -> String {
        guard columns(text) > width else { return text }
        var result = ""
        var used = 0
        for character in text {
            let size = isWide(character) ? 2 : 1
            guard used + size <= max(0, width - 1) else { break }
            result.append(character)
            used += size
        }
        return width > 0 ? result + "…" : ""
    }

    /// `text` broken at spaces into lines of at most `width` columns; a longer word is cut.
    static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: true) {
            let word = fitted(String(word), to: width)
            if line.isEmpty {
                line = word
            } else if columns(line) + 1 + columns(word) <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = word
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// Facts with dots between them in lines of at most `width` columns, broken between facts.
    static func flowed(_ facts: [String], to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for fact in facts {
            if line.isEmpty {
                line = fact
            } else if columns(line) + 3 + columns(fact) <= width {
                line += " · " + fact
            } else {
                lines.append(line)
                line = fact
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines.flatMap { wrapped($0, to: width) }
    }

    private static func isWide(_ character: Character) -> Bool {
        guard let scalar = character.unicodeScalars.first else { return false }
        if scalar.properties.isEmojiPresentation { return true }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return true
        default:
            return false
        }
    }
}
