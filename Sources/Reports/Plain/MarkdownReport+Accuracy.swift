import Analysis

extension MarkdownReport {
    /// How far a latency of each path may be off: one block of lines, or none.
    static func errorBars(_ summary: RunSummary) -> [String] {
        guard let note = summary.errorBarNote else { return [] }
        let bars = summary.errorBars.map { "- Error bar of \(escaped($0.path)) \($0.text)" }
        return [(bars + ["- Each bar is \(escaped(note))"]).joined(separator: "\n")]
    }
}
