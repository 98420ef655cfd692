import Analysis

/// How many looks at a group of runs were declared before the first: of two, each has half the risk.
enum Look {
    case only
    case oneOfTwo

    /// As the tags of a run tell; a group keeps to what was declared however often it is judged.
    init(tags: [String: String]) {
        self = tags[RunTag.looks] == "2" ? .oneOfTwo : .only
    }

    /// Risk of an interval or a test, both sides together.
    var level: Double { self == .only ? 0.05 : 0.025 }

    /// Risk of an objective's bound.
    var risk: QuantileRanks.Risk { self == .only ? .oneSided : .twoSided }
}
