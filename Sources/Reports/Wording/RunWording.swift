import Analysis

/// What a page says of the run it shows, or of the several that it shows together.
struct RunWording {
    private let runs: [RunFacts]

    init(_ summary: RunSummary) {
        runs = summary.pooledRuns.isEmpty ? [summary.run] : summary.pooledRuns
    }

    /// `live run 01jz…`, `8 live runs, 01jz… … 01k0…`.
    var title: String {
        guard let mode = runs.first?.mode.rawValue else { return Figure.absent }
        return runs.count == 1
            ? "\(mode) run \(id)" : "\(Figure.count(runs.count, mode + " run")), \(span(\.id))"
    }

    /// The run's id, or how many there are with the first and the last.
    var id: String {
        runs.count == 1 ? span(\.id) : "\(Figure.count(runs.count, "run")), \(span(\.id))"
    }

    var started: String { span(\.startedAt) }

    var seed: String { span { "\($0.seed)" } }

    /// Tags that all of the runs have, by key: of a group the group, and not each run's place in it.
    var tags: [String] {
        guard let first = runs.first else { return [] }
        return first.tags.filter { tag in runs.allSatisfy { $0.tags[tag.key] == tag.value } }
            .sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// The first and the last run's, or the one that they have in common.
    private func span(_ text: (RunFacts) -> String) -> String {
        let texts = runs.map(text)
        guard let first = texts.first, let last = texts.last else { return Figure.absent }
        return first == last ? first : "\(first) … \(last)"
    }
}
