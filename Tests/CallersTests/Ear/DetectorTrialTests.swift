import Audio
import Testing
import Timeline

@testable import Callers

@Suite struct DetectorTrialTests {
    private static let intervals = [10.0, 20, 40, 60]

    private static func trial(
        _ codec: CodecName, _ interval: Double, _ mode: OpusEar.Mode = .levels,
        hasSilence: Bool = true
    ) -> DetectorTrial {
        DetectorTrial(
            codec: codec, interval: .ms(interval), mode: mode, hasLevels: mode == .levels,
            hasSilence: hasSilence)
    }

    @Test(arguments: intervals)
    func `an ear for Opus is late by what a decoder rings into silence`(interval: Double) {
        for mode in [OpusEar.Mode.levels, .decodeAll] {
            let bias = Self.trial(.opus, interval, mode).bias()

            #expect(bias.onset.count >= 40 && bias.stop.count >= 40)
            #expect((-1.0...0.5).contains(bias.onset.bias.milliseconds), "\(bias)")
            #expect((1.0...2.5).contains(bias.stop.bias.milliseconds), "\(bias)")
            #expect(bias.onset.deviation <= .ms(1) && bias.stop.deviation <= .ms(1), "\(bias)")
        }
    }

    @Test func `where packets stop, Opus ends with the last one`() {
        let bias = Self.trial(.opus, 20, hasSilence: false).bias()

        #expect(bias.stop.count >= 40)
        #expect(abs(bias.stop.bias.milliseconds) <= 0.2 && bias.stop.deviation <= .ms(0.1))
    }

    @Test(arguments: [CodecName.pcmu, .pcma, .pcm16], [10.0, 20, 25, 100])
    func `samples that need no decoder are heard where they are`(
        codec: CodecName, interval: Double
    ) {
        for hasSilence in [true, false] {
            let bias = Self.trial(codec, interval, hasSilence: hasSilence).bias()

            #expect(bias.onset.count >= 40 && bias.stop.count >= 40)
            for edge in [bias.onset, bias.stop] {
                #expect(abs(edge.bias.milliseconds) <= 0.1, "\(bias)")
                #expect(edge.deviation <= .ms(0.2), "\(bias)")
            }
        }
    }

    @Test func `a trial has one result, and none where there are no such packets`() {
        let trial = Self.trial(.opus, 20)

        #expect(trial.bias() == trial.bias())
        #expect(trial.knownBias == trial.bias())
        #expect(Self.trial(.opus, 30).bias() == DetectorBias())
    }
}
