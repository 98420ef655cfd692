/// Bounds of quantiles where samples come in clusters: the turns of one call resemble each other.
///
/// Order statistics take samples for independent. Where the turns of a call share its luck, n of
/// them tell as much as n / deff independent ones (Kish, 1965, section 8.2), and bounds from n
/// ranks cover the truth too rarely: 93 % instead of 95 % for a median with a tenth of the spread
/// between calls. The design effect is measured for each quantile, on whether a sample lies below
/// it, from 20 clusters on; it is never taken to be below 1.
extension Distribution {
    /// Fewest clusters from which a design effect is measured.
    package static let fewestClusters = 20

    /// As ``QuantileRanks/lower(_:count:risk:)``, with as many samples as count independently.
    package func lowerRank(_ quantile: Double, risk: QuantileRanks.Risk) -> Int? {
        bound(quantile) { independent in
            QuantileRanks.lower(quantile, count: independent, risk: risk)
        }.map { Int($0.rounded(.down)) }.flatMap { $0 >= 1 ? $0 : nil }
    }

    /// As ``QuantileRanks/upper(_:count:risk:)``, with as many samples as count independently.
    package func upperRank(_ quantile: Double, risk: QuantileRanks.Risk) -> Int? {
        bound(quantile) { independent in
            QuantileRanks.upper(quantile, count: independent, risk: risk)
        }.map { min(count, Int($0.rounded(.up))) }
    }

    /// How many samples there are for each that counts independently, at least 1.
    ///
    /// The variance of the share below the quantile between clusters, over that of independent
    /// samples.
    package func designEffect(_ quantile: Double) -> Double {
        guard clusters >= Self.fewestClusters, count > clusters else { return 1 }
        let rank = QuantileRanks.estimate(quantile, count: count)
        var sizes = [Double](repeating: 0, count: clusters)
        var below = [Double](repeating: 0, count: clusters)
        for (index, owner) in owners.enumerated() {
            sizes[Int(owner)] += 1
            if index < rank { below[Int(owner)] += 1 }
        }
        let share = Double(rank) / Double(count)
        guard share < 1 else { return 1 }
        var spread = 0.0
        for (size, hits) in zip(sizes, below) {
            spread += (hits - share * size) * (hits - share * size)
        }
        let groups = Double(clusters)
        let independent = Double(count) * share * (1 - share)
        return max(1, spread * groups / (groups - 1) / independent)
    }

    /// As ``designEffect(_:)``, of the mean: on the samples themselves, none of them censored.
    package var designEffectOfMean: Double {
        guard clusters >= Self.fewestClusters, count > clusters, censored == 0, let mean,
            let deviation,
            deviation > 0
        else { return 1 }
        var sums = [Double](repeating: 0, count: clusters)
        for (index, owner) in owners.enumerated() {
            sums[Int(owner)] += (value(rank: index + 1) ?? mean) - mean
        }
        let spread = sums.reduce(0) { $0 + $1 * $1 }
        let groups = Double(clusters)
        return max(1, spread * groups / (groups - 1) / (Double(count) * deviation * deviation))
    }

    /// The same samples, each censored one at the limit that it outlasted.
    func countingCensored(at limit: Double) -> Distribution {
        Distribution(
            clustered: (0..<count).map { index in
                (
                    cluster: owners.isEmpty ? index : Int(owners[index]),
                    sample: .value(value(rank: index + 1) ?? limit)
                )
            })
    }

    /// A rank among the independent samples, stretched to all of them.
    private func bound(_ quantile: Double, rank: (Int) -> Int?) -> Double? {
        let independent = max(1, Int(Double(count) / designEffect(quantile)))
        return rank(independent).map { Double($0) * Double(count) / Double(independent) }
    }
}
