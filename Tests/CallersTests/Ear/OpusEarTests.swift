import Audio
import Testing
import Timeline

@testable import Callers

@Suite struct OpusEarTests {
    private static let codecDelay = CodecName.opus.delay.milliseconds
    private static let intervals = [10.0, 20, 40, 60]

    private static func encoded(_ clip: Clip?, _ interval: Double) throws -> EncodedClip {
        try EncodedClip(clip: try #require(clip), codec: .opus, interval: .ms(interval))
    }

    private static func heard(
        _ clip: EncodedClip, _ mode: OpusEar.Mode, lost: Set<Int> = []
    ) -> OpusEarBench {
        var bench = OpusEarBench(mode, interval: clip.interval)
        bench.play(clip, lost: lost)
        bench.hearNothing(for: .ms(600))
        return bench
    }

    /// A sound that stops at once rings on in the codec, by 30 ms at most.
    @Test(arguments: intervals)
    func `a tone is heard from its first to its last sample, wherever it lies`(
        interval: Double
    ) throws {
        let tone = CalibrationTone.pcm(duration: .ms(737))
        for phase in stride(from: 300.0, to: 300 + interval, by: interval / 9) {
            var ends: [Double] = []
            let clip = try Self.encoded(
                Gallery.padded(tone, before: .ms(phase), after: .ms(700)), interval)
            for mode in [OpusEar.Mode.levels, .decodeAll] {
                let bench = Self.heard(clip, mode)

                let note: Comment = "\(mode), phase \(phase): \(bench.onsets) \(bench.offsets)"
                #expect(bench.onsets.count == 1 && bench.offsets.count == 1, note)
                let begin = (bench.onsets.first ?? 0) - phase - Self.codecDelay
                let end = (bench.offsets.first ?? 0) - phase - 737 - Self.codecDelay
                #expect(
                    abs(begin) <= 3 && end >= -1 && end <= 30, "\(note): off by \(begin) and \(end)"
                )
                ends += bench.offsets
            }
            #expect(ends.count == 2 && abs(ends[0] - ends[1]) <= 3, "phase \(phase): \(ends)")
        }
    }

    @Test(arguments: ["reply_short", "reply_hours", "reply_steps", "opening_hours", "thanks"])
    func `speech is heard alike by levels and by decoding all of it`(name: String) throws {
        let source = try Gallery.clip(name).pcm.resampled(to: 48_000)
        for interval in Self.intervals {
            for phase in stride(from: 500.0, to: 500 + interval, by: interval / 3) {
                let clip = try Self.encoded(
                    Gallery.padded(source, before: .ms(phase), after: .ms(900)), interval
                )
                let byLevels = Self.heard(clip, .levels)
                let decoded = Self.heard(clip, .decodeAll)

                let note: Comment =
                    """
                    \(interval) ms, phase \(phase): levels \(byLevels.onsets) \(byLevels.offsets), \
                    decoded \(decoded.onsets) \(decoded.offsets), source \(clip.onset) \(clip.end)
                    """
                #expect(byLevels.onsets.count == decoded.onsets.count, note)
                #expect(byLevels.offsets.count == decoded.offsets.count, note)
                for (left, right) in zip(byLevels.onsets, decoded.onsets) {
                    #expect(abs(left - right) <= 3, note)
                }
                // A decoder that is not started at the beginning is off by a decibel for long.
                for (left, right) in zip(byLevels.offsets, decoded.offsets) {
                    #expect(abs(left - right) <= 6, note)
                }
                let begin = (decoded.onsets.first ?? 0) - clip.onset.milliseconds - Self.codecDelay
                let end = (decoded.offsets.last ?? 0) - clip.end.milliseconds - Self.codecDelay
                #expect(abs(begin) <= 12 && abs(end) <= 12, "\(note): off by \(begin) and \(end)")
            }
        }
    }

    @Test func `by levels few packets are decoded, and every decoder is given back`() throws {
        let source = try Gallery.clip("reply_long")
        let clip = try Self.encoded(
            Gallery.padded(source.pcm, before: .ms(507), after: .ms(900)), 20)
        let byLevels = Self.heard(clip, .levels)
        let decoded = Self.heard(clip, .decodeAll)

        #expect(decoded.decodes == clip.count)
        #expect(
            byLevels.decodes > 0 && byLevels.decodes <= 12, "\(byLevels.decodes) of \(clip.count)")
        #expect(byLevels.room.decoders.idleCount == 1)
    }

    @Test func `silence and a click are not decoded for long`() throws {
        let click = PCM(
            sampleRate: 48_000, samples: Array(CalibrationTone.pcm().samples.prefix(480)))
        let samples =
            [Int16](repeating: 0, count: 48_000) + click.samples
            + [Int16](repeating: 0, count: 48_000)
        let clip = try EncodedClip(
            clip: Clip(
                name: "click", transcript: "", pcm: PCM(sampleRate: 48_000, samples: samples),
                voiced: [VoicedSpan(first: 48_000, last: 48_479)]
            ), codec: .opus, interval: .ms(20)
        )
        let bench = Self.heard(clip, .levels)

        #expect(bench.events.isEmpty)
        #expect(bench.decodes > 0 && bench.decodes <= 4, "\(bench.decodes)")
        #expect(bench.room.decoders.idleCount == 1)
    }

    @Test func `an onset tells the arrival of the packet with the first audible sample`() throws {
        let tone = CalibrationTone.pcm(duration: .ms(400))
        let clip = try Self.encoded(Gallery.padded(tone, before: .ms(305), after: .ms(600)), 20)
        for mode in [OpusEar.Mode.levels, .decodeAll] {
            let bench = Self.heard(clip, mode)

            // Heard at 311.5 ms: in the packet that plays from 300 ms.
            guard case .onset(_, let arrived) = bench.events.first else {
                Issue.record("no onset by \(mode)")
                continue
            }
            #expect(arrived == .ms(240), "\(mode)")
        }
    }

    @Test(arguments: [OpusEar.Mode.levels, .decodeAll])
    func `lost packets inside speech do not end it`(
        mode: OpusEar.Mode
    ) throws {
        let source = try Gallery.clip("reply_hours")
        let clip = try Self.encoded(
            Gallery.padded(source.pcm, before: .ms(500), after: .ms(900)), 20)
        let whole = Self.heard(clip, mode)
        for seed in UInt64(1)...20 {
            var chance = SeededGenerator(seed: seed, stream: "loss")
            let lost = Set((0..<clip.count).filter { _ in chance.unit() < 0.05 })
            let bench = Self.heard(clip, mode, lost: lost)

            #expect(bench.onsets.count == whole.onsets.count, "seed \(seed): \(bench.onsets)")
            for (left, right) in zip(bench.onsets, whole.onsets) {
                #expect(abs(left - right) <= 45, "seed \(seed): \(left), without loss \(right)")
            }
            for (left, right) in zip(bench.offsets, whole.offsets) {
                #expect(abs(left - right) <= 45, "seed \(seed): \(left), without loss \(right)")
            }
        }
    }

    @Test(arguments: [OpusEar.Mode.levels, .decodeAll])
    func `speech cut off in the middle ends with its last packet`(mode: OpusEar.Mode) throws {
        let tone = CalibrationTone.pcm(duration: .seconds(2))
        let clip = try Self.encoded(Gallery.padded(tone, before: .ms(300), after: .ms(20)), 20)
        for cut in 40...60 {
            var bench = OpusEarBench(mode, interval: .ms(20))
            for index in 0..<cut { bench.play(clip.frame(index), level: clip.level(index)) }
            bench.hearNothing(for: .ms(900))

            #expect(
                isNear(bench.offsets.first.map { .ms($0) }, Double(cut) * 20, by: 0.5),
                "\(mode) \(bench.offsets)")
        }
    }

    @Test func `every talkspurt of a call is heard exactly, not only the first`() throws {
        let tone = CalibrationTone.pcm(duration: .ms(500)).samples
        let silence = [Int16](repeating: 0, count: 48 * 913)
        let pcm = PCM(
            sampleRate: 48_000, samples: silence + tone + silence + tone + silence + tone + silence
        )
        let bench = Self.heard(try Self.encoded(Clip(name: "three", pcm: pcm), 20), .levels)

        let expected = (0..<3).map { 913 + Double($0) * 1_413 + Self.codecDelay }
        #expect(bench.onsets.count == 3 && bench.offsets.count == 3)
        for (heard, right) in zip(bench.onsets, expected) {
            #expect(abs(heard - right) <= 3, "\(bench.onsets)")
        }
        for (heard, right) in zip(bench.offsets, expected) {
            #expect((499...530).contains(heard - right), "\(bench.offsets)")
        }
    }

    @Test func `without levels every packet is decoded`() throws {
        let tone = CalibrationTone.pcm(duration: .ms(500))
        let clip = try Self.encoded(Gallery.padded(tone, before: .ms(303), after: .ms(600)), 20)
        var bench = OpusEarBench(.levels, interval: .ms(20))
        bench.play(clip, withLevels: false)

        #expect(bench.decodes == clip.count)
        #expect(abs((bench.onsets.first ?? 0) - 309.5) <= 3)
        bench.opus.close(room: bench.room)
        #expect(bench.room.decoders.idleCount == 1)
    }

    @Test func `a call that ends while a decoder is in use gives it back`() throws {
        let tone = CalibrationTone.pcm(duration: .ms(500))
        let clip = try Self.encoded(Gallery.padded(tone, before: .ms(300), after: .ms(600)), 20)
        var bench = OpusEarBench(.levels, interval: .ms(20))
        for index in 0..<16 { bench.play(clip.frame(index), level: clip.level(index)) }
        #expect(bench.room.decoders.idleCount == 0, "an onset is being listened for")

        bench.opus.close(room: bench.room)
        bench.opus.close(room: bench.room)

        #expect(bench.room.decoders.idleCount == 1)
    }

    @Test func `packets that are no Opus are heard as silence and break nothing`() {
        for mode in [OpusEar.Mode.levels, .decodeAll] {
            var bench = OpusEarBench(mode, interval: .ms(20))
            var chance = SeededGenerator(seed: 3, stream: "garbage")
            for _ in 0..<500 {
                let bytes = (0..<Int.random(in: 0...40, using: &chance)).map { _ in
                    UInt8.random(in: 0...255, using: &chance)
                }
                bench.play(bytes, level: UInt8.random(in: 0...127, using: &chance))
            }
            bench.hearNothing(for: .seconds(1))
            bench.opus.close(room: bench.room)

            #expect(bench.onsets.count == bench.offsets.count, "\(mode)")
        }
    }
}
