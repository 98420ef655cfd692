/// Student's t distribution: how far a mean of few samples may lie from the truth.
enum StudentT {
    /// The value that a t variable exceeds with probability `risk`, 0 < risk < 0.5.
    ///
    /// - Parameter degrees: of freedom, above 0; Welch's are no whole number.
    static func upperQuantile(risk: Double, degrees: Double) -> Double {
        // The tail beyond t is half of I_x(v/2, 1/2) at x = v / (v + t²).
        let x = Beta.quantile(2 * risk, degrees / 2, 0.5)
        return (degrees * (1 - x) / x).squareRoot()
    }

    /// The probability that a t variable lies at least as far from zero, on either side.
    static func twoSidedRisk(of t: Double, degrees: Double) -> Double {
        guard t.isFinite else { return 0 }
        return Beta.regularized(degrees / (degrees + t * t), degrees / 2, 0.5)
    }
}
