/// By how much one side's runs exceed the other's on a scale where differences count, and how much
/// of that is the runs' own spread.
struct RunSpread {
    /// Mean of the second side less that of the first.
    let difference: Double
    /// Standard error of the difference; `nil` with fewer than two runs on a side.
    let error: Double?
    /// Of Student's distribution.
    let degrees: Double
    private let values: Values

    private enum Values {
        case paired([Double])
        case independent([Double], [Double])
    }

    /// An error below this is one of rounding: the runs do not differ.
    private static let rounding = 1e-9

    /// - Parameter differences: of the pairs, the second less the first; `nil` where there are none.
    init?(paired differences: [Double]) {
        guard let mean = Moments.mean(differences) else { return nil }
        difference = mean
        let count = Double(differences.count)
        error = Moments.deviation(differences).map { $0 / count.squareRoot() }
        degrees = count - 1
        values = .paired(differences)
    }

    /// Runs made apart, with the degrees of freedom of Welch (1947); `nil` where a side has none.
    init?(_ first: [Double], _ second: [Double]) {
        guard let one = Moments.mean(first), let other = Moments.mean(second) else { return nil }
        difference = other - one
        values = .independent(first, second)
        guard let a = Moments.deviation(first), let b = Moments.deviation(second) else {
            (error, degrees) = (nil, 0)
            return
        }
        let (p, q) = (a * a / Double(first.count), b * b / Double(second.count))
        error = (p + q).squareRoot()
        let spread = p * p / Double(first.count - 1) + q * q / Double(second.count - 1)
        // Without any spread there is nothing to weigh: as many degrees as both sides have.
        degrees = spread > 0 ? (p + q) * (p + q) / spread : Double(first.count + second.count - 2)
    }

    /// Sign flips of pairs; of runs made apart Welch's test, or that of their ranks where none of
    /// them differs from the others of its side.
    func test() -> OrderTest {
        let isHigher = abs(difference) <= Self.rounding ? nil : difference > 0
        switch values {
        case .paired(let differences):
            return OrderTest(
                risk: SignFlip.risk(differences), leastRisk: SignFlip.leastRisk(differences.count),
                isHigher: isHigher)
        case .independent(let first, let second):
            guard let error, error > Self.rounding else { return RankSum.test(first, second) }
            return OrderTest(
                risk: StudentT.twoSidedRisk(of: difference / error, degrees: degrees),
                leastRisk: 0, isHigher: isHigher)
        }
    }

    /// The smallest difference found four times in five at a two-sided 5 %.
    var detectable: Double? {
        error.map { error in
            let reach =
                StudentT.upperQuantile(risk: 0.025, degrees: degrees)
                + StudentT.upperQuantile(risk: 0.2, degrees: degrees)
            return reach * error
        }
    }
}

/// Mean and spread of a few numbers.
enum Moments {
    /// `nil` of none.
    static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// Standard deviation (n − 1); `nil` below two values.
    static func deviation(_ values: [Double]) -> Double? {
        guard values.count > 1, let mean = mean(values) else { return nil }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count - 1)).squareRoot()
    }
}
