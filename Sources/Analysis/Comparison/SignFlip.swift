import Timeline

/// How often chance alone would make the mean of paired differences as large as it is.
///
/// If both sides are the same, each difference had as well come out with the other sign
/// (Fisher, 1935, section 21). No distribution is assumed.
enum SignFlip {
    /// Pairs up to which every flip is tried: 2^16 of them at most.
    private static let mostExact = 16
    private static let draws = 65_536

    /// The two-sided p: the share of all sign flips whose mean is at least as far from zero.
    ///
    /// Exact up to 16 pairs, from 65,536 seeded draws above; at least 2 / 2^n either way, so that
    /// fewer than 6 pairs never reach 0.05.
    ///
    /// - Parameter differences: of the pairs, on any scale.
    static func risk(_ differences: [Double]) -> Double {
        guard !differences.isEmpty else { return 1 }
        // Sums that are equal but for the order of their terms count as equal.
        let tolerance = differences.reduce(0) { $0 + abs($1) } * 1e-12
        let observed = abs(differences.reduce(0, +)) - tolerance
        guard differences.count > mostExact else {
            return exact(differences, atLeast: observed)
        }
        var generator = SeededGenerator(seed: 1, stream: "sign flips")
        var hits = 1
        for _ in 0..<draws {
            var sum = 0.0
            for difference in differences {
                sum += generator.next() & 1 == 0 ? difference : -difference
            }
            if abs(sum) >= observed { hits += 1 }
        }
        return Double(hits) / Double(draws + 1)
    }

    /// The p of so many pairs that all differ the same way: no p is smaller.
    static func leastRisk(_ pairs: Int) -> Double {
        pairs > mostExact ? 1 / Double(draws + 1) : min(1, 2 / Double(1 << pairs))
    }

    /// Goes through all flips in the order of a Gray code, in which each changes one sign.
    private static func exact(_ differences: [Double], atLeast observed: Double) -> Double {
        var signed = differences
        var sum = differences.reduce(0, +)
        var hits = 1
        let flips = 1 << differences.count
        for flip in 1..<flips {
            let changed = flip.trailingZeroBitCount
            sum -= 2 * signed[changed]
            signed[changed] = -signed[changed]
            if abs(sum) >= observed { hits += 1 }
        }
        return Double(hits) / Double(flips)
    }

    /// The two-sided p of the sign test, for differences of which only the direction is known.
    ///
    /// - Parameters:
    ///   - up: pairs in which the second side is greater.
    ///   - down: pairs in which it is smaller; ties are left out.
    static func signTest(up: Int, down: Int) -> Double {
        let tail = Binomial.cumulative(hits: min(up, down), trials: up + down, probability: 0.5)
        return min(1, 2 * tail)
    }
}

/// The step-down correction of Holm (1979): the chance of any false alarm in a family stays at the
/// level of one test.
enum Holm {
    /// Adjusted p of each test, in the order given; each may be held against the level directly.
    static func adjusted(_ risks: [Double]) -> [Double] {
        let order = risks.indices.sorted { (risks[$0], $0) < (risks[$1], $1) }
        var adjusted = risks
        var highest = 0.0
        for (place, index) in order.enumerated() {
            highest = max(highest, min(1, Double(risks.count - place) * risks[index]))
            adjusted[index] = highest
        }
        return adjusted
    }
}
