import Audio
import Timeline

/// Tells speech from silence in a packet, by the reference agent's rule.
///
/// By its level where it has one: a packet with one audible frame of 10 ms (−45 dBFS) among n
/// has −45 − 10·log10(n) at least, and 1 dB below that it is voiced. Otherwise by the energy
/// of its frames of 10 ms.
struct SpeechMeter {
    struct Verdict: Equatable {
        var isVoiced = false
        /// Not voiced, and loud enough at its beginning to hold the end of a word.
        var isTail = false
    }

    private static let tailDecibels = -60
    /// What 8 kHz leave of a word's last sibilant: the smallest step of G.711.
    private static let narrowTailDecibels = -72
    /// Decibels that a band of 4 kHz takes from a sibilant that was just audible.
    private static let narrowLoss = 10

    private let codec: CodecName
    private let voicedFrom: Int
    private var framer: SoundFramer

    init(codec: CodecName) {
        self.codec = codec
        let isNarrowband = codec.sampleRate <= 8_000
        framer = SoundFramer(
            rate: codec.sampleRate,
            threshold: Double(isNarrowband ? Self.narrowTailDecibels : Self.tailDecibels))
        voicedFrom = Self.threshold(SoundFrame.length) - (isNarrowband ? Self.narrowLoss : 0)
    }

    /// dBFS that a whole packet must reach to be voiced.
    static func threshold(_ length: Nanoseconds) -> Int {
        switch length / .milliseconds(10) {
        case ...1: -46
        case 2: -49
        case 3: -50
        case 4: -52
        case 5: -53
        default: -54
        }
    }

    /// - Parameter level: −dBov, 0...127.
    static func judge(level: UInt8, length: Nanoseconds) -> Verdict {
        let decibels = -Int(level)
        let isVoiced = decibels >= threshold(length)
        return Verdict(isVoiced: isVoiced, isTail: !isVoiced && decibels > tailDecibels)
    }

    /// Judges bytes of PCM or G.711.
    mutating func hear(_ bytes: UnsafeRawBufferPointer) -> Verdict {
        var verdict = Verdict()
        var isFirst = true
        let least = voicedFrom
        switch codec {
        case .pcm16:
            framer.append(pcm16: bytes) { Self.take($0, least, &isFirst, &verdict) }
        case .pcmu, .pcma:
            framer.append(g711: bytes, codec == .pcmu ? .mu : .a) {
                Self.take($0, least, &isFirst, &verdict)
            }
        case .opus: break
        }
        return verdict
    }

    /// Judges what was decoded of Opus.
    mutating func hear(_ samples: UnsafeBufferPointer<Int16>) -> Verdict {
        var verdict = Verdict()
        var isFirst = true
        let least = voicedFrom
        framer.append(samples) { Self.take($0, least, &isFirst, &verdict) }
        return verdict
    }

    private static func take(
        _ frame: SoundFrame, _ least: Int, _ isFirst: inout Bool, _ verdict: inout Verdict
    ) {
        if Int(frame.level) >= least {
            verdict = Verdict(isVoiced: true)
        } else if isFirst, !verdict.isVoiced {
            verdict.isTail = frame.lastAudible != SoundFrame.nowhere
        }
        isFirst = false
    }
}
