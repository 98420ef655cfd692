import Audio
import Timeline

/// The pieces of a ``PlaybackQueue`` in a ring that grows: nothing is ever moved up.
///
/// A piece takes 32 bytes, so that the two of a message of 20 ms lie in one or two cache lines:
/// a thousand callers' queues are cold each time they are looked at.
struct PieceRing {
    private struct Entry {
        var playsAt: RunInstant
        var arrived: RunInstant
        var length: Nanoseconds
        /// Of a packet; its level stands in `frame`.
        var number: UInt32
        var frame: SoundFrame
        var isPacket: Bool
    }

    /// As many as a power of two, or none.
    private var entries: [Entry] = []
    private var head = 0
    private(set) var count = 0

    var first: PlaybackQueue.Piece? { count == 0 ? nil : Self.piece(entries[head]) }

    /// - Parameter place: from the oldest, below ``count``.
    subscript(place: Int) -> PlaybackQueue.Piece {
        precondition(place >= 0 && place < count, "no piece \(place) of \(count)")
        return Self.piece(entries[(head + place) & (entries.count - 1)])
    }

    mutating func append(_ piece: PlaybackQueue.Piece) {
        if count == entries.count { grow(by: Self.entry(piece)) }
        entries[(head + count) & (entries.count - 1)] = Self.entry(piece)
        count += 1
    }

    /// Takes the oldest piece out if it is as asked for.
    @inline(__always)
    mutating func removeFirst(
        where isWanted: (PlaybackQueue.Piece) -> Bool
    ) -> PlaybackQueue.Piece? {
        guard count > 0 else { return nil }
        let piece = Self.piece(entries[head])
        guard isWanted(piece) else { return nil }
        count -= 1
        // An empty ring begins anew, in memory that was used last.
        head = count == 0 ? 0 : (head + 1) & (entries.count - 1)
        return piece
    }

    mutating func removeAll() {
        head = 0
        count = 0
    }

    private mutating func grow(by filling: Entry) {
        var larger: [Entry] = []
        let capacity = max(8, 2 * count)
        larger.reserveCapacity(capacity)
        larger += entries[head...]
        larger += entries[..<head]
        larger += repeatElement(filling, count: capacity - count)
        entries = larger
        head = 0
    }

    @inline(__always)
    private static func entry(_ piece: PlaybackQueue.Piece) -> Entry {
        var entry = Entry(
            playsAt: piece.playsAt, arrived: piece.arrived, length: piece.length, number: 0,
            frame: .silence, isPacket: false
        )
        switch piece.sound {
        case .frame(let frame): entry.frame = frame
        case .packet(let number, let level):
            entry.isPacket = true
            entry.number = UInt32(number)
            entry.frame.firstAudible = level
        }
        return entry
    }

    @inline(__always)
    private static func piece(_ entry: Entry) -> PlaybackQueue.Piece {
        PlaybackQueue.Piece(
            playsAt: entry.playsAt, length: entry.length, arrived: entry.arrived,
            sound: entry.isPacket
                ? .packet(number: Int(entry.number), level: entry.frame.firstAudible)
                : .frame(entry.frame)
        )
    }
}
