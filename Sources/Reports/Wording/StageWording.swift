import Analysis
import Timeline

extension LatencyStage {
    /// The stage as the part of a bar, and in the key beside it.
    var title: String {
        switch self {
        case .firstPacket: "until the first packet"
        case .silence: "silence in front of the speech"
        case .stop: "until the stop arrived"
        case .player: "in the player"
        }
    }

    /// Its colour, the same in every figure of a page.
    var colour: Int {
        switch self {
        case .firstPacket, .stop: 0
        case .silence: 1
        case .player: 2
        }
    }
}

extension SlowTurn {
    /// `turn 2 of call 17, opening_hours`: counted from one for people, calls as the store has them.
    ///
    /// Of several runs together, which of them it was comes first.
    var title: String {
        (run.map { "run \($0), " } ?? "") + "call \(call.number), turn \(number + 1): \(clip)"
    }

    /// Every instant that is known, in words and in order.
    var facts: [String] {
        var facts: [String] = []
        if let late = sentLate, late >= 1 { facts.append("sent \(Figure.plain(late)) ms late") }
        return facts + marks.map { "\($0.event.rawValue) \(Figure.plain($0.milliseconds))" }
    }

    /// ms after the instant the metric counts from; `nil` where it did not happen.
    func at(_ event: Event) -> Double? { marks.first { $0.event == event }?.milliseconds }
}

extension LatencyByCallers.Bin {
    /// `1–20`, or `1` for a single number.
    var range: String {
        callers.count == 1
            ? "\(callers.lowerBound)" : "\(callers.lowerBound)–\(callers.upperBound)"
    }
}

extension LatencyByCallers.Growth {
    /// Whether more callers made it slower, with the figures; without the path's name.
    var sentence: String {
        let from = fewest.latency.text(.p50)
        let to = most.latency.text(.p50)
        let figures = "p50 \(from) ms with \(fewest.range) callers, \(to) ms with \(most.range)"
        guard isApart else { return "\(figures): no difference that stands out" }
        let isSlower = (most.latency.p50 ?? 0) > (fewest.latency.p50 ?? 0)
        return
            "\(figures): \(isSlower ? "slower" : "faster") with more callers, 95 % intervals apart"
    }
}
