import Audio
import Timeline

/// What packets sounded like when they were decoded after certain others.
///
/// Agents say the same to many callers: what one has decoded, the next ones need not. Holds some
/// ten thousand packets, at most twice ``limit``: when as many are new, those that nobody has asked
/// for since as many came are forgotten. Takes 1.3 MB once it is used, and allocates nothing more.
final class SoundMemory {
    /// The frames of one packet, in their order.
    struct Sound: Equatable {
        static let most = 6
        private(set) var count: UInt8 = 0
        private var frames = InlineArray<6, SoundFrame>(repeating: .silence)

        /// Whether there was room for another frame.
        mutating func append(_ frame: SoundFrame) -> Bool {
            guard count < Self.most else { return false }
            frames[Int(count)] = frame
            count += 1
            return true
        }

        func forEach(_ body: (SoundFrame) -> Void) {
            for index in 0..<Int(count) { body(frames[index]) }
        }

        static func == (left: Sound, right: Sound) -> Bool {
            left.count == right.count
                && (0..<Int(left.count)).allSatisfy { left.frames[$0] == right.frames[$0] }
        }
    }

    private struct Slot {
        var history = PacketHistory(interval: .zero)
        /// Empty where the slot is free.
        var sound = Sound()
    }

    /// Open addressing: a slot's place is its history's, or the next free one.
    private typealias Table = UnsafeMutablePointer<Slot>

    /// How many a generation holds.
    let limit: Int
    private let slots: Int
    private var young: Table?
    private var old: Table?
    private var youngCount = 0

    /// - Parameter slots: of each of two generations; a power of two, 4 or more.
    init(slots: Int = 16_384) {
        precondition(slots > 3 && slots & (slots - 1) == 0, "\(slots) is no power of two from 4 up")
        self.slots = slots
        limit = slots / 4 * 3
    }

    deinit {
        young?.deallocate()
        old?.deallocate()
    }

    /// What a history's last packet sounded like; `nil` where nobody has decoded it of late.
    func sound(of history: PacketHistory) -> Sound? {
        guard let young, let old else { return nil }
        let slot = young[place(of: history, in: young)]
        if slot.sound.count > 0 { return slot.sound }
        let former = old[place(of: history, in: old)]
        guard former.sound.count > 0 else { return nil }
        keep(former.sound, of: history)
        return former.sound
    }

    /// - Parameter sound: one frame at least; nothing else can be kept.
    func keep(_ sound: Sound, of history: PacketHistory) {
        guard sound.count > 0 else { return }
        if young == nil { (young, old) = (makeTable(), makeTable()) }
        if youngCount == limit {
            swap(&young, &old)
            young?.update(repeating: Slot(), count: slots)
            youngCount = 0
        }
        guard let young else { return }
        let place = place(of: history, in: young)
        if young[place].sound.count == 0 { youngCount += 1 }
        young[place] = Slot(history: history, sound: sound)
    }

    private func makeTable() -> Table {
        let table = Table.allocate(capacity: slots)
        table.initialize(repeating: Slot(), count: slots)
        return table
    }

    /// Where a history is, or would be: a quarter of the slots is always free.
    private func place(of history: PacketHistory, in table: Table) -> Int {
        var place = Int(truncatingIfNeeded: history.hash) & (slots - 1)
        while table[place].sound.count > 0, table[place].history != history {
            place = (place + 1) & (slots - 1)
        }
        return place
    }
}
