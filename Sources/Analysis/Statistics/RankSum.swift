/// Whether the greater of two groups of values are on one side more often than chance has it
/// (Wilcoxon, 1945): by their ranks alone, so that +∞ and ties are values like any other.
enum RankSum {
    /// Values up to which every way of dealing them out is counted.
    private static let mostExact = 40

    /// The two-sided p: exact up to 40 values, normal above.
    ///
    /// - Precondition: no group is empty.
    static func test(_ first: [Double], _ second: [Double]) -> OrderTest {
        let all = first + second
        // Twice the middle ranks, which are whole: their mean is the number of values and one.
        let ranks = all.map { value in
            2 * all.count { $0 < value } + all.count { $0 == value } + 1
        }
        let mean = second.count * (all.count + 1)
        let excess = ranks.suffix(second.count).reduce(0, +) - mean
        let risk =
            all.count <= mostExact
            ? exact(ranks, drawing: second.count, atLeast: abs(excess), from: mean)
            : normal(ranks, drawing: second.count, atLeast: abs(excess))
        return OrderTest(
            risk: risk, leastRisk: min(1, 2 / ways(second.count, of: all.count)),
            isHigher: excess == 0 ? nil : excess > 0)
    }

    /// The share of all draws whose sum is at least as far from the mean.
    private static func exact(
        _ ranks: [Int], drawing count: Int, atLeast excess: Int, from mean: Int
    ) -> Double {
        let most = ranks.reduce(0, +)
        // How many draws of so many ranks have so great a sum.
        var draws = [[Double]](
            repeating: [Double](repeating: 0, count: most + 1), count: count + 1)
        draws[0][0] = 1
        for rank in ranks {
            for drawn in stride(from: count, to: 0, by: -1) {
                for sum in rank...most { draws[drawn][sum] += draws[drawn - 1][sum - rank] }
            }
        }
        var hits = 0.0
        for (sum, ways) in draws[count].enumerated() where abs(sum - mean) >= excess {
            hits += ways
        }
        return hits / draws[count].reduce(0, +)
    }

    private static func normal(
        _ ranks: [Int], drawing count: Int, atLeast excess: Int
    ) -> Double {
        let n = Double(ranks.count)
        let squares = ranks.reduce(0.0) { sum, rank in
            let distance = Double(rank) - n - 1
            return sum + distance * distance
        }
        let variance = Double(count) * (n - Double(count)) / (n * (n - 1)) * squares
        guard variance > 0 else { return 1 }
        return min(1, 2 * Normal.upperTail(Double(excess) / variance.squareRoot()))
    }

    private static func ways(_ count: Int, of total: Int) -> Double {
        (0..<count).reduce(1) { $0 * Double(total - $1) / Double($1 + 1) }
    }
}
