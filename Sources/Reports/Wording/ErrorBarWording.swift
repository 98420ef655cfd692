import Analysis

extension ErrorBar {
    /// The bar and its parts, as in `± 10.1 ms: half a frame 10, lateness 0.87`; `nil` without one.
    var text: String? {
        guard let total else { return nil }
        let parts = [
            ("half a frame", ptime), ("detector", detector), ("lateness p99", lateness),
            ("dwell p99", dwell),
        ]
        let known = parts.compactMap { name, value in value.map { "\(name) \(Figure.plain($0))" } }
        return "± \(Figure.plain(total)) ms: " + known.joined(separator: ", ")
    }
}

extension RunSummary {
    /// Every path that has an error bar, by name as it was written.
    var errorBars: [(path: String, text: String)] {
        paths.compactMap { path in path.errorBar?.text.map { (path.name, $0) } }
    }

    /// How the parts add up, and what of them a self-test of the host has said; `nil` without any.
    var errorBarNote: String? {
        guard !errorBars.isEmpty else { return nil }
        let sum = "the root of the sum of squares"
        guard let selftest = paths.lazy.compactMap({ $0.errorBar?.selftest }).first else {
            return sum + "; no self-test of this host yet: talkover selftest"
        }
        return sum + "; self-test of this host: \(selftest)"
    }
}
