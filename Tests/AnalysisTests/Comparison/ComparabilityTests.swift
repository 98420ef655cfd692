import Planning
import Testing
import Timeline

@testable import Analysis

@Suite struct ComparabilityTests {
    private func subject(_ change: (inout Scenario) -> Void = { _ in }) -> Comparability.Subject {
        var scenario = Scenario.sample()
        change(&scenario)
        return Comparability.Subject(run: .sample(), scenario: scenario, path: .path())
    }

    @Test func `runs of one side may differ in their seed, and not in what is compared`() {
        let seeded = subject {
            $0.seed = 7
            $0.agent?.seed = 7
        }
        let slower = subject { $0.agent?.endpointing = ms(900) }
        let longer = subject { $0.load = .closed(callers: 40, ramp: .zero, repeating: .calls(1)) }

        #expect(Comparability(subject(), seeded).obstacles == ["the seeds differ: 1 and 7"])
        #expect(Comparability(subject(), seeded, ofOneSide: true) == Comparability())
        let agents = ["the embedded agents behave differently"]
        #expect(Comparability(subject(), slower).differences == agents)
        #expect(Comparability(subject(), slower).obstacles.isEmpty)
        #expect(Comparability(subject(), slower, ofOneSide: true).obstacles == agents)
        #expect(
            Comparability(subject(), longer, ofOneSide: true).obstacles == ["the loads differ"])
    }
}
