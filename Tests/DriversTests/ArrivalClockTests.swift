import Drivers
import Testing
import Timeline

@Suite struct ArrivalClockTests {
    // Origin at 1 s of the monotonic clock; time of day 1,000 s ahead of it.
    private let clock = MonotonicClock(originMonotonicNs: 1_000_000_000)
    private let ahead: Int64 = 1_000_000_000_000

    private func arrivals() -> ArrivalClock {
        ArrivalClock(clock: clock, monotonic: 2_000_000_000, realtime: 2_000_000_000 + ahead)
    }

    @Test func `a kernel stamp becomes an instant of the run`() {
        let stamp = 2_500_000_000 + ahead
        #expect(arrivals().arrival(stamp: stamp, now: instant(ms: 1_501)) == instant(ms: 1_500))
    }

    @Test func `no stamp, one from the future or one from long ago means now`() {
        let now = instant(ms: 15_000)
        #expect(arrivals().arrival(stamp: 0, now: now) == now)
        #expect(arrivals().arrival(stamp: 17_000_000_000 + ahead, now: now) == now)
        #expect(arrivals().arrival(stamp: 3_000_000_000 + ahead, now: now) == now)
    }

    @Test func `a step of the time of day is followed and counted`() {
        var arrivals = arrivals()
        let stepped = ahead - 3_600_000_000_000

        arrivals.refresh(monotonic: 3_000_000_000, realtime: 3_000_000_000 + stepped, width: 100)

        #expect(arrivals.steps == 1)
        let stamp = 3_200_000_000 + stepped
        #expect(arrivals.arrival(stamp: stamp, now: instant(ms: 2_201)) == instant(ms: 2_200))
    }

    @Test func `slewing is followed without being called a step`() {
        var arrivals = arrivals()
        for second in 3..<100 {
            let monotonic = Int64(second) * 1_000_000_000
            let drift = Int64(second - 2) * 500_000  // 500 ppm, as fast as a clock is slewed
            arrivals.refresh(monotonic: monotonic, realtime: monotonic + ahead + drift, width: 80)
        }
        #expect(arrivals.steps == 0)
    }

    @Test func `a reading that was interrupted is not believed`() {
        var arrivals = arrivals()
        arrivals.refresh(
            monotonic: 3_000_000_000, realtime: 9_000_000_000 + ahead, width: 5_000_000)
        #expect(arrivals.steps == 0)
    }
}
