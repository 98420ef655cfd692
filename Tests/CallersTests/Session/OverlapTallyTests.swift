import Testing
import Timeline

@testable import Callers

@Suite struct OverlapTallyTests {
    @Test func `a frame counts where the agent was audible after the frame began`() {
        var tally = OverlapTally(interval: .ms(20))
        for (end, audible) in [(40.0, 20.0), (60, 39.9), (80, 60.1)] {
            tally.left(isVoiced: true, end: .ms(end))
            #expect(tally.next(endingBy: .ms(end)) == .ms(end))
            tally.compare(frameEnding: .ms(end), lastAudible: .ms(audible))
        }
        tally.compare(frameEnding: .ms(100), lastAudible: nil)
        #expect(tally.total == .ms(40))
    }

    @Test func `voiced frames are compared oldest first, none before it has ended and none twice`()
    {
        var tally = OverlapTally(interval: .ms(20))
        let voiced: Set<Double> = [40, 60, 100]
        for end in stride(from: 20.0, through: 120, by: 20) {
            tally.left(isVoiced: voiced.contains(end), end: .ms(end))
        }
        #expect(!tally.isBehind(.ms(39)))
        #expect(tally.next(endingBy: .ms(39)) == nil)
        #expect(tally.isBehind(.ms(40)))
        #expect(tally.next(endingBy: .ms(99)) == .ms(40))
        #expect(tally.next(endingBy: .ms(99)) == .ms(60))
        #expect(tally.next(endingBy: .ms(99)) == nil)
        tally.left(isVoiced: true, end: .ms(140))
        #expect(tally.next(endingBy: .ms(200)) == .ms(100))
        #expect(tally.next(endingBy: .ms(200)) == .ms(140))
        #expect(tally.next(endingBy: .ms(200)) == nil)
        #expect(!tally.isBehind(.ms(1_000)))
    }
}
