import Audio
import Testing
import Timeline

@testable import Callers

@Suite struct PlaybackQueueTests {
    private static let loud = SoundFrame(level: -20, firstAudible: 0, lastAudible: 99)
    private var queue = PlaybackQueue(tolerance: .ms(20))

    private mutating func receive(_ length: Double, at arrived: Double, continuing: Bool = true) {
        for _ in 0..<Int(length / 10) {
            queue.append(
                .frame(Self.loud), length: .ms(10), arrived: .ms(arrived), continuing: continuing
            )
        }
    }

    private mutating func played(until now: Double) -> [PlaybackQueue.Piece] {
        var pieces: [PlaybackQueue.Piece] = []
        while let piece = queue.next(until: .ms(now)) { pieces.append(piece) }
        return pieces
    }

    @Test mutating func `nine seconds sent in one play for nine, without a gap`() {
        for message in 0..<90 { receive(100, at: 1_000 + Double(message) * 11) }

        var pieces: [PlaybackQueue.Piece] = []
        for now in stride(from: 1_000.0, through: 11_000, by: 20) { pieces += played(until: now) }

        #expect(pieces.count == 900)
        #expect(pieces.first?.playsAt == .ms(1_000))
        #expect(pieces.last?.end == .ms(10_000))
        #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $0.end == $1.playsAt })
        #expect(pieces.last?.arrived == .ms(1_979))
        #expect(queue.underruns == 0)
    }

    @Test mutating func `a piece is heard when it has played to its end`() {
        receive(10, at: 100)

        #expect(played(until: 109.999).isEmpty)
        #expect(played(until: 110).count == 1)
    }

    @Test mutating func `a flush ends playback in the middle of a frame and forgets the rest`() {
        receive(1_000, at: 100)
        _ = played(until: 404)

        let flushed = queue.flush(at: .ms(404))

        #expect(flushed.unplayed == .ms(696))
        #expect(played(until: 9_000).isEmpty)
        receive(100, at: 500, continuing: false)
        #expect(played(until: 9_000).first?.playsAt == .ms(500))
    }

    @Test mutating func `what is buffered counts down as it plays`() {
        receive(300, at: 100)

        #expect(queue.buffered(at: .ms(100)) == .ms(300))
        #expect(queue.buffered(at: .ms(145)) == .ms(255))
        _ = played(until: 150)
        #expect(queue.buffered(at: .ms(150)) == .ms(250))
        #expect(queue.buffered(at: .ms(400)) == .zero)
    }

    @Test mutating func `what is buffered can be asked for an instant that has been played since`()
    {
        receive(300, at: 100)
        _ = played(until: 200)
        receive(100, at: 190)

        #expect(queue.buffered(at: .ms(145)) == .ms(255), "and what arrived later does not count")
        _ = played(until: 1_000)
        #expect(queue.buffered(at: .ms(195)) == .ms(305))
    }

    @Test mutating func `a gap within a reply is an underrun, one between replies is not`() {
        receive(100, at: 100)
        receive(100, at: 260)
        #expect(queue.underruns == 1)
        #expect(queue.underrun == .ms(60))

        receive(100, at: 2_000, continuing: false)
        receive(100, at: 2_100)
        receive(100, at: 2_215)

        #expect(queue.underruns == 1, "15 ms are the sender's rhythm")
        #expect(queue.underrun == .ms(60))
    }

    @Test mutating func `a long call keeps no more than what is yet to play`() {
        for message in 0..<20_000 {
            receive(20, at: Double(message) * 20)
            _ = played(until: Double(message) * 20)
        }

        #expect(queue.buffered(at: .ms(399_980)) == .ms(20))
        #expect(queue.current != nil)
    }
}
