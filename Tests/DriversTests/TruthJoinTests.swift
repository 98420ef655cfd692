import Drivers
import ReferenceAgent
import Testing
import Timeline

@Suite struct TruthJoinTests {
    // The run began at 5 s of the monotonic clock.
    private let clock = MonotonicClock(originMonotonicNs: 5_000_000_000)

    @Test func `events of a call come by its wire id, on the run's clock`() {
        let join = TruthJoin(
            log: """
                {"call": "17", "turn": 0, "event": "call_start", "mono_ns": 5100000000}
                {"call": "18", "turn": 0, "event": "call_start", "mono_ns": 5200000000}
                {"call": "17", "turn": 1, "event": "turn_taken", "mono_ns": 6000000000}

                """,
            clock: clock
        )
        #expect(join.events(of: 17).map(\.event) == [.callStart, .turnTaken])
        #expect(join.events(of: 17).map(\.at) == [instant(ms: 100), instant(ms: 1_000)])
        #expect(join.events(of: 99).isEmpty)
        #expect(join.unreadableLines == 0)
    }

    @Test func `the line an agent was killed inside is counted and the rest is kept`() {
        let join = TruthJoin(
            log: """
                {"call": "17", "turn": 0, "event": "call_start", "mono_ns": 5100000000}
                {"call": "17", "turn": 0, "event": "turn_ta
                """,
            clock: clock
        )
        #expect(join.events(of: 17).count == 1)
        #expect(join.unreadableLines == 1)
    }

    @Test func `frame delay counts from the instant each frame was to leave at`() throws {
        var uplink = UplinkTally(origin: instant(us: 100_300), interval: .milliseconds(20))
        for frame in 0..<10 {
            let media = Nanoseconds.milliseconds(20) * frame
            let late = Nanoseconds.microseconds(frame == 9 ? 5_000 : 0)
            uplink.record(media: media, arrived: instant(us: 100_300) + media + late)
        }
        var buffer = WireBuffer()
        TruthEvent(call: "17", turn: 0, event: .callEnd, at: instant(ms: 400), uplink: uplink)
            .jsonLine(into: &buffer, epochNs: clock.originMonotonicNs)
        let join = TruthJoin(log: String(decoding: buffer.bytes, as: UTF8.self), clock: clock)

        let delay = join.frameDelay(firstSlots: [17: instant(ms: 100), 18: instant(ms: 1)])

        #expect(delay.total == 10)
        #expect(delay.value(atQuantile: 0.5) == .microseconds(300))
        let largest = try #require(delay.largest)
        #expect(abs((largest - .microseconds(5_300)).count) < 100_000)
    }

    @Test func `a log that is not there is a problem that names it`() {
        #expect(throws: RunProblem.self) {
            try TruthJoin(file: "/nonexistent/truth.jsonl", clock: clock)
        }
    }
}
