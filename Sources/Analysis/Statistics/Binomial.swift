/// Trials that hit or miss, each with the same probability.
enum Binomial {
    /// The probability of at most `hits` hits.
    static func cumulative(hits: Int, trials: Int, probability: Double) -> Double {
        if hits < 0 { return 0 }
        if hits >= trials { return 1 }
        return Beta.regularized(1 - probability, Double(trials - hits), Double(hits + 1))
    }
}
