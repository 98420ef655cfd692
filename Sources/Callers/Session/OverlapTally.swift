import Timeline

/// How long both sides were audible at once.
///
/// A frame the caller spoke is compared with what the agent sounded like until the frame's end, and
/// that may be heard later than the frame left.
struct OverlapTally {
    /// Of the frames that left, the latest in the lowest bit: those to be compared yet.
    private var spoken: UInt32 = 0
    /// End of the frame that left last.
    private var lastEnd = RunInstant.zero
    private let interval: Nanoseconds
    private(set) var total = Nanoseconds.zero

    /// - Parameter interval: of the caller's frames.
    init(interval: Nanoseconds) { self.interval = interval }

    /// A frame has left; what came 32 frames before it has been compared.
    mutating func left(isVoiced: Bool, end: RunInstant) {
        spoken = spoken << 1 | (isVoiced ? 1 : 0)
        lastEnd = end
    }

    /// Whether a frame that ends by an instant is to be compared yet.
    func isBehind(_ instant: RunInstant) -> Bool { spoken != 0 && oldestEnd <= instant }

    /// End of the oldest frame to be compared.
    private var oldestEnd: RunInstant { lastEnd - interval * (31 - spoken.leadingZeroBitCount) }

    /// Takes the oldest frame that ends by an instant; `nil` where there is none.
    ///
    /// - Returns: its end, up to which the agent is to be heard before ``compare(_:lastAudible:)``.
    mutating func next(endingBy instant: RunInstant) -> RunInstant? {
        guard isBehind(instant) else { return nil }
        let end = oldestEnd
        spoken &= ~(1 << (31 - UInt32(spoken.leadingZeroBitCount)))
        return end
    }

    /// - Parameter lastAudible: of the agent, where it talks.
    mutating func compare(frameEnding end: RunInstant, lastAudible: RunInstant?) {
        if let lastAudible, lastAudible >= end - interval { total += interval }
    }
}
