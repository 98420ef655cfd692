/// Lengths of runs of losses, for G.107's BurstR.
package struct LossRuns: Equatable, Sendable {
    /// Packets whose fate is known.
    package private(set) var total = 0
    package private(set) var lost = 0
    /// Uninterrupted runs of losses.
    package private(set) var runs = 0
    private var isInRun = false

    package init() {}

    /// Takes the next packet in order of sequence numbers.
    package mutating func record(isLost: Bool) {
        total += 1
        if isLost {
            lost += 1
            if !isInRun { runs += 1 }
        }
        isInRun = isLost
    }

    /// Takes `count` losses in a row.
    package mutating func recordLosses(_ count: Int) {
        guard count > 0 else { return }
        total += count
        lost += count
        if !isInRun { runs += 1 }
        isInRun = true
    }

    package var meanLength: Double? { runs == 0 ? nil : Double(lost) / Double(runs) }

    /// Mean run over the mean run of as much loss at random, 1/(1 − p) (ITU-T G.107 §7.6).
    ///
    /// 1 for random loss, above it for loss in bursts; `nil` without loss, or with nothing but loss.
    package var burstRatio: Double? {
        guard let meanLength, lost < total else { return nil }
        return meanLength * (1 - Double(lost) / Double(total))
    }
}
