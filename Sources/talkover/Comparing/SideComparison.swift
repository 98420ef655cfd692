import Analysis
import Reports

/// Puts two sides against each other, or says why they cannot be.
struct SideComparison {
    let first: ComparedSide
    let second: ComparedSide
    let terms: ComparisonTerms
    /// Compares what is not comparable all the same.
    var insists = false

    /// A path of each side, under the name that both are listed by.
    private struct Match {
        let name: String
        let first: String
        let second: String
    }

    /// - Throws: a usage failure that says what differs, or which path to name.
    func document() throws -> ComparisonDocument {
        let matches = try matches()
        let design = design
        // Without enough runs to know how they vary, only the newest of each side is looked at.
        let sides = [first, second].map { side in
            design == .single ? Array(side.runs.suffix(1)) : side.runs
        }
        let findings = try comparability(matches, sides[0], sides[1])
        let paths = matches.compactMap { match -> PathComparison? in
            let one = sides[0].compactMap { $0.measurement(of: match.first) }
            let other = sides[1].compactMap { $0.measurement(of: match.second) }
            guard !one.isEmpty, !other.isEmpty else { return nil }
            return PathComparison(name: match.name, design: design, first: one, second: other)
        }
        let names = names
        var lookedAt = terms
        lookedAt.level = min(first.look.level, second.look.level)
        return ComparisonDocument(
            first: .init(
                reference: first.reference, name: names.0, runs: sides[0].map(\.material.run)),
            second: .init(
                reference: second.reference, name: names.1, runs: sides[1].map(\.material.run)),
            comparison: Comparison(paths, terms: lookedAt),
            differences: findings.differences,
            obstacles: findings.obstacles,
            invalid: Self.unique((sides[0] + sides[1]).compactMap(\.invalidity))
        )
    }

    /// Runs in turns are pairs; of others, enough on each side stand for how much runs vary.
    private var design: ComparisonDesign {
        if let group = first.group, group == second.group, first.runs.count == second.runs.count,
            first.runs.count > 1
        {
            return .paired(first.runs.count)
        }
        let fewest = min(first.runs.count, second.runs.count)
        return fewest >= RatioEstimate.fewestRuns
            ? .independent(first.runs.count, second.runs.count) : .single
    }

    private var isPaired: Bool {
        if case .paired = design { true } else { false }
    }

    /// Two paths that were named, or every path that both sides have.
    private func matches() throws -> [Match] {
        if let one = first.path ?? (first.paths.count == 1 ? first.paths[0] : nil),
            let other = second.path ?? (second.paths.count == 1 ? second.paths[0] : nil)
        {
            try refuseItself(one, other)
            let name = one == other ? one : "\(other) against \(one)"
            return [Match(name: name, first: one, second: other)]
        }
        guard first.path == nil, second.path == nil else {
            throw CommandFailure(
                status: .usage,
                message: "name a path on both sides, or on neither: "
                    + "\(first.reference) has \(first.paths.joined(separator: ", ")), "
                    + "\(second.reference) has \(second.paths.joined(separator: ", "))")
        }
        let shared = first.paths.filter { second.paths.contains($0) }
        guard !shared.isEmpty else {
            throw CommandFailure(
                status: .usage,
                message: "\(first.reference) and \(second.reference) share no path; name one of "
                    + "each, as in \(first.reference)/\(first.paths.first ?? "PATH")")
        }
        try refuseItself(shared[0], shared[0])
        return shared.map { Match(name: $0, first: $0, second: $0) }
    }

    private func refuseItself(_ one: String, _ other: String) throws {
        let isSame = first.ids == second.ids
        guard isSame, one == other else { return }
        let example = first.paths.prefix(2).map { "\(first.reference)/\($0)" }
        throw CommandFailure(
            status: .usage,
            message: "both sides are the same run"
                + (example.count > 1
                    ? "; to compare its paths write \(example.joined(separator: " "))" : ""))
    }

    private var names: (String, String) {
        let isOneGroup = first.ids == second.ids
        if isOneGroup, let one = first.path, let other = second.path { return (one, other) }
        return (first.reference, second.reference)
    }

    /// - Throws: a usage failure with every obstacle, unless the user insists; runs of different
    ///   modes are never compared.
    private func comparability(
        _ matches: [Match], _ one: [SideRun], _ other: [SideRun]
    ) throws -> Comparability {
        var all = Comparability()
        for match in matches {
            let lefts = one.compactMap { $0.subject(match.first) }
            let rights = other.compactMap { $0.subject(match.second) }
            for (side, subjects) in [(first, lefts), (second, rights)] {
                let unlike = side.unlike(subjects)
                all.obstacles += unlike.obstacles
                all.differences += unlike.differences
            }
            // Runs of a side being alike, the first of each stand for all, but for their seeds.
            for (left, right) in zip(lefts, rights).prefix(isPaired ? lefts.count : 1) {
                let found = Comparability(left, right)
                all.obstacles += found.obstacles
                all.differences += found.differences
            }
        }
        let seeds = [one, other].map { side in Set(side.map(\.material.run.seed)) }
        if first.group == nil || second.group == nil, seeds[0] != seeds[1] {
            let texts = seeds.map { $0.sorted().map { "\($0)" }.joined(separator: ", ") }
            all.obstacles.append("the seeds differ: \(texts[0]) and \(texts[1])")
        }
        for run in one + other where run.material.state != .finished {
            all.obstacles.append("run \(run.material.run.id) is \(run.material.state.rawValue)")
        }
        all.obstacles = Self.unique(all.obstacles)
        all.differences = Self.unique(all.differences)
        let modes = Set((one + other).map(\.material.run.mode))
        guard modes.count == 1 else {
            throw CommandFailure(
                status: .usage,
                message: "a simulated run cannot be compared with a live one: their times are "
                    + "not of one kind")
        }
        guard insists || all.obstacles.isEmpty else {
            throw CommandFailure(
                status: .usage,
                message: "not comparable: \(all.obstacles.joined(separator: "; ")). "
                    + "To compare all the same, add --anyway")
        }
        return all
    }

    private static func unique(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }
}
