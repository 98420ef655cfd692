import Testing

@testable import Analysis

// The testing library has an ExitStatus too.
private typealias Status = Analysis.ExitStatus

@Suite struct ExitStatusTests {
    @Test func `codes are those of the contract`() {
        #expect(Status.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 130])
    }

    @Test func `of any statuses together the first in the order 130, 6, 4, 5, 1, 3, 0 decides`() {
        let order: [Status] = [
            .interrupted, .environment, .invalid, .unreachable, .failed, .inconclusive, .passed,
        ]
        #expect(order.map(\.rawValue) == [130, 6, 4, 5, 1, 3, 0])
        // Every subset of the seven, as bits.
        for subset in 1..<(1 << order.count) {
            let members = order.indices.filter { subset >> $0 & 1 == 1 }
            let deciding = Status.deciding(among: members.reversed().map { order[$0] })
            #expect(deciding == order[members[0]])
        }
        #expect(Status.deciding(among: []) == .passed)
    }

    @Test func `a run's verdict follows the same precedence`() {
        for bits in 0..<32 {
            let isInterrupted = bits & 1 != 0
            let isInvalid = bits & 2 != 0
            let isUnreachable = bits & 4 != 0
            let hasFailure = bits & 8 != 0
            let isUnclear = bits & 16 != 0
            var expected: [Status] = [.passed]
            if isInterrupted { expected.append(.interrupted) }
            if isInvalid { expected.append(.invalid) }
            if isUnreachable { expected.append(.unreachable) }
            if hasFailure { expected.append(.failed) }
            if isUnclear { expected.append(.inconclusive) }

            let verdict = Verdict(
                state: isInterrupted ? .interrupted : .finished,
                isGeneratorValid: !isInvalid,
                unreachable: isUnreachable,
                objectives: [.pass] + (isUnclear ? [.inconclusive] : [])
                    + (hasFailure ? [.fail] : [])
            )

            #expect(Status(verdict) == Status.deciding(among: expected))
        }
    }

    @Test func `a run that nothing closed counts as interrupted`() {
        let verdict = Verdict(
            state: .unfinished, isGeneratorValid: true, unreachable: false, objectives: []
        )
        #expect(verdict == .interrupted)
    }

    @Test func `what inconclusive means is the user's choice`() {
        #expect(Status(.inconclusive) == .inconclusive)
        #expect(Status(.inconclusive, inconclusive: .passed) == .passed)
        #expect(Status(.inconclusive, inconclusive: .failed) == .failed)
        #expect(Status(.fail, inconclusive: .passed) == .failed)
    }
}
