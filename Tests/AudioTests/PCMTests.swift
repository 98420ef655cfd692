import Testing

@testable import Audio

@Suite struct PCMTests {
    private static let rates = [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]

    @Test(arguments: rates, [8_000, 16_000, 24_000, 48_000])
    func `a tone keeps its level and place at another rate`(from: Int, to: Int) {
        let source = PCM(
            sampleRate: from, samples: Sounds.sine(1_000, rate: from, milliseconds: 200))

        let result = source.resampled(to: to)

        let expected = Sounds.sine(1_000, rate: to, milliseconds: 200)
        #expect(abs(result.samples.count - expected.count) <= 1)
        // Away from the edges, sample for sample within 1 % of the amplitude.
        let margin = to / 50
        for index in margin..<(expected.count - margin) {
            #expect(abs(Int(result.samples[index]) - Int(expected[index])) < 46, "\(from) to \(to)")
        }
    }

    @Test func `what the lower rate cannot hold is taken away`() {
        let source = PCM(
            sampleRate: 48_000, samples: Sounds.sine(5_000, rate: 48_000, milliseconds: 200))

        let result = source.resampled(to: 8_000)

        #expect(Decibels.rms(result.samples.dropFirst(160).dropLast(160)) < -80)
    }

    @Test func `gain changes the level and stays inside the range`() {
        let tone = PCM(sampleRate: 8_000, samples: Sounds.sine(400, rate: 8_000, milliseconds: 100))

        #expect(abs(Decibels.rms(tone.gain(decibels: -15).samples) + 35) < 0.1)
        #expect(tone.gain(decibels: 60).samples.max() == 32_767)
        #expect(tone.gain(decibels: 60).samples.min() == -32_768)
    }

    @Test func `levels are relative to full scale`() {
        let square = [Int16](repeating: -32_768, count: 80)
        let tone = Sounds.sine(1_000, rate: 8_000, milliseconds: 10, decibels: -33)

        #expect(AudioLevel.rfc6464(square) == 0)
        #expect(AudioLevel.rfc6464(tone) == 33)
        #expect(AudioLevel.rfc6464([Int16](repeating: 0, count: 80)) == 127)
        #expect(Decibels.sampleThreshold(-45) == 184)
    }
}
