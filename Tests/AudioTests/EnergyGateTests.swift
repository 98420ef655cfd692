import Testing
import Timeline

@testable import Audio

@Suite struct EnergyGateTests {
    private static let loud = SoundFrame(level: -20, firstAudible: 0, lastAudible: 99)

    @Test func `an onset is known after 30 ms and back-dated to the first audible sample`() {
        var hearing = Hearing()
        for _ in 0..<5 { hearing.hear(.silence) }

        hearing.hear(SoundFrame(level: -30, firstAudible: 37, lastAudible: 99))
        hearing.hear(Self.loud)
        #expect(hearing.events.isEmpty)
        #expect(hearing.gate.pendingOnset == .milliseconds(53.7))
        #expect(hearing.gate.lastAudible == nil)
        hearing.hear(Self.loud)

        #expect(hearing.events == [.onset(.milliseconds(53.7))])
        #expect(hearing.gate.isOpen)
        #expect(hearing.gate.pendingOnset == nil)
        #expect(hearing.gate.lastAudible == .milliseconds(79.9))
    }

    @Test func `a click of 20 ms is no onset`() {
        var hearing = Hearing()

        for _ in 0..<10 {
            hearing.hear(Self.loud)
            hearing.hear(Self.loud)
            hearing.hear(.silence)
        }

        #expect(hearing.events.isEmpty)
        #expect(hearing.gate.lastAudible == nil)
    }

    @Test func `speech ends at its last audible sample once hold has passed`() {
        var hearing = Hearing(hold: .milliseconds(400))
        for _ in 0..<10 { hearing.hear(Self.loud) }
        hearing.hear(SoundFrame(level: -30, firstAudible: 0, lastAudible: 42))

        for _ in 0..<39 { hearing.hear(.silence) }
        #expect(hearing.gate.isOpen)
        hearing.hear(.silence)

        #expect(hearing.events == [.onset(.zero), .offset(.milliseconds(104.2))])
        #expect(!hearing.gate.isOpen)
        #expect(hearing.gate.lastAudible == .milliseconds(104.2))
    }

    @Test func `a pause shorter than hold stays inside the speech`() {
        var hearing = Hearing(hold: .milliseconds(400))
        for _ in 0..<5 { hearing.hear(Self.loud) }
        for _ in 0..<39 { hearing.hear(.silence) }
        for _ in 0..<5 { hearing.hear(Self.loud) }
        hearing.hearNothing(.milliseconds(399))
        #expect(hearing.events == [.onset(.zero)])

        hearing.hearNothing(.milliseconds(1))

        #expect(hearing.events == [.onset(.zero), .offset(.milliseconds(489.9))])
    }

    @Test func `time in which nothing is played is silence`() {
        var hearing = Hearing(hold: .milliseconds(400))
        for _ in 0..<4 { hearing.hear(Self.loud) }
        hearing.now += .milliseconds(500)
        for _ in 0..<3 { hearing.hear(Self.loud) }

        #expect(
            hearing.events == [
                .onset(.zero), .offset(.milliseconds(39.9)), .onset(.milliseconds(540)),
            ])
    }

    @Test func `a player's short underruns do not hide an onset, a gap of a frame does`() {
        var jittery = Hearing()
        var broken = Hearing()
        for _ in 0..<3 {
            jittery.hear(Self.loud)
            jittery.now += .milliseconds(4)
        }
        for _ in 0..<6 {
            broken.hear(Self.loud)
            broken.now += .milliseconds(10)
        }

        #expect(jittery.events == [.onset(.zero)])
        #expect(broken.events.isEmpty)
    }

    @Test func `a flush ends speech at the last sample that was played`() {
        var hearing = Hearing(hold: .milliseconds(400))
        for _ in 0..<20 { hearing.hear(Self.loud) }
        hearing.hear(Self.loud.clipped(to: Nanoseconds(milliseconds: 3.5)))

        hearing.hearNothing(.milliseconds(500))

        #expect(hearing.events == [.onset(.zero), .offset(.milliseconds(203.4))])
    }

    @Test func `the quiet end of a word counts although its frame is not loud`() {
        var hearing = Hearing(hold: .milliseconds(400))
        for _ in 0..<5 { hearing.hear(Self.loud) }
        hearing.hear(SoundFrame(level: -50, firstAudible: 0, lastAudible: 12))
        hearing.hear(SoundFrame(level: -50, firstAudible: 0, lastAudible: 12))

        #expect(hearing.gate.lastAudible == .milliseconds(51.2))
    }

    @Test func `the floor follows noise and lifts the threshold`() {
        var hearing = Hearing()
        let noise = SoundFrame(
            level: -50, firstAudible: SoundFrame.nowhere, lastAudible: SoundFrame.nowhere)
        #expect(hearing.gate.noiseFloor == -70)
        #expect(hearing.gate.thresholdDecibels == -45)

        for _ in 0..<100 { hearing.hear(noise) }
        #expect(hearing.gate.noiseFloor == -50)
        #expect(hearing.gate.thresholdDecibels == -38)

        let start = hearing.now
        for _ in 0..<5 { hearing.hear(SoundFrame(level: -38, firstAudible: 0, lastAudible: 99)) }
        #expect(hearing.events.isEmpty)
        let speech = hearing.now
        for _ in 0..<5 { hearing.hear(SoundFrame(level: -37, firstAudible: 0, lastAudible: 99)) }
        #expect(hearing.events == [.onset(speech)])
        #expect(speech > start)
    }

    @Test func `the floor is the tenth percentile of the last five seconds of silence`() {
        var floor = NoiseFloor()
        for level in 0..<49 { floor.add(Int8(-50 - level % 2)) }
        #expect(floor.level == -70)
        var levels: [Int8] = (0..<49).map { Int8(-50 - $0 % 2) }
        var generator = SeededGenerator(seed: 5, stream: "levels")

        for step in 0..<3_000 {
            let level = Int8(-127 + Int(generator.next() % (step < 1_500 ? 60 : 100)))
            floor.add(level)
            levels.append(level)
            let recent = levels.suffix(500).sorted()
            #expect(floor.level == recent[(recent.count + 9) / 10 - 1], "step \(step)")
        }
    }

    @Test func `short gaps inside speech do not move the floor`() {
        var hearing = Hearing(hold: .milliseconds(400))
        let quiet = SoundFrame(
            level: -55, firstAudible: SoundFrame.nowhere, lastAudible: SoundFrame.nowhere)

        for _ in 0..<40 {
            for _ in 0..<5 { hearing.hear(Self.loud) }
            for _ in 0..<15 { hearing.hear(quiet) }
        }

        #expect(hearing.gate.noiseFloor == -70)
        for _ in 0..<200 { hearing.hear(quiet) }
        #expect(hearing.gate.noiseFloor == -55)
    }

    @Test func `noise under speech does not stretch it`() {
        let rate = 16_000
        var samples = Sounds.noise(count: rate * 2, decibels: -55, seed: 3)
        for (index, sample) in Sounds.sine(300, rate: rate, milliseconds: 500).enumerated() {
            samples[rate / 2 + index] += sample
        }
        var hearing = Hearing()
        hearing.hear(PCM(sampleRate: rate, samples: samples))

        guard hearing.events.count == 2, case .onset(let onset) = hearing.events[0],
            case .offset(let offset) = hearing.events[1]
        else {
            Issue.record("heard \(hearing.events)")
            return
        }
        #expect(abs((onset - .milliseconds(500)).milliseconds) < 10)
        #expect(abs((offset - .milliseconds(1_000)).milliseconds) < 10)
    }
}
