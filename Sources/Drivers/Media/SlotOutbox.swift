import Dialects
import Timeline

/// Packets of several lines' slots, written in a row before any of them is sent.
///
/// For the reason of ``DatagramInbox``. When a packet left is noted after it was sent, so that what
/// it waited here is part of its lateness.
final class SlotOutbox {
    struct Item {
        let place: Int
        let scheduled: RunInstant
        /// Whether it is the frame of its slot, and not what goes along with it.
        var isFrame: Bool
    }

    static let capacity = 32

    private let buffers: UnsafeMutablePointer<WireBuffer>
    private let items: UnsafeMutableBufferPointer<Item>
    private(set) var count = 0

    init() {
        // One more, for what is asked for when all are taken.
        buffers = .allocate(capacity: Self.capacity + 1)
        for index in 0...Self.capacity { (buffers + index).initialize(to: WireBuffer()) }
        items = .allocate(capacity: Self.capacity)
    }

    deinit {
        buffers.deinitialize(count: Self.capacity + 1)
        buffers.deallocate()
        items.deallocate()
    }

    var isFull: Bool { count == Self.capacity }

    /// Where the next packet is written.
    var next: WireBuffer {
        unsafeAddress { UnsafePointer(buffers + count) }
        unsafeMutableAddress { buffers + count }
    }

    /// Takes what was written to ``next``; not while the outbox is full.
    func take(place: Int, scheduled: RunInstant, isFrame: Bool) {
        precondition(!isFull, "a full outbox takes nothing")
        (items.baseAddress.unsafelyUnwrapped + count).initialize(
            to: Item(place: place, scheduled: scheduled, isFrame: isFrame))
        count += 1
        buffers[count].removeAll()
    }

    subscript(index: Int) -> Item {
        precondition(index < count, "the outbox holds \(count)")
        return items[index]
    }

    func bytes(_ index: Int) -> UnsafeRawBufferPointer { buffers[index].bytes }

    /// What waits of a line is no frame after all.
    func disown(place: Int) {
        for index in 0..<count where items[index].place == place { items[index].isFrame = false }
    }

    func removeAll() {
        count = 0
        buffers[0].removeAll()
    }
}
