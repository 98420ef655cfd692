/// What a test of order says of two sides.
struct OrderTest: Equatable {
    /// Two-sided p, before any correction.
    var risk: Double
    /// The p of as many runs that all stand the same way.
    var leastRisk: Double
    /// Whether the second side tends to be the greater one; `nil` where neither does.
    var isHigher: Bool?
}

/// Quantiles of runs of which some lie beyond the end of the watch: how great those are is unknown,
/// and that they are greater than all others is known.
package struct RunOrder: Equatable, Sendable {
    let isPaired: Bool
    /// In the order of the runs; +∞ beyond the watch.
    let first: [Double]
    let second: [Double]

    /// How the second side stands to `factor` times the first: by the sign test of the pairs, or by
    /// ranks where runs are no pairs.
    ///
    /// A pair that is beyond the watch on both sides says nothing.
    func test(against factor: Double = 1) -> OrderTest {
        let limits = first.map { $0 * factor }
        guard isPaired else { return RankSum.test(limits, second) }
        let up = zip(limits, second).count { $1 > $0 }
        let down = zip(limits, second).count { $1 < $0 }
        return OrderTest(
            risk: SignFlip.signTest(up: up, down: down),
            leastRisk: SignFlip.leastRisk(first.count),
            isHigher: up == down ? nil : up > down)
    }
}
