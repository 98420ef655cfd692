import Testing

@testable import Drivers

@Suite struct FramesAheadTests {
    @Test func `frames are taken in the order they were written, silence left out among them`() {
        var ahead = FramesAhead()
        defer { ahead.deallocate() }
        #expect(ahead.isEmpty)
        #expect(ahead.next() == nil)

        for round in 0..<50 {
            let frames: [[UInt8]] = [
                Array(repeating: UInt8(round), count: round * 20), [], [1, 2, 3],
            ]
            for frame in frames { frame.withUnsafeBytes { ahead.append($0) } }
            #expect(ahead.frames == (round == 0 ? 1 : 2))
            for frame in frames { #expect(ahead.next().map { Array($0) } == frame) }
            #expect(ahead.isEmpty)
            #expect(ahead.frames == 0)
        }
    }

    @Test func `some may be taken and others written behind them`() {
        var ahead = FramesAhead()
        defer { ahead.deallocate() }
        var written = 0
        var taken = 0
        func frame(_ number: Int) -> [UInt8] { Array(repeating: UInt8(number), count: 90) }
        for _ in 0..<40 {
            for _ in 0..<2 {
                frame(written).withUnsafeBytes { ahead.append($0) }
                written += 1
            }
            #expect(ahead.next().map { Array($0) } == frame(taken))
            taken += 1
        }
        #expect(ahead.frames == 40)
    }
}
