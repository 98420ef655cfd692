import Analysis

extension HTMLReport {
    /// How far a latency of each path may be off, below the generator's figures.
    static func errorBars(_ summary: RunSummary) -> [HTML] {
        guard let note = summary.errorBarNote else { return [] }
        let bars = summary.errorBars.map { bar in
            HTML.tag("li", [:], HTML("Error bar of \(bar.path) \(bar.text)"))
        }
        return [
            .tag("ul", ["class": "differences"], bars),
            .tag("p", ["class": "note"], HTML("Each bar is \(note).")),
        ]
    }
}
