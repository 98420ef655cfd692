import ReferenceAgent
import Testing
import Timeline

@Suite struct SeatTableTests {
    @Test(arguments: [1, 1 << 32, 0x1_0000_0001] as [UInt64])
    func `it knows what a dictionary would know, whatever comes and goes`(stride: UInt64) {
        var chance = SeededGenerator(seed: 7, stream: "seats")
        var table = SeatTable()
        var model: [UInt64: Int] = [:]
        for step in 0..<20_000 {
            // Few words, so that they come back, and enough for the table to grow.
            let word = (chance.next() % 500) &* stride
            if chance.next() % 5 < 2 {
                table.remove(word)
                model[word] = nil
            } else {
                table.insert(word, at: step)
                model[word] = step
            }
            let other = (chance.next() % 500) &* stride
            #expect(table[other] == model[other])
        }
        #expect(table.count == model.count)
        for word in 0..<500 as Range<UInt64> {
            #expect(table[word &* stride] == model[word &* stride])
        }
    }

    @Test func `a word of zero is a word`() {
        var table = SeatTable()
        #expect(table[0] == nil)
        table.insert(0, at: 3)
        #expect(table[0] == 3)
        table.remove(0)
        table.remove(0)
        #expect(table[0] == nil && table.count == 0)
    }
}
