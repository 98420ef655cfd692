import Audio
import Testing
import Timeline

@testable import Callers

@Suite struct EarShortCutTests {
    /// Speech and silence of random lengths and levels, with gaps now and then.
    @Test(arguments: UInt64(1)...20)
    func `packets heard at once are heard as their frames are`(seed: UInt64) {
        var chance = SeededGenerator(seed: seed, stream: "levels")
        var whole = Ear(hold: .ms(400))
        var single = Ear(hold: .ms(400))
        var now = RunInstant.zero
        var taken = 0
        var level: Int8 = -127
        for step in 0..<6_000 {
            if chance.unit() < 0.04 {
                level = [-127, -60, -45, -44, -38, -20][Int(chance.next() % 6)]
            }
            if chance.unit() < 0.005 { now += .ms(Double(chance.next() % 900)) }
            if chance.unit() < 0.01 {
                whole.watchForDuck(from: now)
                single.watchForDuck(from: now)
            }
            let isLoud = level > single.loudestQuiet
            let frame = SoundFrame(
                level: level, firstAudible: isLoud ? 0 : SoundFrame.nowhere,
                lastAudible: isLoud ? 100 : SoundFrame.nowhere)
            func hear(_ ear: inout Ear) -> [Ear.Event] {
                (0..<2).compactMap {
                    ear.hear(frame, at: now + SoundFrame.length * $0, arrived: now)
                }
            }
            let expected = hear(&single)
            let isTaken = whole.goOn(level: level, frames: 2, at: now)
            if isTaken { taken += 1 }
            let events = isTaken ? [] : hear(&whole)

            #expect(events == expected, "step \(step)")
            #expect(whole.isAgentTalking == single.isAgentTalking)
            #expect(whole.lastAudible == single.lastAudible)
            #expect(whole.loudestQuiet == single.loudestQuiet)
            #expect(whole.heardUntil == single.heardUntil)
            #expect(whole.loudness.duckedAt == single.loudness.duckedAt)
            now += SoundFrame.length * 2
        }
        #expect(taken > 3_000, "most packets bring nothing new")
    }

    @Test func `what is known to be late is subtracted, and a sound that breaks off is not late`() {
        let bias = DetectorBias(
            onset: .init(bias: .microseconds(-430)), stop: .init(bias: .microseconds(1_870)))
        var ear = Ear(hold: .ms(400), bias: bias)
        var now = RunInstant.ms(1_000)
        var events: [Ear.Event] = []
        func play(_ level: Int8, _ count: Int, last: UInt8 = 99) {
            let isLoud = level > -45
            let frame = SoundFrame(
                level: level, firstAudible: isLoud ? 0 : SoundFrame.nowhere,
                lastAudible: isLoud ? last : SoundFrame.nowhere)
            for _ in 0..<count {
                if let event = ear.hear(frame, at: now, arrived: now) { events.append(event) }
                now += SoundFrame.length
            }
        }
        play(-20, 10)
        play(-127, 50)
        play(-20, 10)
        now += .ms(700)
        if let event = ear.hearNothing(until: now) { events.append(event) }

        #expect(
            events == [
                .onset(heard: .ms(1_000.4), arrived: .ms(1_000)),
                .offset(heard: .ms(1_098)),
                .onset(heard: .ms(1_600.4), arrived: .ms(1_600)),
                .offset(heard: .ms(1_699.9)),
            ])
        #expect(ear.lastOnset == .ms(1_600.4))
    }
}
