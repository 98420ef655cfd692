import Audio
import Timeline

/// Judges a caller's audio, message by message, by energy alone.
///
/// PCM and G.711 are judged in frames of 10 ms. Opus is judged whole, by the level its sender
/// gives it (RFC 6464), and only decoded where it has none.
///
/// A packet that holds one audible frame of 10 ms (over −45 dBFS) among n has a level of
/// −45 − 10·log10(n) dBFS at least; 1 dB below that it counts as voiced: over −50 at 20 ms.
struct VoiceMeter {
    /// A level above this, right behind speech, may be the end of a word; tenth of that energy
    /// as would fill the frame.
    private static let tailDecibels = -60
    /// What 8 kHz leave of a word's last sibilant is hardly there, and still its end: the smallest
    /// step of G.711.
    private static let narrowTailDecibels = -72
    /// Decibels that a band of 4 kHz takes from a sibilant that was just audible.
    private static let narrowLoss = 10

    private let codec: CodecName
    private var framer: SoundFramer
    /// For Opus without levels: the decoder, and room for what it decodes.
    private var decoder: OpusSpeechDecoder?
    private var samples: [Int16] = []

    init(codec: CodecName) {
        self.codec = codec
        framer = SoundFramer(
            rate: codec.sampleRate,
            threshold: Double(codec.isNarrowband ? Self.narrowTailDecibels : Self.tailDecibels)
        )
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

    /// Judges one packet by its level in −dBov.
    static func judge(
        level: UInt8, length: Nanoseconds, end: Nanoseconds, arrived: RunInstant
    ) -> UplinkFrame {
        let decibels = -Int(level)
        let isVoiced = decibels >= threshold(length)
        return UplinkFrame(
            end: end, length: length, isVoiced: isVoiced,
            tail: isVoiced || decibels <= tailDecibels ? .zero : min(length, SoundFrame.length),
            captured: arrived)
    }

    /// Judges audio without a level.
    ///
    /// - Parameters:
    ///   - end: of the audio, on the caller's media clock.
    ///   - arrived: when its message came.
    /// - Returns: false where Opus cannot be decoded.
    mutating func hear(
        _ audio: UnsafeRawBufferPointer, end: Nanoseconds, arrived: RunInstant,
        _ body: (UplinkFrame) -> Void
    ) -> Bool {
        var frames = FrameTimes(
            end: end, arrived: arrived,
            voicedFrom: Self.threshold(SoundFrame.length)
                - (codec.isNarrowband ? Self.narrowLoss : 0)
        )
        switch codec {
        case .pcm16:
            let span = Nanoseconds(samples: audio.count / 2, rate: codec.sampleRate)
            frames.begin(span, pending: framer.pending)
            framer.append(pcm16: audio) { body(frames.next($0)) }
        case .pcmu, .pcma:
            let span = Nanoseconds(samples: audio.count, rate: codec.sampleRate)
            frames.begin(span, pending: framer.pending)
            framer.append(g711: audio, codec == .pcmu ? .mu : .a) { body(frames.next($0)) }
        case .opus:
            guard let count = decode(audio) else { return false }
            // What is decoded now was captured a decoder's delay earlier.
            frames.end = end - codec.delay
            frames.begin(
                Nanoseconds(samples: count, rate: codec.sampleRate), pending: framer.pending)
            samples.withUnsafeBufferPointer {
                framer.append(UnsafeBufferPointer(rebasing: $0[..<count])) { body(frames.next($0)) }
            }
        }
        return true
    }

    private mutating func decode(_ packet: UnsafeRawBufferPointer) -> Int? {
        if decoder == nil {
            decoder = try? OpusSpeechDecoder()
            samples = [Int16](repeating: 0, count: OpusSpeechDecoder.largestFrame)
        }
        guard let decoder else { return nil }
        return samples.withUnsafeMutableBufferPointer { decoder.decode(packet, into: $0) }
    }

    /// Places sound frames of 10 ms in a message's time.
    private struct FrameTimes {
        var end: Nanoseconds
        let arrived: RunInstant
        /// dBFS that 10 ms must reach to be voiced.
        let voicedFrom: Int
        private let messageEnd: Nanoseconds
        private var next = Nanoseconds.zero

        init(end: Nanoseconds, arrived: RunInstant, voicedFrom: Int) {
            self.end = end
            self.voicedFrom = voicedFrom
            self.arrived = arrived
            messageEnd = end
        }

        /// - Parameter pending: of a frame that an earlier message began.
        mutating func begin(_ span: Nanoseconds, pending: Nanoseconds) {
            next = end - span - pending
        }

        mutating func next(_ sound: SoundFrame) -> UplinkFrame {
            next += SoundFrame.length
            let tail =
                sound.lastAudible == SoundFrame.nowhere
                ? Nanoseconds.zero : .microseconds(Int64(sound.lastAudible) * 100 + 100)
            let isVoiced = Int(sound.level) >= voicedFrom
            return UplinkFrame(
                end: next, length: SoundFrame.length, isVoiced: isVoiced,
                tail: isVoiced ? .zero : min(tail, SoundFrame.length),
                captured: arrived - (messageEnd - next))
        }
    }
}

extension CodecName {
    fileprivate var isNarrowband: Bool { sampleRate <= 8_000 }
}
