import Testing

@testable import Analysis

/// A search over an agent that answers by a rule, and every step it asked for.
struct TriedSearch {
    var search: CapacitySearch
    var steps: [CapacitySearch.Step] = []

    init(
        start: Int = 10, ceiling: Int = 1_000, precision: Double = 0.05, soaks: Bool = true,
        shares: [Double] = [], isCeilingTheHosts: Bool = false,
        answer: (CapacitySearch.Step) -> CapacitySearch.Outcome
    ) {
        search = CapacitySearch(
            .init(
                start: start, ceiling: ceiling, precision: precision, soaks: soaks, shares: shares,
                isCeilingTheHosts: isCeilingTheHosts))
        while let step = search.next(), steps.count < 200 {
            steps.append(step)
            search.record(answer(step))
        }
    }

    var found: CapacityConclusion { search.conclusion }
    var callers: [Int] { steps.map(\.callers) }
    var purposes: [CapacitySearch.Purpose] { steps.map(\.purpose) }
}

@Suite struct CapacitySearchTests {
    @Test func `callers are doubled, halved in on, tried again at both ends, and soaked`() {
        let tried = TriedSearch { $0.callers <= 67 ? .pass : .fail }

        #expect(tried.callers == [10, 20, 40, 80, 60, 70, 65, 67, 68, 67, 68, 67])
        #expect(tried.found.ending == .bracketed)
        #expect(tried.found.capacity == 67)
        #expect(tried.found.isSoaked)
        #expect(tried.purposes.suffix(3) == [.again, .again, .soak])
    }

    @Test func `the bracket is as narrow as the precision says`() {
        for limit in [1, 2, 3, 7, 19, 40, 41, 99, 250, 999] {
            let tried = TriedSearch { $0.callers <= limit ? .pass : .fail }

            let capacity = tried.found.capacity ?? 0
            let upper = tried.found.upper ?? 1_001
            #expect(capacity <= limit && limit < upper, "limit \(limit): \(tried.found)")
            #expect(upper - capacity <= max(1, capacity / 40), "limit \(limit): \(tried.found)")
        }
    }

    @Test func `a start beyond the limit is halved down`() {
        let tried = TriedSearch(start: 400) { $0.callers <= 3 ? .pass : .fail }

        #expect(tried.callers.prefix(8) == [400, 200, 100, 50, 25, 12, 6, 3])
        #expect(tried.found.capacity == 3)
        #expect(tried.found.upper == 4)
    }

    @Test func `not even one caller is tried twice before it is said`() {
        let tried = TriedSearch(start: 4) { _ in .fail }

        #expect(tried.callers == [4, 2, 1, 1])
        #expect(tried.found.ending == .nothingPassed)
        #expect(tried.found.exitStatus == .failed)
    }

    @Test func `an agent without limit ends at the ceiling, which is tried again`() {
        let tried = TriedSearch(ceiling: 100) { _ in .pass }

        #expect(tried.callers == [10, 20, 40, 80, 100, 100, 100])
        #expect(tried.purposes.last == .soak)
        #expect(tried.found.ending == .ceilingReached)
        #expect(tried.found.capacity == 100)
        #expect(tried.found.exitStatus == .passed)
    }

    @Test
    func `what the generator could not do is the end of the search and no limit of the agent`() {
        let tried = TriedSearch { $0.callers <= 90 ? .pass : .generatorLimited }

        #expect(tried.found.ending == .generatorLimited)
        #expect(tried.found.capacity.map { (86...90).contains($0) } == true)
        #expect(tried.found.exitStatus == .inconclusive)
        let everywhere = TriedSearch { _ in .generatorLimited }
        #expect(everywhere.found.ending == .generatorLimited)
        #expect(everywhere.found.capacity == nil)
        #expect(everywhere.found.exitStatus == .invalid)
    }

    @Test func `an agent's limit below the generator's is still the agent's`() {
        let tried = TriedSearch {
            $0.callers <= 90 ? .pass : $0.callers <= 150 ? .fail : .generatorLimited
        }

        #expect(tried.found.ending == .bracketed)
        #expect(tried.found.upperStanding == .failed)
    }

    @Test func `one wrong failure is found out by the runs that repeat it`() {
        var hasErred = false
        let tried = TriedSearch { step in
            if step.callers == 20, !hasErred {
                hasErred = true
                return .fail
            }
            return step.callers <= 60 ? .pass : .fail
        }

        #expect(tried.found.capacity.map { (57...60).contains($0) } == true, "\(tried.callers)")
        #expect(tried.callers.count { $0 == 20 } == 3)
    }

    @Test func `one wrong pass is found out too`() {
        var hasErred = false
        let tried = TriedSearch { step in
            if step.callers == 80, !hasErred {
                hasErred = true
                return .pass
            }
            return step.callers <= 60 ? .pass : .fail
        }

        #expect(tried.found.capacity.map { (57...60).contains($0) } == true, "\(tried.callers)")
        #expect(tried.found.ending == .bracketed)
    }

    @Test func `too few samples are taken more of once, and are no pass then`() {
        let tried = TriedSearch(ceiling: 40) { step in
            if step.callers < 40 { return .pass }
            return .inconclusive(stretch: 3)
        }

        let longer = tried.steps.filter { $0.purpose == .longer }
        #expect(!longer.isEmpty && longer.allSatisfy { $0.stretch == 3 })
        // Twice as long each time, until two longer runs agree.
        #expect(tried.callers.count { $0 == 40 } == 4)
        #expect(tried.found.ending == .undecided)
        #expect(tried.found.exitStatus == .passed)
        let everywhere = TriedSearch(start: 1) { _ in .inconclusive(stretch: 2) }
        #expect(everywhere.found.exitStatus == .inconclusive)
    }

    @Test func `too few samples of few callers are searched upward from`() {
        let tried = TriedSearch(start: 1) { step in
            if step.callers < 4 { return .inconclusive(stretch: 8) }
            return step.callers <= 9 ? .pass : .fail
        }

        #expect(tried.found.capacity == 9, "\(tried.callers)")
        #expect(tried.found.upper == 10)
        #expect(tried.found.ending == .bracketed)
        let never = TriedSearch(start: 1) { step in
            step.callers < 9 ? .inconclusive(stretch: 8) : .fail
        }
        #expect(never.found.ending == .undecided)
        #expect(never.found.exitStatus == .inconclusive)
        #expect(never.steps.count < 60, "\(never.callers)")
    }

    @Test func `a pass and a run that tells nothing have a third one decide`() {
        for third in [CapacitySearch.Outcome.pass, .inconclusive(stretch: 2)] {
            var runs = 0
            let tried = TriedSearch(start: 10, ceiling: 10, soaks: false) { step in
                guard step.stretch == 1 else { return .inconclusive(stretch: 2) }
                runs += 1
                return runs == 1 ? .pass : runs == 2 ? .inconclusive(stretch: 2) : third
            }

            #expect(
                tried.found.ending == (third == .pass ? .ceilingReached : .undecided),
                "\(tried.steps)")
        }
    }

    @Test func `a ceiling that the generator's host sets is the generator's limit`() {
        let tried = TriedSearch(ceiling: 14, isCeilingTheHosts: true) { _ in .pass }

        #expect(tried.found.capacity == 14)
        #expect(tried.found.ending == .generatorLimited)
        #expect(tried.found.exitStatus == .inconclusive)
        let below = TriedSearch(ceiling: 14, isCeilingTheHosts: true) {
            $0.callers <= 8 ? .pass : .fail
        }
        #expect(below.found.ending == .bracketed)
    }

    @Test func `what a longer run says counts in place of the short one`() {
        let tried = TriedSearch(ceiling: 10) { step in
            step.stretch == 1 && step.attempt == 0 ? .inconclusive(stretch: 2) : .pass
        }

        #expect(tried.purposes == [.search, .longer, .again, .soak])
        #expect(tried.found.ending == .ceilingReached)
    }

    @Test func `a stalled host is tried again, and limits the search only in the end`() {
        var stalls = 0
        let once = TriedSearch(ceiling: 20, soaks: false) { step in
            if step.callers == 20, stalls < 2 {
                stalls += 1
                return .void
            }
            return .pass
        }
        let always = TriedSearch(ceiling: 20, soaks: false) { $0.callers == 20 ? .void : .pass }

        #expect(once.found.ending == .ceilingReached)
        #expect(always.found.ending == .generatorLimited)
    }

    @Test func `a soak that fails steps down to what lasts`() {
        let tried = TriedSearch { step in
            if step.isSoak { return step.callers <= 50 ? .pass : .fail }
            return step.callers <= 67 ? .pass : .fail
        }

        #expect(tried.found.capacity.map { (47...50).contains($0) } == true, "\(tried.callers)")
        #expect(tried.found.isSoaked)
        #expect(tried.found.ending == .bracketed)
    }

    @Test func `a soak that says too little is made longer as a soak`() {
        let tried = TriedSearch(ceiling: 10) { step in
            step.isSoak && step.stretch == 1 ? .inconclusive(stretch: 2) : .pass
        }

        #expect(tried.steps.suffix(2).allSatisfy { $0.isSoak })
        #expect(tried.purposes.suffix(2) == [.soak, .longer])
        #expect(tried.found.isSoaked)
    }

    @Test func `loads between nothing and the answer are run unless they were`() {
        let tried = TriedSearch(shares: [0.1, 0.5, 0.9]) { $0.callers <= 40 ? .pass : .fail }

        let capacity = tried.found.capacity ?? 0
        #expect(capacity == 40)
        let profile = tried.steps.filter { $0.purpose == .profile }
        #expect(profile.map(\.callers) == [4, 36])
        #expect(profile.map(\.stretch) == [4, 1])
        #expect(tried.found.isFinished)
    }

    @Test func `broken off, it says what it had found, and that it was not done`() {
        var search = CapacitySearch(.init(start: 10, ceiling: 100))
        for outcome in [CapacitySearch.Outcome.pass, .pass, .fail] {
            _ = search.next()
            search.record(outcome)
        }
        _ = search.next()

        #expect(search.conclusion.ending == .unfinished)
        #expect(search.conclusion.capacity == 20)
        #expect(search.conclusion.upper == 40)
    }

    @Test func `a step is the same until it is recorded, and repetitions are told apart`() {
        var search = CapacitySearch(.init(start: 5, ceiling: 5, soaks: false, shares: []))

        let first = search.next()
        #expect(first == search.next())
        search.record(.pass)
        let second = search.next()

        #expect(first?.attempt == 0)
        #expect(second?.attempt == 1)
        search.record(.pass)
        #expect(search.next() == nil)
    }
}
