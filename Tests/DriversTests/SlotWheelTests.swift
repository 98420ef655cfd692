import Drivers
import Testing
import Timeline

@Suite struct SlotWheelTests {
    @Test func `every entry comes at its own tick and again when it says`() {
        var wheel = SlotWheel(now: instant(ms: 0))
        wheel.insert(token: 1, generation: 1, at: instant(ms: 5))
        wheel.insert(token: 2, generation: 1, at: instant(us: 5_001))
        var seen: [String] = []

        for ms in 1...46 {
            wheel.advance(to: instant(ms: ms)) { entry in
                seen.append("\(entry.token)@\(ms)")
                return instant(ms: ms + 20)
            }
        }

        #expect(seen == ["1@5", "2@6", "1@25", "2@26", "1@45", "2@46"])
    }

    @Test func `a stall hands over every slot that was missed, in order`() {
        var wheel = SlotWheel(now: instant(ms: 0))
        for token in 0..<4 {
            wheel.insert(token: UInt32(token), generation: 1, at: instant(ms: 2 + token))
        }
        var due = [2, 3, 4, 5]
        var order: [UInt32] = []

        wheel.advance(to: instant(ms: 44)) { entry in
            order.append(entry.token)
            due[Int(entry.token)] += 20
            return instant(ms: due[Int(entry.token)])
        }

        #expect(order == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2])
    }

    @Test func `what is due can be looked at before its turn, and stays`() {
        var wheel = SlotWheel(now: instant(ms: 0))
        for token in 0..<3 {
            wheel.insert(token: UInt32(token), generation: 1, at: instant(ms: 10 - token))
        }
        // A round of the ring later, in the same bucket as one of them.
        wheel.insert(token: 9, generation: 1, at: instant(ms: 9 + 256))
        var seen: [UInt32] = []

        wheel.peek(to: instant(ms: 7)) { seen.append($0.token) }
        #expect(seen.isEmpty)
        wheel.peek(to: instant(ms: 9)) { seen.append($0.token) }
        #expect(seen == [2, 1])
        wheel.peek(to: instant(ms: 1_000)) { seen.append($0.token) }
        #expect(seen == [2, 1, 2, 1, 0])

        var taken: [UInt32] = []
        wheel.advance(to: instant(ms: 10)) {
            taken.append($0.token)
            return nil
        }
        #expect(taken == [2, 1, 0])
    }

    @Test func `an entry further ahead than the ring waits for its round`() {
        var wheel = SlotWheel(now: instant(ms: 0))
        wheel.insert(token: 9, generation: 1, at: instant(ms: 700))
        var seen: [Int] = []

        for ms in 1...1_500 {
            wheel.advance(to: instant(ms: ms)) { _ in
                seen.append(ms)
                return instant(ms: ms + 600)
            }
        }

        #expect(seen == [700, 1_300])
    }

    @Test func `what is due already comes at the next tick`() {
        var wheel = SlotWheel(now: instant(ms: 50))
        wheel.advance(to: instant(ms: 60)) { _ in nil }
        wheel.insert(token: 1, generation: 1, at: instant(ms: 10))
        var seen = 0

        wheel.advance(to: instant(ms: 61)) { _ in
            seen += 1
            return nil
        }

        #expect(seen == 1)
    }
}

@Suite struct PhaseSpreadTests {
    @Test func `callers that begin together are spread over the whole interval`() {
        var spread = PhaseSpread(interval: .milliseconds(20))
        var load = [Int](repeating: 0, count: 20)

        for _ in 0..<200 {
            let first = spread.take(earliest: instant(us: 123_456))
            #expect(first > instant(us: 123_456))
            #expect(first <= instant(us: 144_000))
            load[Int(first.nanoseconds / 1_000_000 % 20)] += 1
        }

        #expect(load == [Int](repeating: 10, count: 20))
    }

    @Test func `a phase that was given back is taken again`() {
        var spread = PhaseSpread(interval: .milliseconds(10))
        let firsts = (0..<10).map { _ in spread.take(earliest: instant(ms: 7)) }
        spread.release(first: firsts[4] + .milliseconds(0))

        let next = spread.take(earliest: instant(ms: 107))

        #expect((next - firsts[4]).count % 10_000_000 == 0)
    }
}
