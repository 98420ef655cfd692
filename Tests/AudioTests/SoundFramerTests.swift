import Testing
import Timeline

@testable import Audio

@Suite struct SoundFramerTests {
    @Test(arguments: [8_000, 16_000, 24_000, 48_000])
    func `a frame knows its level and where sound begins and ends in it`(rate: Int) {
        // 2.5 ms silence, 5 ms of a square wave at 0.1 of full scale, 2.5 ms silence.
        let quiet = [Int16](repeating: 0, count: rate / 400)
        let loud = [Int16](repeating: 3_277, count: rate / 200)
        let frames = SoundFramer.frames(of: PCM(sampleRate: rate, samples: quiet + loud + quiet))

        // At 8 kHz the last sample of the square wave starts 7.375 ms into the frame.
        let last: UInt8 = rate == 8_000 ? 73 : 74
        #expect(frames == [SoundFrame(level: -23, firstAudible: 25, lastAudible: last)])
    }

    @Test func `a sample is audible from the threshold on`() {
        var samples = [Int16](repeating: 0, count: 480)
        samples[96] = -183
        samples[192] = 184
        samples[480 - 48] = -184
        let frame = SoundFramer.frames(of: PCM(sampleRate: 48_000, samples: samples))[0]
        samples[192] = 183
        samples[480 - 48] = 183
        let below = SoundFramer.frames(of: PCM(sampleRate: 48_000, samples: samples))[0]

        #expect(frame.firstAudible == 40)
        #expect(frame.lastAudible == 90)
        #expect(below.firstAudible == SoundFrame.nowhere)
        #expect(below.lastAudible == SoundFrame.nowhere)
        #expect(
            SoundFramer.frames(of: PCM(sampleRate: 8_000, samples: Array(samples[..<80]))) == [
                .silence
            ])
    }

    @Test(arguments: 0..<6) func `the pieces in which samples arrive do not matter`(seed: UInt64) {
        let noise = Sounds.noise(count: 24_000, decibels: -48, seed: seed)
        let pcm = PCM(sampleRate: 24_000, samples: noise)
        var generator = SeededGenerator(seed: seed, stream: "pieces")
        var framer = SoundFramer(rate: 24_000)
        var frames: [SoundFrame] = []

        // At an odd address, as in the middle of a message.
        let bytes = WAV.encode(pcm).dropFirst(43).map { $0 }
        bytes.withUnsafeBytes { raw in
            var start = 1
            while start < raw.count {
                let length = min(raw.count - start, 2 * Int(generator.next() % 700))
                framer.append(
                    pcm16: UnsafeRawBufferPointer(rebasing: raw[start..<(start + length)])
                ) {
                    frames.append($0)
                }
                start += length
            }
        }

        #expect(frames == SoundFramer.frames(of: pcm), "seed \(seed)")
        #expect(frames.count == 100)
        #expect(framer.finish() == nil)
    }

    @Test(arguments: [G711.Law.mu, .a]) func `companded bytes frame like their samples`(
        law: G711.Law
    ) {
        let tone = Sounds.sine(440, rate: 8_000, milliseconds: 95)
        let bytes = G711.encode(tone, law)
        var framer = SoundFramer(rate: 8_000)
        var frames: [SoundFrame] = []

        bytes.withUnsafeBytes { framer.append(g711: $0, law) { frames.append($0) } }
        let pending = framer.pending
        if let rest = framer.finish() { frames.append(rest) }

        #expect(pending == .milliseconds(5))
        #expect(
            frames
                == SoundFramer.frames(of: PCM(sampleRate: 8_000, samples: G711.decode(bytes, law))))
        #expect(frames.count == 10)
        #expect(frames[3].level == -20)
    }

    @Test func `a frame cut short ends where it was cut`() {
        let frame = SoundFrame(level: -20, firstAudible: 20, lastAudible: 80)

        #expect(frame.clipped(to: .milliseconds(10)) == frame)
        #expect(frame.clipped(to: .milliseconds(9)) == frame)
        #expect(frame.clipped(to: .milliseconds(5)).lastAudible == 49)
        #expect(frame.clipped(to: .milliseconds(2)) == .silence)
        #expect(frame.clipped(to: .zero) == .silence)
        #expect(SoundFrame.silence.clipped(to: .milliseconds(3)) == .silence)
    }
}
