import Callers
import Testing
import Timeline

@testable import Drivers

/// What a generator that falls behind does: everything that was due, late, and nothing unseen.
@Suite struct OpenLoopTests: MediaLoopSuite {
    let clock = MonotonicClock()
    let recorder = LoopRecorder(paths: 1)

    private func secondsPassed() -> [SecondRecord] {
        recorder.end(path: 0)
        return recorder.takeBatch().seconds
    }

    @Test func `every frame that a stall held up leaves, and counts as late from its own slot`()
        throws
    {
        let session = NotingSession()
        let (loop, peer, first) = try dialled(session)
        // The loop comes back 300 ms after its first slot, of which 200 ms are due.
        while clock.now < first + .milliseconds(300) {}

        loop.tick(nominal: first + .milliseconds(200), now: clock.now)

        #expect(peer.receive().count == 11)
        let seconds = secondsPassed()
        #expect(seconds.reduce(0) { $0 + $1.framesScheduled } == 11)
        #expect(seconds.reduce(0) { $0 + $1.framesOnTime } == 0)
        #expect(recorder.framesSkipped(path: 0) == 0)
        let lateness = try #require(recorder.frames(path: 0)[.sendLateness])
        #expect(lateness.total == 11)
        #expect(try #require(lateness.largest) >= .milliseconds(299))
        // The last one was due 200 ms after the first, and is as much less late.
        #expect(try #require(lateness.value(atQuantile: 0.01)) >= .milliseconds(99))
    }

    @Test func `a frame that the system does not take is counted as skipped`() throws {
        let session = NotingSession()
        session.frame = [UInt8](repeating: 1, count: 70_000)  // No datagram is as long.
        let (loop, peer, first) = try dialled(session)

        loop.tick(nominal: first + .milliseconds(45), now: clock.now)

        #expect(session.slots.count == 3)
        #expect(peer.receive().isEmpty)
        #expect(recorder.framesSkipped(path: 0) == 3)
        let seconds = secondsPassed()
        #expect(seconds.reduce(0) { $0 + $1.framesScheduled } == 3)
        #expect(seconds.reduce(0) { $0 + $1.framesOnTime } == 0)
        #expect(recorder.frames(path: 0)[.sendLateness] == nil)
    }
}
