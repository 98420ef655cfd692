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
    /// The cluster of each sample by rank, from 0 without gaps; empty where each is its own.
    let owners: [Int32]
    /// How many clusters the samples come from; 0 where each is its own.
    let clusters: Int

    /// Samples that owe nothing to each other.
    package init(values: [Double], censored: Int = 0, void: Int = 0) {
        self.values = values.sorted()
        self.ends = nil
        self.censored = censored
        self.void = void
        owners = []
        clusters = 0
    }

    package init(_ samples: some Sequence<Sample>) {
        self.init(clustered: samples.enumerated().lazy.map { ($0.offset, $0.element) })
    }

    /// Samples with the cluster each is from, as the call of a turn; equal ones need not be
    /// neighbours.
    package init(clustered samples: some Sequence<(cluster: Int, sample: Sample)>) {
        var measured: [(value: Double, owner: Int32)] = []
        var watched: [Int32] = []
        var void = 0
        var numbers: [Int: Int32] = [:]
        for (cluster, sample) in samples {
            let fresh = Int32(numbers.count)
            switch sample {
            case .value(let value):
                measured.append((value, numbers[cluster, default: fresh]))
                numbers[cluster] = measured[measured.count - 1].owner
            case .censored:
                watched.append(numbers[cluster, default: fresh])
                numbers[cluster] = watched[watched.count - 1]
            case .void: void += 1
            }
        }
        // Equal values in the order of their clusters, so that nothing hangs on how they came.
        measured.sort { ($0.value, $0.owner) < ($1.value, $1.owner) }
        values = measured.map(\.value)
        ends = nil
        censored = watched.count
        self.void = void
        let isClustered = numbers.count < measured.count + watched.count
        owners = isClustered ? measured.map(\.owner) + watched.sorted() : []
        clusters = isClustered ? numbers.count : 0
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
        owners = []
        clusters = 0
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
