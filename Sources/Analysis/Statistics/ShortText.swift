extension Double {
    /// Up to three decimals, as a sentence wants a figure: `12`, `0.973`, `∞`.
    var shortText: String {
        if isNaN { return "?" }
        if isInfinite { return self > 0 ? "∞" : "−∞" }
        let rounded = (self * 1_000).rounded() / 1_000
        return rounded == rounded.rounded() && abs(rounded) < 1e15
            ? "\(Int64(rounded))" : "\(rounded)"
    }
}
