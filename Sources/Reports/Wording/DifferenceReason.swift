import Analysis

/// Why one path is slower than another, in words: the stages in which it spends more time.
struct DifferenceReason {
    private let difference: PathDifference
    private let summary: RunSummary

    init(_ difference: PathDifference, in summary: RunSummary) {
        self.difference = difference
        self.summary = summary
    }

    /// `rtp spent 60 ms more in its player (a jitter buffer of 60 ms) and …`; `nil` where no stage
    /// stands out, or none is known.
    ///
    /// - Parameter told: what has been said of a queue before.
    func sentence(besides told: [String]) -> String? {
        let held = held.flatMap { told.contains($0) ? nil : $0 }
        let certain = difference.stages.filter(\.isCertain)
        let more = certain.filter { $0.difference > 0 }
            .sorted { $0.difference > $1.difference }.map { phrase($0, "more") }
        let less = certain.filter { $0.difference < 0 }
            .sorted { $0.difference < $1.difference }.map { phrase($0, "less") }
        guard !more.isEmpty || !less.isEmpty else { return held }
        var text = "\(difference.slower) spent " + Self.list(more.isEmpty ? less : more)
        if !more.isEmpty, !less.isEmpty { text += ", but " + Self.list(less) }
        return text + (held.map { "; " + $0 } ?? "")
    }

    private func phrase(_ stage: PathDifference.Stage, _ word: String) -> String {
        let amount = abs(stage.difference)
        return "\(Figure.fixed(amount, amount < 9.95 ? 1 : 0)) ms \(word) "
            + place(stage.stage, isLonger: stage.difference > 0)
    }

    private func place(_ stage: LatencyStage, isLonger: Bool) -> String {
        switch stage {
        case .firstPacket: "until the first packet came"
        case .silence: "on silence in front of the speech"
        case .stop: "until the agent's stop arrived"
        case .player where isLonger:
            "in its player" + (path(difference.slower)?.player?.words.map { " (\($0))" } ?? "")
        case .player:
            "in the player"
                + (path(difference.faster)?.player?.words
                    .map { " (\(difference.faster) has \($0))" } ?? "")
        }
    }

    /// What a queue held when the agent was interrupted: without a flush all of it would be heard.
    var held: String? {
        guard difference.metric == "barge_in_cut" else { return nil }
        let queues = [difference.faster, difference.slower].compactMap { path($0) }
            .filter { $0.player?.isFlushed ?? false }
        guard let path = queues.first, let buffered = path.metric("buffered_at_cut")?.p50,
            buffered >= 500
        else { return nil }
        return "\(path.name) held \(Figure.plain(buffered / 1_000)) s of speech unplayed, "
            + "which the agent's stop event emptied"
    }

    private func path(_ name: String) -> PathSummary? { summary.paths.first { $0.name == name } }

    /// `a`, `a and b`, `a, b and c`.
    static func list(_ parts: [String]) -> String {
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
        return parts.dropLast().joined(separator: ", ") + " and " + last
    }
}

extension PathPlayer {
    /// What it is, where that explains a delay.
    var words: String? {
        switch self {
        case .jitterBuffer(let delay): "a jitter buffer of \(Figure.shortest(delay)) ms"
        case .adaptiveJitterBuffer: "an adaptive jitter buffer"
        case .queue(let flushes): flushes ? nil : "a queue that no event empties"
        }
    }

    /// Whether it holds speech that a stop event throws away.
    var isFlushed: Bool { self == .queue(flushes: true) }
}
