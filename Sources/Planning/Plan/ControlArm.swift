import Timeline

/// Which calls skip their interjections: a share of them, spread evenly and yet not in step with anything.
///
/// Calls are taken in blocks, each with its part of the share at drawn positions: any
/// number of calls has a share as near to the one asked for as whole calls allow, within a block.
struct ControlArm: Sendable {
    private static let block = 20

    /// 0...1.
    let share: Double
    let seed: UInt64
    /// Calls of a path, where the scenario fixes them.
    let plannedCalls: Int?

    func contains(_ number: Int) -> Bool {
        guard share > 0 else { return false }
        let start = number / Self.block * Self.block
        var end = start + Self.block
        if let plannedCalls, number < plannedCalls { end = min(end, plannedCalls) }
        let chosen = controls(before: end) - controls(before: start)
        guard chosen > 0 else { return false }

        var generator = SeededGenerator(seed: seed, stream: "control", number: UInt64(start))
        let order = Array(start..<end).shuffled(using: &generator)
        return order.prefix(chosen).contains(number)
    }

    private func controls(before end: Int) -> Int { Int((Double(end) * share).rounded()) }
}
