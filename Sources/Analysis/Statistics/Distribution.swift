package import Timeline

/// The samples of one metric in order, with those that outlasted the watch behind them as +∞.
package struct Distribution: Equatable, Sendable {
    /// Ascending; each counts once, unless `ends` says otherwise.
    private let values: [Double]
    /// Samples up to and including each value; `nil` where every value is one sample.
    private let ends: [Int]?
    /// Samples whose value is only known to be beyond the limit of the watch.
    package let censored: Int
    /// Turns left out because they could not be judged.
    package let void: Int

    package init(values: [Double], censored: Int = 0, void: Int = 0) {
        self.values = values.sorted()
        self.ends = nil
        self.censored = censored
        self.void = void
    }

    package init(_ samples: some Sequence<Sample>) {
        var values: [Double] = []
        var censored = 0
        var void = 0
        for sample in samples {
            switch sample {
            case .value(let value): values.append(value)
            case .censored: censored += 1
            case .void: void += 1
            }
        }
        self.init(values: values, censored: censored, void: void)
    }

    /// A tally in milliseconds, each value at the low end of its bucket (within 0.1 %).
    package init(_ tally: FrameTally) {
        var values: [Double] = []
        var ends: [Int] = []
        var seen = 0
        tally.forEachBucket { lowest, count in
            seen += Int(count)
            values.append(Double(lowest) / 1_000)
            ends.append(seen)
        }
        self.values = values
        self.ends = ends
        censored = 0
        void = 0
    }

    /// Samples with a value.
    package var measured: Int { ends?.last ?? (ends == nil ? values.count : 0) }
    /// All samples, censored ones included.
    package var count: Int { measured + censored }
    package var smallest: Double? { values.first }
    /// Greatest sample that has a value.
    package var largestMeasured: Double? { values.last }

    /// The sample of a rank counted from 1; `nil` in the censored tail.
    package func value(rank: Int) -> Double? {
        precondition(rank >= 1 && rank <= count, "rank \(rank) of \(count) samples")
        guard rank <= measured else { return nil }
        guard let ends else { return values[rank - 1] }
        var low = 0
        var high = ends.count - 1
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] >= rank { high = middle } else { low = middle + 1 }
        }
        return values[low]
    }

    /// Mean of the samples that have a value.
    package var mean: Double? {
        guard measured > 0 else { return nil }
        return weighted { $0 } / Double(measured)
    }

    /// Standard deviation (n − 1) of the samples that have a value; `nil` below two of them.
    package var deviation: Double? {
        guard measured > 1, let mean else { return nil }
        return (weighted { ($0 - mean) * ($0 - mean) } / Double(measured - 1)).squareRoot()
    }

    /// How many measured samples are at or below `limit`.
    package func measured(atMost limit: Double) -> Int {
        var low = 0
        var high = values.count
        while low < high {
            let middle = (low + high) / 2
            if values[middle] <= limit { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return 0 }
        return ends?[low - 1] ?? low
    }

    private func weighted(_ term: (Double) -> Double) -> Double {
        var sum = 0.0
        var before = 0
        for (index, value) in values.enumerated() {
            let end = ends?[index] ?? index + 1
            sum += term(value) * Double(end - before)
            before = end
        }
        return sum
    }
}
