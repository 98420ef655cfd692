import Testing
import Timeline

@testable import Audio

@Suite struct EncodedClipTests {
    private let library = ClipLibrary(folders: [Sounds.gallery])

    @Test(arguments: CodecName.allCases, [10, 20, 40, 60])
    func `frames cover the clip and no more`(codec: CodecName, milliseconds: Int64) throws {
        let clip = try library.clip(named: "yes_please")
        let interval = Nanoseconds.milliseconds(milliseconds)

        let encoded = try EncodedClip(clip: clip, codec: codec, interval: interval)

        let expected = (clip.duration.count + interval.count - 1) / interval.count
        #expect(encoded.count == Int(expected))
        #expect(encoded.duration >= clip.duration)
        #expect(encoded.onset == clip.onset)
        #expect(encoded.end == clip.end)
        #expect(encoded.soundFrames.count == Int((clip.duration.count + 9_999_999) / 10_000_000))
        let frameSamples = interval.samples(rate: codec.sampleRate)
        for index in 0..<encoded.count {
            switch codec {
            case .opus:
                #expect(
                    encoded.withFrame(index) { OpusSpeechDecoder.sampleCount(of: $0) }
                        == frameSamples)
            case .pcm16: #expect(encoded.frame(index).count == 2 * frameSamples)
            case .pcmu, .pcma: #expect(encoded.frame(index).count == frameSamples)
            }
        }
    }

    @Test func `frames that do not exist are refused with what would be right`() throws {
        let clip = try library.clip(named: "cough")

        let problem = #expect(throws: CodecProblem.self) {
            try EncodedClip(clip: clip, codec: .opus, interval: .milliseconds(30))
        }
        #expect(
            problem?.message
                == "a frame cannot be 30 ms long; Opus frames are 10, 20, 40 or 60 ms long")
        #expect(throws: CodecProblem.self) {
            try EncodedClip(clip: clip, codec: .pcmu, interval: .milliseconds(7))
        }
        #expect(throws: CodecProblem.self) {
            try EncodedClip.silence(codec: .pcm16, interval: .zero)
        }
        #expect(try EncodedClip(clip: clip, codec: .pcma, interval: .milliseconds(5)).count > 50)
    }

    @Test func `what is cut off is known to the sample that is heard last`() throws {
        let clip = try library.clip(named: "unfinished")
        let pause = try #require(clip.pauses.first)
        let opus = try EncodedClip(clip: clip, codec: .opus, interval: .milliseconds(20))
        let companded = try EncodedClip(clip: clip, codec: .pcmu, interval: .milliseconds(20))

        for encoded in [opus, companded] {
            let middle = Int((pause.start + pause.length / 2) / encoded.interval)
            let end = try #require(encoded.lastAudible(inFirst: middle))
            let all = try #require(encoded.lastAudible(inFirst: 100_000))
            #expect(abs((end - pause.start).milliseconds) < 3)
            #expect(abs((all - clip.end).milliseconds) < 3)
            #expect(encoded.lastAudible(inFirst: 0) == nil)
            #expect(encoded.lastAudible(inFirst: 2) == nil)
        }
        let tone = try EncodedClip(
            clip: CalibrationTone.clip(), codec: .pcma, interval: .milliseconds(20))
        #expect(tone.lastAudible(inFirst: 5) == Nanoseconds(milliseconds: 99.8))
    }

    @Test func `levels tell speech from silence, frame by frame`() throws {
        let clip = try library.clip(named: "unfinished")
        let encoded = try EncodedClip(clip: clip, codec: .opus, interval: .milliseconds(20))
        let pause = try #require(encoded.pauses.first)

        let middle = Int((pause.start + pause.length / 2) / encoded.interval)
        let first = Int(clip.onset / encoded.interval)
        #expect(encoded.level(0) == 127)
        #expect(encoded.level(middle) == 127)
        #expect((10...45).contains(encoded.level(first + 2)))
        let pcm = clip.pcm.resampled(to: 48_000)
        for index in 0..<encoded.count where (index + 1) * 960 <= pcm.samples.count {
            let rms = Decibels.rms(pcm.samples[(index * 960)..<((index + 1) * 960)])
            #expect(abs(Double(encoded.level(index)) + max(-127, rms)) <= 1)
        }
    }

    @Test(arguments: CodecName.allCases) func `silence is one frame that sounds like nothing`(
        codec: CodecName
    ) throws {
        let silence = try EncodedClip.silence(codec: codec, interval: .milliseconds(20))

        #expect(silence.count == 1)
        #expect(silence.level(0) == 127)
        #expect(silence.soundFrames == [.silence, .silence])
        guard codec == .opus else { return }
        let samples = try Sounds.decoded([silence, silence, silence, silence, silence])
        #expect(Decibels.rms(samples) < -80)
    }

    @Test(arguments: ClipTests.callerClips + ClipTests.replyClips)
    func `after silence a decoded clip is heard where it is voiced`(name: String) throws {
        let clip = try library.clip(named: name)
        let silence = try EncodedClip.silence(codec: .opus, interval: .milliseconds(20))
        let encoded = try EncodedClip(clip: clip, codec: .opus, interval: .milliseconds(20))

        let samples = try Sounds.decoded([
            silence, silence, silence, silence, silence, encoded, silence,
        ])
        let heard = try #require(Clip(name: name, pcm: PCM(sampleRate: 48_000, samples: samples)))

        let shift = Nanoseconds.milliseconds(100) + CodecName.opus.delay
        #expect(abs((heard.onset - clip.onset - shift).milliseconds) < 10)
        #expect(abs((heard.end - clip.end - shift).milliseconds) < 15)
    }

    @Test(arguments: [CodecName.pcm16, .pcmu, .pcma])
    func `bytes of other codecs decode to the resampled clip`(codec: CodecName) throws {
        let clip = try library.clip(named: "thanks")
        let encoded = try EncodedClip(clip: clip, codec: codec, interval: .milliseconds(20))
        let expected = clip.pcm.resampled(to: codec.sampleRate).samples
        let bytes = (0..<encoded.count).flatMap { encoded.frame($0) }

        let samples: [Int16]
        switch codec {
        case .pcmu: samples = G711.decode(bytes, .mu)
        case .pcma: samples = G711.decode(bytes, .a)
        case .pcm16, .opus:
            samples = stride(from: 0, to: bytes.count, by: 2).map {
                Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
            }
        }

        let noise = zip(samples, expected).map { Int16(clamping: Int($0) - Int($1)) }
        #expect(Decibels.rms(noise) < Decibels.rms(expected) - 30)
        #expect(samples.dropFirst(expected.count).allSatisfy { abs(Int($0)) <= 8 })
    }
}
