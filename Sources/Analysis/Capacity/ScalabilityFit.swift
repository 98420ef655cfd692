import Timeline

/// Gunther's universal scalability law over measured loads: X(N) = λN / (1 + σ(N−1) + κN(N−1)).
///
/// X is turns answered a second. In N/X the law is linear, so it is fitted there by least squares of
/// relative errors, without a start or a search. Whether there is any retrograde part is told by the
/// interval of κ, from runs drawn again with replacement (2,000 times, seeded).
package struct ScalabilityFit: Equatable, Sendable {
    /// Turns a second of one caller alone.
    package let lambda: Double
    /// Contention: the share of work that waits for others.
    package let sigma: Double
    /// Coherency: what each pair of callers costs.
    package let kappa: Double
    /// 95 %, by bootstrap of the runs.
    package let kappaInterval: Interval
    /// Runs, and how many different loads they were of.
    package let runs: Int
    package let loads: Int
    /// The greatest load.
    package let mostCallers: Int

    /// Different loads below which no law is fitted.
    package static let fewestLoads = 6
    private static let resamples = 2_000

    /// A run: callers, and what came of them.
    package struct Run: Equatable, Sendable {
        package var callers: Int
        package var turnsPerSecond: Double

        package init(callers: Int, turnsPerSecond: Double) {
            self.callers = callers
            self.turnsPerSecond = turnsPerSecond
        }
    }

    /// - Returns: `nil` with fewer than six different loads, or where no curve can be laid through.
    package init?(_ runs: [Run], seed: UInt64) {
        let usable = runs.filter { $0.callers > 0 && $0.turnsPerSecond > 0 }
        loads = Set(usable.map(\.callers)).count
        guard loads >= Self.fewestLoads, let law = Law(usable) else { return nil }
        self.runs = usable.count
        mostCallers = usable.map(\.callers).max() ?? 0
        (lambda, sigma, kappa) = (law.lambda, law.sigma, law.kappa)
        var generator = SeededGenerator(seed: seed, stream: "scalability")
        var kappas: [Double] = []
        for _ in 0..<Self.resamples {
            let drawn = usable.indices.map { _ in
                usable[Int.random(in: 0..<usable.count, using: &generator)]
            }
            if let law = Law(drawn) { kappas.append(law.kappa) }
        }
        kappas.sort()
        guard kappas.count >= Self.resamples / 2 else { return nil }
        kappaInterval = Interval(
            lower: kappas[Int(0.025 * Double(kappas.count))],
            upper: kappas[Int((0.975 * Double(kappas.count)).rounded(.up)) - 1])
    }

    /// Whether more callers make the whole slower, beyond what chance would show.
    package var isRetrograde: Bool { (kappaInterval.lower ?? 0) > 0 }

    /// Callers at which most turns are answered, √((1−σ)/κ); `nil` where there is no such load among
    /// those that were run.
    package var bestCallers: Double? {
        guard isRetrograde, 0..<1 ~= sigma else { return nil }
        let best = ((1 - sigma) / kappa).squareRoot()
        return best <= Double(mostCallers) ? best : nil
    }

    /// Turns a second that the law has for a load.
    package func turnsPerSecond(at callers: Double) -> Double {
        lambda * callers
            / (1 + sigma * (callers - 1) + kappa * callers * (callers - 1))
    }

    /// The three coefficients through some runs.
    private struct Law {
        let lambda: Double
        let sigma: Double
        let kappa: Double

        /// N/X = a + b(N−1) + cN(N−1), with a = 1/λ, b = σ/λ, c = κ/λ.
        init?(_ runs: [Run]) {
            // In units of the greatest load, or the third column would drown the others.
            let scale = Double(runs.map(\.callers).max() ?? 1)
            var sums = [[Double]](repeating: [0, 0, 0, 0], count: 3)
            for run in runs {
                let n = Double(run.callers)
                let response = n / run.turnsPerSecond
                let columns = [1, (n - 1) / scale, n * (n - 1) / (scale * scale)]
                let weight = 1 / (response * response)
                for row in 0..<3 {
                    for column in 0..<3 {
                        sums[row][column] += weight * columns[row] * columns[column]
                    }
                    sums[row][3] += weight * columns[row] * response
                }
            }
            guard let solution = Self.solve(sums), solution[0] > 0 else { return nil }
            lambda = 1 / solution[0]
            sigma = solution[1] / scale * lambda
            kappa = solution[2] / (scale * scale) * lambda
        }

        /// By elimination with the greatest pivot; `nil` where the runs do not determine it.
        private static func solve(_ system: [[Double]]) -> [Double]? {
            var rows = system
            for column in 0..<3 {
                let pivot = (column..<3).max { abs(rows[$0][column]) < abs(rows[$1][column]) }
                guard let pivot, abs(rows[pivot][column]) > 1e-12 else { return nil }
                rows.swapAt(column, pivot)
                for row in 0..<3 where row != column {
                    let factor = rows[row][column] / rows[column][column]
                    for index in column..<4 { rows[row][index] -= factor * rows[column][index] }
                }
            }
            return (0..<3).map { rows[$0][3] / rows[$0][$0] }
        }
    }
}
