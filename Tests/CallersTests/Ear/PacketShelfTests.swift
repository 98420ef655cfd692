import RTPCore
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

    /// Packets overtake each other and get lost; the shelf looks further back than the buffer does.
    @Test(arguments: UInt64(1)...5)
    func `a packet in the jitter buffer's ring is kept until the shelf lets go of it`(
        seed: UInt64
    ) {
        var chance = SeededGenerator(seed: seed, stream: "packets")
        var buffer = JitterBuffer(clockRate: 48_000)
        let shelf = PacketShelf(ring: buffer.ring)
        var packets: [[UInt8]] = []
        var kept: [Int] = []
        for index in 0..<1_500 {
            packets.append((0..<(20 + Int(chance.next() % 90))).map { UInt8(($0 + index) & 255) })
            let isLost = chance.unit() < 0.05
            let isOvertaken = chance.unit() < 0.1 && index > 0
            let arriving = isLost ? [] : isOvertaken ? [index, index - 1] : [index]
            let now = RunInstant.zero + .milliseconds(20) * index
            for packet in arriving {
                _ = packets[packet].withUnsafeBytes {
                    buffer.receive(
                        sequence: UInt16(packet), timestamp: UInt32(960 * packet), marker: false,
                        level: nil, payload: $0, arrived: now)
                }
            }
            buffer.play(until: now) { frame in
                guard case .packet(let played) = frame.kind else { return }
                let number = shelf.put(
                    position: played.position, count: played.length, playsAt: frame.playsAt)
                #expect(number == kept.count)
                kept.append(Int(played.serial) - 65_536)
            }
            shelf.drop(before: kept.count - 90)

            for number in shelf.numbers {
                let payload = shelf.withPayload(number) { Array($0) }
                #expect(payload == packets[kept[number]], "packet \(kept[number])")
            }
        }
        #expect(kept.count > 1_300)
        #expect(buffer.memory < 20 * 1_024)
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
