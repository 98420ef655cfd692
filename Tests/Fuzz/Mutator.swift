import Timeline

/// Makes inputs out of valid messages: what a broken or hostile peer might send.
struct Mutator {
    private static let numbers: [UInt64] = [
        0, 1, 2, 3, 4, 7, 8, 16, 31, 32, 63, 64, 127, 128, 255, 256, 1_023, 1_024, 4_096, 32_767,
        32_768, 65_535, 65_536, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF,
        0x7FFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF,
    ]

    let corpus: [[UInt8]]
    /// Words that mean something to the parser.
    let dictionary: [[UInt8]]
    let capacity: Int

    /// One input: now and then a valid one, more often one with up to eight changes.
    func input(using generator: inout SeededGenerator) -> [UInt8] {
        guard let original = pick(corpus, &generator) else { return [] }
        var bytes = original
        let changes = Int(generator.next() % 9)
        // Half of the inputs have at most two: deep places are reached by what is nearly right.
        for _ in 0..<(generator.next() % 2 == 0 ? min(changes, 2) : changes) {
            mutate(&bytes, &generator)
        }
        if bytes.count > capacity { bytes.removeLast(bytes.count - capacity) }
        return bytes
    }

    private func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        guard !bytes.isEmpty else {
            bytes = pick(corpus, &generator) ?? []
            return
        }
        let place = Int(generator.next() % UInt64(bytes.count))
        switch generator.next() % 12 {
        case 0, 1: bytes[place] ^= 1 << UInt8(generator.next() % 8)
        case 2: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
        case 3: bytes.removeSubrange(place...)
        case 4: bytes.removeSubrange(place..<end(after: place, of: bytes, &generator))
        case 5: repeatPart(&bytes, from: place, &generator)
        case 6: splice(&bytes, at: place, &generator)
        case 7, 8: setNumber(&bytes, at: place, &generator)
        case 9: nudgeNumber(&bytes, at: place, &generator)
        case 10: insertRandom(&bytes, at: place, &generator)
        default: insertWord(&bytes, at: place, &generator)
        }
    }

    private func end(
        after place: Int, of bytes: [UInt8], _ generator: inout SeededGenerator
    ) -> Int {
        let longest: UInt64 = generator.next() % 4 == 0 ? 256 : 8
        return min(bytes.count, place + 1 + Int(generator.next() % longest))
    }

    private func repeatPart(
        _ bytes: inout [UInt8], from place: Int, _ generator: inout SeededGenerator
    ) {
        let part = Array(bytes[place..<end(after: place, of: bytes, &generator)])
        let times = generator.next() % 16 == 0 ? 1 + generator.next() % 64 : 1
        for _ in 0..<times where bytes.count < capacity {
            bytes.insert(contentsOf: part, at: place)
        }
    }

    /// Goes on as another message does, from the same place or from anywhere.
    private func splice(
        _ bytes: inout [UInt8], at place: Int, _ generator: inout SeededGenerator
    ) {
        guard let other = pick(corpus, &generator), !other.isEmpty else { return }
        let start =
            generator.next() % 2 == 0
            ? min(place, other.count) : Int(generator.next() % UInt64(other.count))
        if generator.next() % 2 == 0 { bytes.removeSubrange(place...) }
        bytes.insert(contentsOf: other[start...], at: min(place, bytes.count))
    }

    /// Writes a number that is likely to be a bound, or the length of what follows.
    private func setNumber(
        _ bytes: inout [UInt8], at place: Int, _ generator: inout SeededGenerator
    ) {
        let width = [1, 2, 2, 4, 8][Int(generator.next() % 5)]
        let start = place / width * width
        guard start + width <= bytes.count else { return }
        var number = pick(Self.numbers, &generator) ?? 0
        if generator.next() % 3 == 0 {
            number = UInt64(bytes.count - start) &+ generator.next() % 9 &- 4
        }
        for index in 0..<width {
            bytes[start + index] = UInt8(truncatingIfNeeded: number >> (8 * (width - 1 - index)))
        }
    }

    private func nudgeNumber(
        _ bytes: inout [UInt8], at place: Int, _ generator: inout SeededGenerator
    ) {
        let start = place & ~1
        guard start + 2 <= bytes.count else { return }
        let number = UInt16(bytes[start]) << 8 | UInt16(bytes[start + 1])
        let nudged = number &+ UInt16(generator.next() % 9) &- 4
        bytes[start] = UInt8(nudged >> 8)
        bytes[start + 1] = UInt8(truncatingIfNeeded: nudged)
    }

    private func insertRandom(
        _ bytes: inout [UInt8], at place: Int, _ generator: inout SeededGenerator
    ) {
        let count = 1 + Int(generator.next() % 16)
        let random = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        bytes.insert(contentsOf: random, at: place)
    }

    private func insertWord(
        _ bytes: inout [UInt8], at place: Int, _ generator: inout SeededGenerator
    ) {
        guard let word = pick(dictionary, &generator) else {
            bytes.swapAt(place, Int(generator.next() % UInt64(bytes.count)))
            return
        }
        if generator.next() % 2 == 0 {
            bytes.removeSubrange(place..<min(bytes.count, place + word.count))
        }
        bytes.insert(contentsOf: word, at: min(place, bytes.count))
    }

    private func pick<Element>(
        _ list: [Element], _ generator: inout SeededGenerator
    ) -> Element? {
        list.isEmpty ? nil : list[Int(generator.next() % UInt64(list.count))]
    }
}
