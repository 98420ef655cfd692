package import Timeline

/// Who is due at which tick: a ring of buckets, one a tick.
///
/// Inserting and taking move a few words and, once the buckets have grown, allocate nothing.
/// Entries further ahead than the ring is long stay in their bucket until their round comes.
package struct SlotWheel {
    package struct Entry: Equatable, Sendable {
        /// Whatever the owner tells its lines apart by.
        package var token: UInt32
        /// Of the line that `token` meant when it was inserted; a line that took the place of an
        /// ended one has another.
        package var generation: UInt32
        fileprivate var tick: Int64
    }

    private static let size = 256
    private let length: Nanoseconds
    private var buckets: [[Entry]]
    private var spare: [Entry] = []
    private var last: Int64

    /// - Parameter now: what is due from here on will be seen.
    package init(length: Nanoseconds = TickGrid.millisecond, now: RunInstant) {
        self.length = length
        buckets = Array(repeating: [], count: Self.size)
        last = now.nanoseconds / length.count - 1
    }

    /// Due at the first tick at or after `instant`; at the next one if that has passed.
    package mutating func insert(token: UInt32, generation: UInt32, at instant: RunInstant) {
        insert(token: token, generation: generation, at: instant, earliest: last + 1)
    }

    /// How far ahead an entry may be without being looked at again and again.
    package static let reach = TickGrid.millisecond * (size - 1)

    /// Hands over everything due up to a tick, in the order of the ticks.
    ///
    /// - Parameters:
    ///   - spacing: turns that fill the time that memory takes to come.
    ///   - soon: told of each entry before its turn, three spacings early, two and one.
    ///   - body: may not touch the wheel; returns when its line is due again, if it is.
    package mutating func advance(
        to nominal: RunInstant, spacing: Int = 1, soon: (Entry, _ ahead: Int) -> Void = { _, _ in },
        _ body: (Entry) -> RunInstant?
    ) {
        let target = nominal.nanoseconds / length.count
        while last < target {
            let tick = last + 1
            let place = Int(tick % Int64(Self.size))
            swap(&buckets[place], &spare)
            for entry in spare where entry.tick > tick { buckets[place].append(entry) }
            for index in spare.indices where spare[index].tick <= tick {
                let entry = spare[index]
                for ahead in stride(from: 3, to: 0, by: -1)
                where index + ahead * spacing < spare.count {
                    soon(spare[index + ahead * spacing], ahead)
                }
                if let again = body(entry) {
                    insert(
                        token: entry.token, generation: entry.generation, at: again,
                        earliest: tick + 1
                    )
                }
            }
            spare.removeAll(keepingCapacity: true)
            last = tick
        }
    }

    /// Names everything due up to a tick, in the order of the ticks, and leaves it there.
    ///
    /// - Parameter soon: told of each entry `spacing` entries early.
    package func peek(
        to nominal: RunInstant, spacing: Int = 1, soon: (Entry) -> Void = { _ in },
        _ body: (Entry) -> Void
    ) {
        let target = min(nominal.nanoseconds / length.count, last + Int64(Self.size))
        var tick = last + 1
        while tick <= target {
            let bucket = buckets[Int(tick % Int64(Self.size))]
            for index in bucket.indices where bucket[index].tick <= tick {
                if index + spacing < bucket.count { soon(bucket[index + spacing]) }
                body(bucket[index])
            }
            tick += 1
        }
    }

    private mutating func insert(
        token: UInt32, generation: UInt32, at instant: RunInstant, earliest: Int64
    ) {
        let (whole, rest) = instant.nanoseconds.quotientAndRemainder(dividingBy: length.count)
        let tick = max(earliest, rest > 0 ? whole + 1 : whole)
        buckets[Int(tick % Int64(Self.size))].append(
            Entry(token: token, generation: generation, tick: tick)
        )
    }
}
