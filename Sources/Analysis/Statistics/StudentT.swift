/// Student's t distribution: how far a mean of few samples may lie from the truth.
enum StudentT {
    /// The value that a t variable exceeds with probability `risk`, 0 < risk < 0.5.
    static func upperQuantile(risk: Double, degrees: Int) -> Double {
        // The tail beyond t is half of I_x(v/2, 1/2) at x = v / (v + t²).
        let freedom = Double(degrees)
        let x = Beta.quantile(2 * risk, freedom / 2, 0.5)
        return (freedom * (1 - x) / x).squareRoot()
    }
}
