/// Which seat a caller has, by a word it is known by: asked for every packet, so kept flat.
///
/// Open addressing with linear probing; what is removed leaves no trace, since what was pushed
/// behind it moves up.
package struct SeatTable {
    private struct Entry {
        var word: UInt64 = 0
        /// −1 where there is none.
        var place = -1
    }

    private var entries = [Entry](repeating: Entry(), count: 64)
    package private(set) var count = 0

    package init() {}

    /// The seat of the caller that is known by `word`; `nil` where there is none.
    package subscript(word: UInt64) -> Int? {
        let place = entries[index(of: word)].place
        return place >= 0 ? place : nil
    }

    /// Remembers where a caller sits, in place of where it sat before.
    package mutating func insert(_ word: UInt64, at place: Int) {
        if 2 * (count + 1) > entries.count { grow() }
        let index = index(of: word)
        if entries[index].place < 0 { count += 1 }
        entries[index] = Entry(word: word, place: place)
    }

    /// Forgets a caller, if it is known.
    package mutating func remove(_ word: UInt64) {
        let mask = entries.count - 1
        var gap = index(of: word)
        guard entries[gap].place >= 0 else { return }
        count -= 1
        var next = (gap + 1) & mask
        while entries[next].place >= 0 {
            // It moves up unless that would put it before its home.
            if (next - home(entries[next].word)) & mask >= (next - gap) & mask {
                entries[gap] = entries[next]
                gap = next
            }
            next = (next + 1) & mask
        }
        entries[gap] = Entry()
    }

    /// Where a word is, or the vacant entry that it would get.
    private func index(of word: UInt64) -> Int {
        let mask = entries.count - 1
        var index = home(word)
        while entries[index].place >= 0, entries[index].word != word { index = (index + 1) & mask }
        return index
    }

    /// By Fibonacci hashing (Knuth, TAOCP 3, §6.4), which spreads addresses and ports as well as
    /// random words.
    private func home(_ word: UInt64) -> Int {
        Int(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> 32) & (entries.count - 1)
    }

    private mutating func grow() {
        let old = entries
        entries = [Entry](repeating: Entry(), count: 2 * old.count)
        count = 0
        for entry in old where entry.place >= 0 { insert(entry.word, at: entry.place) }
    }
}
