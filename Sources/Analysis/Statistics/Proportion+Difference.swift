extension Proportion {
    /// The interval of how much greater another rate is than this one, by Newcombe's method 10
    /// (1998): from the score intervals of both.
    ///
    /// Trials are taken for independent. `nil` where a side has no trial.
    ///
    /// - Parameter level: risk of the interval, both sides together.
    package func difference(to other: Proportion, level: Double) -> Interval? {
        guard let one = value, let two = other.value,
            let first = score(level: level), let second = other.score(level: level),
            let lowerOne = first.lower, let upperOne = first.upper,
            let lowerTwo = second.lower, let upperTwo = second.upper
        else { return nil }
        func hypotenuse(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
        let difference = two - one
        return Interval(
            lower: difference - hypotenuse(two - lowerTwo, upperOne - one),
            upper: difference + hypotenuse(upperTwo - two, one - lowerOne)
        )
    }
}
