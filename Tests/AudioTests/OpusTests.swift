import Testing
import Timeline

@testable import Audio

@Suite struct OpusTests {
    /// A tone that starts all at once, 200 ms into silence.
    private var tone: Clip {
        get throws {
            let samples =
                Sounds.silence(rate: 48_000, milliseconds: 200)
                + CalibrationTone.pcm(duration: .seconds(1)).samples
                + Sounds.silence(rate: 48_000, milliseconds: 200)
            return try #require(Clip(name: "tone", pcm: PCM(sampleRate: 48_000, samples: samples)))
        }
    }

    @Test(arguments: [10, 20, 40, 60])
    func `what is decoded is heard 6.5 ms later`(milliseconds: Int64) throws {
        let clip = try tone
        let encoded = try EncodedClip(
            clip: clip, codec: .opus, interval: .milliseconds(milliseconds))

        var samples = try Sounds.decoded([encoded])
        samples += Sounds.silence(rate: 48_000, milliseconds: 10)
        let found = try #require(
            Clip(name: "decoded", pcm: PCM(sampleRate: 48_000, samples: samples)))

        #expect(CodecName.opus.delay == Nanoseconds(milliseconds: 6.5))
        #expect(abs((found.onset - clip.onset).milliseconds - 6.5) < 2.5)
        // A tone rings out in the decoder; −45 dBFS is reached within 12 ms.
        #expect((-2.5...12.0).contains((found.end - clip.end).milliseconds - 6.5))
    }

    @Test func `the library's lookahead is the delay that is counted with`() throws {
        #expect(try OpusSpeechEncoder(interval: .milliseconds(20)).lookahead == 312)
    }

    @Test func `the same clip always gives the same bytes`() throws {
        let clip = try tone
        let first = try EncodedClip(clip: clip, codec: .opus, interval: .milliseconds(20))
        let second = try EncodedClip(clip: clip, codec: .opus, interval: .milliseconds(20))

        #expect((0..<first.count).allSatisfy { first.frame($0) == second.frame($0) })
        // 24 kbit/s is 60 bytes a frame.
        #expect((40...90).contains(first.byteCount / first.count))
    }

    @Test func `the calibration tone has no gap, raw and decoded`() throws {
        let clip = CalibrationTone.clip()
        let silence = try EncodedClip.silence(codec: .opus, interval: .milliseconds(20))
        let encoded = try EncodedClip(clip: clip, codec: .opus, interval: .milliseconds(20))

        let raw = SoundFramer.frames(of: clip.pcm)
        let decoded = try Sounds.decoded([silence, silence, silence, encoded])
        let heard = SoundFramer.frames(of: PCM(sampleRate: 48_000, samples: decoded)).dropFirst(8)

        #expect(raw.count == 800)
        #expect(raw.allSatisfy { $0.level == -20 && $0.firstAudible <= 1 && $0.lastAudible >= 97 })
        #expect(clip.onset == .zero)
        #expect(heard.allSatisfy { abs(Double($0.level) + 20) <= 1.5 }, "\(heard.map(\.level))")
        #expect(heard.allSatisfy { $0.firstAudible <= 4 && $0.lastAudible >= 95 })
    }

    @Test(arguments: [10, 20, 40, 60])
    func `the calibration tone begins and ends at the ear where it was sent`(
        milliseconds: Int64
    ) throws {
        let interval = Nanoseconds.milliseconds(milliseconds)
        let silence = try EncodedClip.silence(codec: .opus, interval: interval).frame(0)
        let encoded = try EncodedClip(
            clip: CalibrationTone.clip(), codec: .opus, interval: interval)
        let before = [[UInt8]](
            repeating: silence, count: Int(Nanoseconds.milliseconds(240) / interval))

        for sent in [10, 25, 26] {
            let frames = before + (0..<sent).map { encoded.frame($0) } + before
            let samples = try Sounds.decoded(frames)
            let heard = try #require(
                Clip(name: "tone", pcm: PCM(sampleRate: 48_000, samples: samples)))

            let start = Nanoseconds.milliseconds(240) + CodecName.opus.delay
            let last = try #require(encoded.lastAudible(inFirst: sent))
            #expect(last <= interval * sent - CodecName.opus.delay)
            #expect(abs((heard.onset - start).milliseconds) < 3, "first of \(sent)")
            #expect(abs((heard.end - start - last).milliseconds) < 3, "last of \(sent)")
        }
    }

    @Test(arguments: ClipTests.callerClips + ClipTests.replyClips)
    func `a decoder primed with 80 ms is right from its first 10 ms after silence`(name: String)
        throws
    {
        let clip = try ClipLibrary(folders: [Sounds.gallery]).clip(named: name)
        let encoded = try EncodedClip(clip: clip, codec: .opus, interval: .milliseconds(20))
        let whole = try Sounds.decoded([encoded])
        let pool = DecoderPool()

        var errors: [Double] = []
        for start in 4..<encoded.count {
            let right = Decibels.rms(whole[(start * 960)..<(start * 960 + 480)])
            guard right > -45 else { continue }
            let decoder = try pool.borrow()
            for index in (start - 4)..<start {
                _ = Sounds.decode(encoded.frame(index), with: decoder)
            }
            let samples = try #require(Sounds.decode(encoded.frame(start), with: decoder))
            let error = abs(Decibels.rms(samples[..<480]) - right)
            if ((start - 4)..<start).allSatisfy({ encoded.level($0) > 60 }) {
                #expect(error < 0.1, "frame \(start)")
            }
            errors.append(error)
            pool.giveBack(decoder)
        }

        // Inside voiced speech pitch prediction reaches further back; half the frames are right all the same.
        errors.sort()
        #expect(errors[errors.count / 2] < 1)
    }

    @Test func `a lost packet is filled in and garbage is refused`() throws {
        let decoder = try OpusSpeechDecoder()
        let encoded = try EncodedClip(clip: tone, codec: .opus, interval: .milliseconds(20))
        for index in 0..<20 { _ = Sounds.decode(encoded.frame(index), with: decoder) }
        var room = [Int16](repeating: 0, count: 960)

        let filled = room.withUnsafeMutableBufferPointer { decoder.conceal(960, into: $0) }

        #expect(filled == 960)
        #expect(Decibels.rms(room) > -40)
        #expect(room.withUnsafeMutableBufferPointer { decoder.conceal(961, into: $0) } == nil)
        #expect(Sounds.decode([], with: decoder) == nil)
        #expect(Sounds.decode([0xFF, 0xFF, 0xFF], with: decoder) == nil)
        #expect(encoded.withFrame(3) { OpusSpeechDecoder.sampleCount(of: $0) } == 960)
    }

    @Test func `a pool keeps no more decoders than it may and lends them as new`() throws {
        let pool = DecoderPool(limit: 1)
        let encoded = try EncodedClip(clip: tone, codec: .opus, interval: .milliseconds(20))
        let first = try pool.borrow()
        let second = try pool.borrow()
        let fresh = Sounds.decode(encoded.frame(15), with: first)

        pool.giveBack(first)
        pool.giveBack(second)

        #expect(pool.idleCount == 1)
        let again = try pool.borrow()
        #expect(pool.idleCount == 0)
        #expect(Sounds.decode(encoded.frame(15), with: again) == fresh)
    }
}
