/// One run's samples of one metric and the calls they are from: what resampling draws from.
struct RunSamples {
    /// In ascending order; a censored one is +∞.
    let values: [Double]
    /// For each call, the places of its samples among the values.
    let calls: [[Int32]]

    /// Most samples that are resampled: frames come by the million, and tell nothing of runs.
    private static let most = 200_000

    /// `nil` without samples, and with too many to resample.
    init?(_ distribution: Distribution) {
        let count = distribution.count
        guard count > 0, count <= Self.most else { return nil }
        values = (1...count).map { distribution.value(rank: $0) ?? .infinity }
        guard !distribution.owners.isEmpty else {
            calls = (0..<count).map { [Int32($0)] }
            return
        }
        var calls = [[Int32]](repeating: [], count: distribution.clusters)
        for (place, owner) in distribution.owners.enumerated() {
            calls[Int(owner)].append(Int32(place))
        }
        self.calls = calls
    }

    /// Draws calls, and turns of each, with replacement; sets how often each sample was drawn.
    ///
    /// - Parameter weights: lent by the caller, at least as long as the values.
    /// - Returns: how many samples were drawn.
    func resample(
        into weights: inout [Int32], using generator: inout some RandomNumberGenerator
    ) -> Int {
        for place in values.indices { weights[place] = 0 }
        var drawn = 0
        for _ in calls.indices {
            let call = calls[Int(generator.next(upperBound: UInt64(calls.count)))]
            for _ in call.indices {
                weights[Int(call[Int(generator.next(upperBound: UInt64(call.count)))])] += 1
            }
            drawn += call.count
        }
        return drawn
    }

    /// The type-1 quantile of what was drawn; +∞ in the censored tail.
    func value(_ quantile: Double, drawn: Int, weights: [Int32]) -> Double {
        let rank = QuantileRanks.estimate(quantile, count: drawn)
        var seen = 0
        for (place, value) in values.enumerated() {
            seen += Int(weights[place])
            if seen >= rank { return value }
        }
        return .infinity
    }
}
