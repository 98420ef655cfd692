import Planning
import Testing
import Timeline

@testable import Callers

@Suite struct FleetTests {
    /// Runs a fleet whose calls last as told, and notes every start.
    private static func run(
        _ fleet: inout Fleet, until end: Double = 100_000, stoppedAt stop: Double? = nil,
        lasting: (Int) -> Double
    ) -> (starts: [(number: Int, at: Double, planned: Double)], finished: [Double]) {
        var starts: [(number: Int, at: Double, planned: Double)] = []
        var finished: [Double] = []
        var ends: [(at: Double, number: Int)] = []
        var now = 0.0
        while now <= end {
            if let stop, now >= stop { fleet.stop() }
            for call in ends where call.at <= now {
                fleet.callEnded(number: call.number, at: .ms(now))
            }
            ends.removeAll { $0.at <= now }
            while let output = fleet.poll(now: .ms(now)) {
                switch output {
                case .start(let number, let planned):
                    starts.append((number, now, planned.ms))
                    ends.append((now + lasting(number), number))
                case .wake(let at): #expect(at > .ms(now))
                case .finished: finished.append(now)
                }
            }
            now += 1
        }
        return (starts, finished)
    }

    private static func closed(_ offsets: [Double], _ repeating: Repetition) -> Fleet {
        Fleet(
            arrivals: .closed(firstCalls: offsets.map { .ms($0) }, repeating: repeating),
            start: .ms(1_000)
        )
    }

    @Test func `first calls begin when they were planned`() {
        var fleet = Self.closed([0, 250, 700], .calls(1))
        let run = Self.run(&fleet, until: 9_000) { _ in 500 }

        #expect(run.starts.map(\.number) == [0, 1, 2])
        #expect(run.starts.map(\.planned) == [1_000, 1_250, 1_700])
        #expect(run.starts.map(\.at) == [1_000, 1_250, 1_700])
        #expect(run.finished == [2_200])
    }

    @Test func `the next wake-up is announced once`() {
        var fleet = Self.closed([0, 250], .calls(1))

        #expect(fleet.poll(now: .ms(900)) == .wake(at: .ms(1_000)))
        #expect(fleet.poll(now: .ms(900)) == nil)
        #expect(fleet.poll(now: .ms(1_000)) == .start(number: 0, planned: .ms(1_000)))
        #expect(fleet.poll(now: .ms(1_000)) == .wake(at: .ms(1_250)))
        #expect(fleet.poll(now: .ms(1_000)) == nil)
    }

    @Test func `late starts keep their planned instant`() {
        var fleet = Self.closed([0, 250], .calls(1))

        #expect(fleet.poll(now: .ms(1_300)) == .start(number: 0, planned: .ms(1_000)))
        #expect(fleet.poll(now: .ms(1_300)) == .start(number: 1, planned: .ms(1_250)))
        #expect(fleet.poll(now: .ms(1_300)) == nil)
    }

    @Test func `a caller's calls have the same numbers whatever order calls end in`() {
        for seed in UInt64(1)...50 {
            var chance = SeededGenerator(seed: seed, stream: "lengths")
            let lengths = (0..<12).map { _ in chance.milliseconds(10...3_000) }
            var fleet = Self.closed([0, 10, 20], .calls(4))
            let run = Self.run(&fleet, until: 20_000) { lengths[$0] }

            #expect(run.starts.map(\.number).sorted() == Array(0..<12), "seed \(seed)")
            for start in run.starts where start.number >= 3 {
                let before = run.starts.first { $0.number == start.number - 3 }
                // A caller draws breath for a second from one beginning to the next.
                let free = before.map { $0.at + max(1_000, lengths[$0.number]) }
                #expect(free == start.at, "seed \(seed): call \(start.number)")
                #expect(start.planned == start.at)
            }
            #expect(run.finished.count == 1, "seed \(seed)")
        }
    }

    @Test func `under a span of time callers call again until it is over`() {
        var fleet = Self.closed([0, 100], .lasting(.seconds(5)))
        let run = Self.run(&fleet, until: 20_000) { $0 % 2 == 0 ? 900 : 1_700 }

        #expect(run.starts.allSatisfy { $0.at < 6_000 })
        #expect(run.starts.filter { $0.number % 2 == 0 }.count == 5)
        #expect(run.starts.filter { $0.number % 2 == 1 }.map(\.number) == [1, 3, 5])
        #expect(run.finished.count == 1)
    }

    @Test func `an open load calls on schedule, however many are still up`() {
        var fleet = Fleet(
            arrivals: .open(calls: (0..<20).map { .ms(Double($0) * 50) }, lasting: .seconds(1)),
            start: .ms(1_000)
        )
        let run = Self.run(&fleet, until: 20_000) { _ in 7_000 }

        #expect(run.starts.map(\.number) == Array(0..<20))
        #expect(run.starts.map(\.at) == (0..<20).map { 1_000 + Double($0) * 50 })
        #expect(run.finished == [8_950])
    }

    @Test func `no call begins that would share its name with another`() {
        let callers = CallID.mostCalls / 2 + 1
        var fleet = Fleet(
            arrivals: .closed(
                firstCalls: [Nanoseconds](repeating: .zero, count: callers),
                repeating: .lasting(.seconds(9))),
            start: .ms(0))
        while fleet.poll(now: .ms(0)) != nil {}

        for number in [0, CallID.mostCalls - callers - 1, CallID.mostCalls - callers] {
            fleet.callEnded(number: number, at: .ms(2_000))
        }
        var begun: [Int] = []
        while case .start(let number, _)? = fleet.poll(now: .ms(3_000)) { begun.append(number) }

        #expect(begun == [callers, CallID.mostCalls - 1])
    }

    @Test func `a stopped fleet begins no call, and finishes when the last has ended`() {
        var fleet = Self.closed([0, 100, 5_000], .calls(3))
        let run = Self.run(&fleet, until: 20_000, stoppedAt: 1_500) { _ in 2_000 }

        #expect(run.starts.map(\.number) == [0, 1])
        #expect(run.finished == [3_100])
    }

    @Test func `a fleet stopped before its first call is finished at once`() {
        var fleet = Self.closed([0, 100], .calls(3))
        fleet.stop()

        #expect(fleet.poll(now: .zero) == .finished)
        #expect(fleet.poll(now: .zero) == nil)
    }

    @Test func `many thousand calls are each placed once`() {
        var fleet = Self.closed((0..<1_000).map { Double($0) }, .calls(15))
        let run = Self.run(&fleet, until: 18_000) { _ in 40 }

        #expect(run.starts.map(\.number).sorted() == Array(0..<15_000))
        #expect(run.finished.count == 1)
    }
}
