import Audio
import Testing
import Timeline

@testable import Callers

@Suite struct LoudnessTrackTests {
    /// Plays a sound, ducked from an instant on, to an ear that watches from `onset`.
    private static func duck(
        of frames: [SoundFrame], ducked: [SoundFrame], at fall: Int, watchedFrom onset: RunInstant
    ) -> RunInstant? {
        var ear = Ear(hold: .ms(400))
        var now = RunInstant.zero
        var isWatched = false
        for index in frames.indices {
            if !isWatched, now >= onset {
                ear.watchForDuck(from: onset)
                isWatched = true
            }
            _ = ear.hear(index < fall ? frames[index] : ducked[index], at: now, arrived: now)
            now += SoundFrame.length
        }
        return ear.loudness.duckedAt
    }

    @Test func `a continuous sound 15 dB down is ducked from that instant`() {
        let tone = CalibrationTone.pcm(duration: .seconds(4))
        let found = Self.duck(
            of: SoundFramer.frames(of: tone),
            ducked: SoundFramer.frames(of: tone.gain(decibels: -15)),
            at: 200, watchedFrom: .ms(1_800)
        )

        #expect(found == .ms(2_000))
    }

    @Test(arguments: Gallery.replies)
    func `speech 15 dB down is ducked, wherever it happens`(name: String) throws {
        let pcm = try Gallery.clip(name).pcm
        let frames = SoundFramer.frames(of: pcm)
        let ducked = SoundFramer.frames(of: pcm.gain(decibels: -15))
        for fall in stride(from: 110, to: frames.count - 140, by: 5) {
            let found = Self.duck(
                of: frames, ducked: ducked, at: fall, watchedFrom: .ms(Double(fall) * 10 - 150)
            )
            // A quiet moment before the fall may count with it.
            let early = found.map { Double(fall) * 10 - $0.ms }
            #expect(
                early.map { $0 >= -60 && $0 <= 150 } == true,
                "fall at \(fall)0 ms, found \(String(describing: found))")
        }
    }

    @Test(arguments: Gallery.replies)
    func `speech that goes on undisturbed is never ducked, wherever an interjection falls`(
        name: String
    ) throws {
        let frames = SoundFramer.frames(of: try Gallery.clip(name).pcm)
        var wrong: [String] = []
        for onset in 5..<frames.count {
            let found = Self.duck(
                of: frames, ducked: frames, at: 0, watchedFrom: .ms(Double(onset) * 10)
            )
            if let found { wrong.append("\(onset)0: \(found.ms)") }
        }
        #expect(wrong.isEmpty, "\(wrong)")
    }

    @Test func `each interjection is compared with the second before it`() {
        let loud = SoundFrame(level: -18, firstAudible: 0, lastAudible: 99)
        let soft = SoundFrame(level: -30, firstAudible: 0, lastAudible: 99)
        var ear = Ear(hold: .ms(400))
        var now = RunInstant.zero
        func play(_ frame: SoundFrame, _ count: Int) {
            for _ in 0..<count {
                _ = ear.hear(frame, at: now, arrived: now)
                now += SoundFrame.length
            }
        }
        play(loud, 100)
        ear.watchForDuck(from: now)
        play(loud, 50)
        play(.silence, 100)
        play(soft, 200)
        #expect(ear.loudness.duckedAt == nil, "another reply, softer by itself")
        ear.watchForDuck(from: now)
        play(soft, 200)

        #expect(ear.loudness.duckedAt == nil)
    }

    @Test func `an agent that falls silent has not ducked`() {
        let tone = SoundFramer.frames(of: CalibrationTone.pcm(duration: .seconds(2)))
        let silence = [SoundFrame](repeating: .silence, count: tone.count)
        let found = Self.duck(of: tone, ducked: silence, at: 150, watchedFrom: .ms(1_400))

        #expect(found == nil)
    }
}
