/// What someone who mistyped a word may have meant.
enum Suggestion {
    /// The candidate closest to `word` by edits of one letter, if it is close.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let wanted = Array(word.lowercased().replacing("-", with: "_").unicodeScalars.prefix(40))
        guard !wanted.isEmpty else { return nil }
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let letters = Array(candidate.lowercased().replacing("-", with: "_").unicodeScalars)
            let distance = edits(from: wanted, to: letters)
            guard distance <= max(1, min(wanted.count, letters.count) / 3) else { continue }
            if distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// `; did you mean 'x'?`, or else the list of what is possible.
    static func remedy(for word: String, among candidates: [String]) -> String {
        if let near = nearest(to: word, among: candidates) { return "did you mean '\(near)'?" }
        return "write \(alternatives(candidates))"
    }

    /// `a`, `a or b`, `a, b or c`.
    static func alternatives(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }

    /// Levenshtein's distance with neighbours swapped counted as one edit (Damerau, 1964).
    private static func edits(from left: [Unicode.Scalar], to right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let substitution = last[column] + (left[row] == right[column] ? 0 : 1)
                var cost = min(substitution, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
