/// Text put into XML and HTML.
enum Markup {
    /// `text` with everything escaped that could end an element or an attribute.
    ///
    /// Characters that XML 1.0 forbids (§2.2) become U+FFFD: escaping would not make them legal.
    static func escaped(_ text: String) -> String {
        text.escaping { scalar in
            switch scalar {
            case "<": "&lt;"
            case ">": "&gt;"
            case "&": "&amp;"
            case "\"": "&quot;"
            case "'": "&#39;"
            case "\t", "\n": nil
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": "\u{FFFD}"
            default: nil
            }
        }
    }
}
