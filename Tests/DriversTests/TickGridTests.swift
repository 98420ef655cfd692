import Drivers
import Testing
import Timeline

@Suite struct TickGridTests {
    @Test func `a tick on time stands for itself and the next is a grid step later`() {
        var grid = TickGrid(now: instant(us: 10_400))
        #expect(grid.due == instant(us: 11_000))

        let tick = grid.fire(at: instant(us: 11_060))

        #expect(tick.nominal == instant(us: 11_000))
        #expect(tick.lateness == .microseconds(60))
        #expect(tick.missed == 0)
        #expect(grid.due == instant(us: 12_000))
    }

    @Test func `after a stall the grid is where it was and the missed ticks are counted`() {
        var grid = TickGrid(now: instant(us: 0))

        let tick = grid.fire(at: instant(us: 38_250))

        #expect(tick.lateness == .microseconds(37_250))
        #expect(tick.missed == 37)
        #expect(tick.nominal == instant(us: 38_000))
        #expect(grid.due == instant(us: 39_000))
    }

    @Test func `the next deadline is always later than now`() {
        var grid = TickGrid(now: instant(us: 0))
        for us in [900, 1_000, 1_001, 1_999, 2_000, 7_777, 7_778, 100_000] {
            _ = grid.fire(at: instant(us: us))
            #expect(grid.due > instant(us: us))
            // The work of a tick may take until long after the next was due.
            for spent in [0, 500, 1_000, 1_500, 25_000] {
                let now = instant(us: us + spent)
                let deadline = grid.deadline(now: now)
                #expect(deadline > now)
                #expect(deadline.nanoseconds % 1_000_000 == 0)
            }
        }
    }

    @Test func `a tick that waited for the loop's own work is late by that`() {
        var grid = TickGrid(now: instant(us: 0))
        _ = grid.fire(at: instant(us: 1_000))
        #expect(grid.deadline(now: instant(us: 3_200)) == instant(us: 4_000))

        let tick = grid.fire(at: instant(us: 4_000))

        #expect(tick.lateness == .microseconds(2_000))
        #expect(tick.missed == 2)
    }
}

func instant(us: Int) -> RunInstant { RunInstant(nanoseconds: Int64(us) * 1_000) }
func instant(ms: Int) -> RunInstant { instant(us: ms * 1_000) }
