extension Proportion {
    /// The 95 % interval of how much greater another rate is than this one, by Newcombe's method 10
    /// (1998): from the score intervals of both.
    ///
    /// Trials are taken for independent. `nil` where a side has no trial.
    package func difference(to other: Proportion) -> Interval? {
        guard let one = value, let two = other.value,
            let first = wilson, let second = other.wilson,
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
