import Testing
import Timeline

@testable import Callers

@Suite struct PacketShelfTests {
    /// Packets of all sizes come one by one or in bursts, and are let go behind the one that plays.
    @Test(arguments: UInt64(1)...10)
    func `a packet is kept as it came until it is let go`(seed: UInt64) {
        var chance = SeededGenerator(seed: seed, stream: "packets")
        let shelf = PacketShelf()
        var packets: [[UInt8]] = []
        var first = 0
        for _ in 0..<400 {
            for _ in 0..<(chance.unit() < 0.02 ? 150 : 1) {
                let count = chance.unit() < 0.01 ? 5_000 : Int(chance.next() % 90)
                let packet = (0..<count).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
                let number = packet.withUnsafeBytes {
                    shelf.put($0, playsAt: .ms(Double(packets.count)))
                }
                #expect(number == packets.count)
                packets.append(packet)
            }
            first = max(first, packets.count - 40 - Int(chance.next() % 60))
            shelf.drop(before: first)

            #expect(shelf.numbers == first..<packets.count)
            for number in shelf.numbers {
                let kept = shelf.withPayload(number) { Array($0) }
                #expect(kept == packets[number], "packet \(number)")
                #expect(shelf.playsAt(number) == .ms(Double(number)))
            }
            #expect(shelf.withPayload(first - 1) { $0.count } == nil)
            #expect(shelf.playsAt(packets.count) == nil)
        }
        shelf.drop(before: packets.count + 5)
        #expect(shelf.numbers.isEmpty)
        #expect([1, 2].withUnsafeBytes { shelf.put($0, playsAt: .zero) } == packets.count)
    }

    @Test func `the last quiet packet is found where it is near enough`() {
        let shelf = PacketShelf()
        for _ in 0..<20 { shelf.put(UnsafeRawBufferPointer(start: nil, count: 0), playsAt: .zero) }
        for number in 0..<20 { shelf.place(number, at: .ms(1), isQuiet: number == 7) }

        #expect(shelf.lastQuiet(upTo: 12, within: 5) == 7)
        #expect(shelf.lastQuiet(upTo: 12, within: 4) == nil)
        #expect(shelf.lastQuiet(upTo: 6, within: 9) == nil)
        shelf.drop(before: 8)
        #expect(shelf.lastQuiet(upTo: 12, within: 9) == nil)
    }

    @Test func `what is too long for Opus is kept as lost`() {
        let shelf = PacketShelf()
        let long = [UInt8](repeating: 1, count: 70_000)
        let number = long.withUnsafeBytes { shelf.put($0, playsAt: .zero) }

        #expect(shelf.withPayload(number) { $0.count } == 0)
    }
}
