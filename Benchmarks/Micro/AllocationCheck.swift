import Audio
import CAllocations
import Planning

/// Whether the packet path asks the heap for anything in steady state.
///
/// The callers of `rtp-pair` without turns and onsets, which cost a few blocks each by design:
/// their agents speak without a pause and the callers have nothing to say.
enum AllocationCheck {
    private static let rounds = 20

    /// Prints how many blocks were asked for, and in how many pairs.
    static func run(clips: String) throws {
        let path = PathConfiguration.packets(.opus)
        let callers = try Callers(
            path, talker: PacketTalker(path, pauses: false), clips: clips, areSilent: true)
        callers.warmUp()
        let before = talkover_allocations()
        let pairs = callers.run(rounds: rounds)
        let count = talkover_allocations() - before
        print("allocations \(count) in \(pairs) pairs")
    }
}
