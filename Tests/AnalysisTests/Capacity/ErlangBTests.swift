import Testing

@testable import Analysis

@Suite struct ErlangBTests {
    /// Lines, and the Erlangs they carry at 1 % and 2 % blocking, from the published table.
    static let table: [(lines: Int, at1: Double, at2: Double)] = [
        (1, 0.0101, 0.0204), (2, 0.153, 0.223), (5, 1.36, 1.66), (10, 4.46, 5.08),
        (20, 12.0, 13.2), (30, 20.3, 21.9), (50, 37.9, 40.3), (100, 84.1, 88.0),
    ]

    @Test(arguments: table)
    func `loads of the published table are blocked as it says`(
        row: (lines: Int, at1: Double, at2: Double)
    ) {
        // The table gives three figures.
        let one = ErlangB.blocking(erlangs: row.at1, lines: row.lines)
        let two = ErlangB.blocking(erlangs: row.at2, lines: row.lines)

        #expect(abs(one - 0.01) < 0.0003, "\(one)")
        #expect(abs(two - 0.02) < 0.0004, "\(two)")
    }

    @Test func `the fewest lines are enough, and one fewer are not`() {
        for erlangs in [0.1, 1, 7.7, 31.7, 250, 9_999] {
            for target in [0.001, 0.01, 0.05] {
                let lines = ErlangB.lines(erlangs: erlangs, blocking: target) ?? 0

                #expect(ErlangB.blocking(erlangs: erlangs, lines: lines) <= target)
                #expect(ErlangB.blocking(erlangs: erlangs, lines: lines - 1) > target)
            }
        }
    }

    @Test func `no load needs no line, and what cannot be reckoned has no answer`() {
        #expect(ErlangB.lines(erlangs: 0, blocking: 0.01) == 0)
        #expect(ErlangB.lines(erlangs: -1, blocking: 0.01) == nil)
        #expect(ErlangB.lines(erlangs: .infinity, blocking: 0.01) == nil)
        #expect(ErlangB.lines(erlangs: .nan, blocking: 0.01) == nil)
        #expect(ErlangB.lines(erlangs: 5, blocking: 0) == nil)
        #expect(ErlangB.lines(erlangs: 5, blocking: 1) == nil)
    }

    @Test func `servers are the lines over what one of them is loaded with`() throws {
        // 1,200 calls an hour of 90 s are 30 Erlangs; 42 lines block 0.9 %, 41 block 1.2 %.
        let plan = try #require(
            ServerPlan(.init(peakCallsPerHour: 1_200), capacity: 20, measuredSeconds: 90))

        #expect(plan.erlangs == 30)
        #expect(plan.lines == 42)
        #expect(plan.servers == 3)
        #expect(plan.isHoldingMeasured)
        let given = try #require(
            ServerPlan(
                .init(peakCallsPerHour: 1_200, holdingSeconds: 45), capacity: 20,
                measuredSeconds: 90))
        #expect(given.erlangs == 15)
        #expect(!given.isHoldingMeasured)
        #expect(ServerPlan(.init(peakCallsPerHour: 10), capacity: 20, measuredSeconds: nil) == nil)
        #expect(
            ServerPlan(
                .init(peakCallsPerHour: 1_200, headroom: 1e-300), capacity: 20, measuredSeconds: 90)
                == nil)
    }
}
