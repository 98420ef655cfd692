import Audio
import Testing
import Timeline
@testable import Callers
@Suite struct DebugTests {
    @Test func debugTail() throws {
        for (name, interval, phase) in [("thanks", 20.0, 510.0), ("reply_hours", 20, 505), ("opening_hours", 60, 530)] {
        let source = try Gallery.clip(name)
        let padded = try #require(Gallery.padded(source.pcm, before: .ms(phase), after: .ms(900)))
        let clip = try EncodedClip(clip: padded, codec: .opus, interval: .ms(interval))
        let room = ListeningRoom()
        func frames(from: Int, to: Int) throws -> [Int: SoundFrame] {
            let d = try OpusSpeechDecoder()
            var framer = SoundFramer(rate: 48000)
            var out: [Int: SoundFrame] = [:]
            var n = from * Int(interval / 10)
            for i in from..<min(to, clip.count) {
                let c = clip.frame(i).withUnsafeBytes { d.decode($0, into: room.samples) } ?? 0
                framer.append(UnsafeBufferPointer(rebasing: room.samples[..<c])) { out[n] = $0; n += 1 }
            }
            return out
        }
        let all = try frames(from: 0, to: clip.count)
        let endPacket = Int(clip.end.milliseconds / interval)
        let part = try frames(from: endPacket - Int(160 / interval) - 1, to: clip.count)
        let part2 = try frames(from: endPacket - Int(400 / interval) - 1, to: clip.count)
        print(name, interval, phase, "source end", clip.end)
        for f in (endPacket - 6) * Int(interval / 10)..<(endPacket + 4) * Int(interval / 10) {
            let p = f * 10 / Int(interval)
            func s(_ x: SoundFrame?) -> String { x.map { "\($0.level)/\($0.lastAudible)" } ?? "-" }
            print(f * 10, "pkt level", clip.level(p), "bytes", clip.frame(p).count, "toc", clip.frame(p)[0] >> 3, "all", s(all[f]), "160:", s(part[f]), "400:", s(part2[f]))
        }
        }
    }
}
