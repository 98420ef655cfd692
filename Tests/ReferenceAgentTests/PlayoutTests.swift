import Audio
import Testing
import Timeline

@testable import ReferenceAgent

@Suite struct PlayoutTests {
    private static let start = RunInstant(nanoseconds: 5_000_000_000)

    @Test func `what leaves faster than it plays is played without a gap`() {
        var clock = PlayoutClock(from: .zero)
        for index in 0..<4 {
            clock.send(.milliseconds(100), at: Self.start + .milliseconds(25) * index)
        }

        #expect(clock.end == Self.start + .milliseconds(400))
        #expect(clock.instant(of: .milliseconds(250)) == Self.start + .milliseconds(250))
        #expect(clock.instant(of: .milliseconds(400)) == nil)
        #expect(clock.position(at: Self.start + .milliseconds(130)) == .milliseconds(130))
        #expect(clock.position(at: Self.start + .seconds(9)) == .milliseconds(400))
        #expect(clock.position(at: Self.start - .milliseconds(1)) == nil)
    }

    @Test func `what leaves late leaves a gap`() {
        var clock = PlayoutClock(from: .milliseconds(1_000))
        clock.send(.milliseconds(20), at: Self.start)
        clock.send(.milliseconds(20), at: Self.start + .milliseconds(25))

        #expect(clock.end == Self.start + .milliseconds(45))
        #expect(clock.instant(of: .milliseconds(1_019)) == Self.start + .milliseconds(19))
        #expect(clock.instant(of: .milliseconds(1_020)) == Self.start + .milliseconds(25))
        #expect(clock.instant(of: .milliseconds(999)) == nil)
        #expect(clock.position(at: Self.start + .milliseconds(22)) == .milliseconds(1_020))
        #expect(clock.position(at: Self.start + .milliseconds(26)) == .milliseconds(1_021))
    }

    @Test func `sound begins where 30 ms of it are played on end, as for an ear`() {
        func begins(_ sentAt: [Int64], from position: Nanoseconds) -> Nanoseconds? {
            var clock = PlayoutClock(from: .zero)
            for instant in sentAt {
                clock.send(.milliseconds(20), at: Self.start + .milliseconds(instant))
            }
            return clock.sustained(from: position)
        }

        #expect(begins([0], from: .milliseconds(5)) == nil, "15 ms may be all there is")
        #expect(begins([0, 20], from: .milliseconds(5)) == .milliseconds(5))
        #expect(begins([0, 29], from: .milliseconds(5)) == .milliseconds(5), "9 ms are no gap")
        #expect(begins([0, 30], from: .milliseconds(5)) == nil)
        #expect(begins([0, 30, 50], from: .milliseconds(5)) == .milliseconds(20))
        #expect(begins([0, 20, 70], from: .milliseconds(5)) == .milliseconds(5))
        #expect(begins([0, 20, 40], from: .milliseconds(25)) == .milliseconds(25))
        #expect(begins([0, 20], from: .milliseconds(70)) == nil)
    }

    @Test func `the last audible sample is known for every place to stop at`() {
        let loud = SoundFrame(level: -20, firstAudible: 20, lastAudible: 99)
        let ending = SoundFrame(level: -50, firstAudible: 0, lastAudible: 30)
        let track = AudibleTrack(
            frames: [.silence, loud, loud, ending, .silence, ending], onset: .milliseconds(12))

        #expect(track.last(before: .milliseconds(12)) == nil)
        #expect(track.last(before: .microseconds(15_500)) == .microseconds(15_500))
        #expect(track.last(before: .milliseconds(21)) == .microseconds(19_900))
        #expect(track.last(before: .milliseconds(30)) == .microseconds(29_900))
        #expect(track.last(before: .milliseconds(32)) == .milliseconds(32))
        // The end of a word counts right behind it, and only there.
        #expect(track.last(before: .milliseconds(45)) == .milliseconds(33))
        #expect(track.last(before: .seconds(9)) == .milliseconds(33))
    }

    @Test func `a frame's level is the same however the reply is kept`() throws {
        let clip = CalibrationTone.clip(duration: .milliseconds(300))
        for codec in [CodecName.opus, .pcmu, .pcm16] {
            let reply = try Reply(clip: clip, codec: codec, interval: .milliseconds(20))
            #expect(reply.frameCount(of: .milliseconds(20)) == 15)
            for index in 0..<15 {
                reply.withFrame(index, of: .milliseconds(20)) { bytes, level in
                    #expect((19...21).contains(level), "\(codec), frame \(index)")
                    #expect(codec == .opus || bytes.count == (codec == .pcmu ? 160 : 960))
                }
            }
        }
    }

    @Test func `the last frame of a reply is filled up with silence`() throws {
        let clip = CalibrationTone.clip(duration: .milliseconds(50))
        let reply = try Reply(clip: clip, codec: .pcm16, interval: .zero)

        #expect(reply.frameCount(of: .milliseconds(20)) == 3)
        reply.withFrame(2, of: .milliseconds(20)) { bytes, level in
            #expect(bytes.count == 960)
            #expect(bytes[480...].allSatisfy { $0 == 0 })
            #expect((22...24).contains(level), "half a frame is 3 dB less")
        }
        var sent = 0
        reply.withSamples(from: .milliseconds(40), to: .milliseconds(140)) { sent = $0.count }
        #expect(sent == 480, "only what there is")
    }
}
