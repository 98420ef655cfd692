import Audio
import Timeline

/// Turns one codec's packets into another's frames, without losing or adding a sample of time.
///
/// Where both sides speak the same codec, bytes pass as they are: Opus packet by packet, samples
/// in frames of the length wanted. Codecs and their memory are made when first needed. What is
/// heard comes later than in the source by the converter's and the codecs' own delays
/// (``RateConverter``, `CodecName.delay`).
struct Transcoder {
    enum Way: Equatable {
        /// Opus packets untouched.
        case packets
        /// The same samples in frames of another length.
        case bytes
        /// By way of samples.
        case samples
    }

    let source: CodecName
    let target: CodecName
    /// Audio in one frame that comes out.
    let frame: Nanoseconds
    /// Opus packets pass untouched until one comes that is not of the frame's length.
    private(set) var way: Way

    private var converter: RateConverter?
    private var decoder: OpusSpeechDecoder?
    private var encoder: OpusSpeechEncoder?
    /// What the packet pushed last was decoded to; Opus only.
    private var decoded: [Int16]
    private var decodedCount = 0
    private var arrived: [Int16] = []
    /// At the target's rate, not yet in a frame.
    private var samples: [Int16] = []
    private var bytes: [UInt8] = []
    private var packets = PacketRow()
    /// Silence that is owed where packets pass untouched.
    private var owed = Nanoseconds.zero
    private let silence: [UInt8]
    private var first: UInt8?
    private var room: [UInt8]

    /// - Parameter ptime: audio in one packet of the source, as a rule.
    init(
        from source: CodecName, ptime: Nanoseconds, to target: CodecName, frame: Nanoseconds
    ) throws(CodecProblem) {
        try target.check(interval: frame)
        self.source = source
        self.target = target
        self.frame = frame
        if source != target || source == .opus && ptime != frame {
            way = .samples
        } else {
            way = source == .opus ? .packets : .bytes
        }
        converter =
            way == .samples
            ? RateConverter(from: source.sampleRate, to: target.sampleRate) : nil
        let isDecoding = source == .opus
        decoded = [Int16](repeating: 0, count: isDecoding ? OpusSpeechDecoder.largestFrame : 0)
        room = [UInt8](repeating: 0, count: target == .opus ? OpusSpeechEncoder.largestPacket : 0)
        silence = try EncodedClip.silence(codec: target, interval: frame).frame(0)
    }

    /// How much later the target plays a sound that is put in here, by encoding alone.
    var encodingDelay: Nanoseconds { way == .samples ? target.delay : .zero }

    // MARK: In

    /// How much audio a packet of the source holds; `nil` if it is none.
    static func duration(_ payload: UnsafeRawBufferPointer, _ codec: CodecName) -> Nanoseconds? {
        guard !payload.isEmpty else { return nil }
        guard codec != .opus else {
            return OpusSpeechDecoder.sampleCount(of: payload)
                .map { Nanoseconds(samples: $0, rate: codec.sampleRate) }
        }
        guard payload.count % SampleBytes.size(codec) == 0 else { return nil }
        return SampleBytes.duration(payload.count, codec)
    }

    /// Takes one packet of the source.
    ///
    /// - Parameters:
    ///   - octet: its RFC 6464 level with the V bit; `nil` where it has none.
    ///   - isMeasured: whether someone will ask for what was decoded.
    /// - Returns: false where it cannot be decoded.
    mutating func push(
        _ payload: UnsafeRawBufferPointer, octet: UInt8?, isMeasured: Bool
    ) -> Bool {
        decodedCount = 0
        if way == .packets, Self.duration(payload, source) != frame { way = .samples }
        switch way {
        case .packets:
            if octet == nil || isMeasured {
                guard decode(payload) else { return false }
            }
            first = payload.first
            packets.append(payload, octet: octet ?? SampleBytes.octet(decodedLevel))
        case .bytes:
            bytes.append(contentsOf: payload)
        case .samples:
            guard source == .opus else {
                arrived.removeAll(keepingCapacity: true)
                SampleBytes.read(payload, source, into: &arrived)
                convertArrived()
                return true
            }
            guard decode(payload) else { return false }
            convertDecoded()
        }
        return true
    }

    /// What the packet pushed last was decoded to; nothing where it was not.
    func withDecoded<Result>(_ body: (UnsafeBufferPointer<Int16>) -> Result) -> Result {
        decoded.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[..<decodedCount]))
        }
    }

    /// Fills in for a lost packet: Opus from what came before it, samples with silence.
    ///
    /// Where packets pass untouched, one without content has the far decoder do it
    /// (RFC 6716 §3.2.1: a frame of length zero was lost).
    mutating func conceal(_ span: Nanoseconds) {
        guard source == .opus else { return fill(span) }
        if way == .packets {
            var left = span
            while left >= frame, let toc = first {
                // Code 0: one frame, of the configuration that was spoken last.
                var packet: (UInt8, UInt8) = (toc & 0xFC, 0)
                let length = withUnsafeBytes(of: &packet) {
                    Self.duration(UnsafeRawBufferPointer(rebasing: $0[..<1]), .opus)
                }
                guard length == frame else { break }
                withUnsafeBytes(of: &packet) {
                    packets.append(UnsafeRawBufferPointer(rebasing: $0[..<1]), octet: 127)
                }
                left -= frame
            }
            return fill(left)
        }
        var left = span.samples(rate: source.sampleRate)
        while left > 0 {
            let count = min(left, 2_880) / 120 * 120
            let written = decoded.withUnsafeMutableBufferPointer {
                decoder?.conceal(count, into: $0)
            }
            guard let written = written ?? nil, written > 0 else { break }
            decodedCount = written
            convertDecoded()
            left -= written
        }
        if left > 0 { fill(Nanoseconds(samples: left, rate: source.sampleRate)) }
    }

    /// Takes silence of that length.
    mutating func fill(_ span: Nanoseconds) {
        guard span > .zero else { return }
        switch way {
        case .packets:
            owed += span
            while owed >= frame {
                silence.withUnsafeBytes { packets.append($0, octet: 127) }
                owed -= frame
            }
        case .bytes:
            let count = span.samples(rate: source.sampleRate) * SampleBytes.size(source)
            bytes.append(contentsOf: repeatElement(SampleBytes.silence(source), count: count))
        case .samples:
            let count = span.samples(rate: source.sampleRate)
            arrived.removeAll(keepingCapacity: true)
            arrived.append(contentsOf: repeatElement(0, count: count))
            convertArrived()
        }
    }

    // MARK: Out

    private var frameSamples: Int { frame.samples(rate: target.sampleRate) }
    private var frameBytes: Int { frameSamples * SampleBytes.size(target) }

    /// Whether a whole frame can be taken.
    var isReady: Bool {
        switch way {
        case .packets: !packets.isEmpty
        case .bytes: bytes.count >= frameBytes
        case .samples: samples.count >= frameSamples || !packets.isEmpty
        }
    }

    /// What there is of a frame that is not whole.
    var pending: Nanoseconds {
        switch way {
        case .packets: .zero
        case .bytes: SampleBytes.duration(bytes.count, source)
        case .samples: Nanoseconds(samples: samples.count, rate: target.sampleRate)
        }
    }

    /// Makes a begun frame whole with silence.
    mutating func pad() {
        switch way {
        case .packets: break
        case .bytes:
            let rest = bytes.count % frameBytes
            guard rest > 0 else { return }
            bytes.append(
                contentsOf: repeatElement(SampleBytes.silence(source), count: frameBytes - rest))
        case .samples:
            let rest = samples.count % frameSamples
            guard rest > 0 else { return }
            samples.append(contentsOf: repeatElement(0, count: frameSamples - rest))
        }
    }

    /// Takes the next frame: its bytes, and its level with the V bit.
    ///
    /// - Returns: `nil` where there is none, or the codec refused.
    mutating func next<Result>(
        _ body: (UnsafeRawBufferPointer, UInt8) -> Result
    ) -> Result? {
        guard isReady else { return nil }
        guard packets.isEmpty else { return packets.next(body) }
        switch way {
        case .packets: return nil
        case .bytes: return nextBytes(body)
        case .samples: return nextSamples(body)
        }
    }

    /// Forgets everything that has not come out, and what an encoder holds back.
    mutating func cut() {
        samples.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        packets.removeAll()
        owed = .zero
        converter?.reset()
        // An encoder remembers for three frames what it was cut off from.
        if encoder != nil { encodeSilence(3) }
    }
}

extension Transcoder {
    private var decodedLevel: UInt8 { withDecoded { SampleBytes.level($0) } }

    private mutating func decode(_ payload: UnsafeRawBufferPointer) -> Bool {
        if decoder == nil { decoder = try? OpusSpeechDecoder() }
        let count = decoded.withUnsafeMutableBufferPointer { decoder?.decode(payload, into: $0) }
        guard let count = count ?? nil else { return false }
        decodedCount = count
        return true
    }

    private mutating func convertDecoded() {
        decoded.withUnsafeBufferPointer { all in
            let part = UnsafeBufferPointer(rebasing: all[..<decodedCount])
            if converter == nil {
                samples.append(contentsOf: part)
            } else {
                converter?.convert(part, into: &samples)
            }
        }
    }

    private mutating func convertArrived() {
        arrived.withUnsafeBufferPointer { part in
            if converter == nil {
                samples.append(contentsOf: part)
            } else {
                converter?.convert(part, into: &samples)
            }
        }
    }

    private mutating func nextBytes<Result>(
        _ body: (UnsafeRawBufferPointer, UInt8) -> Result
    ) -> Result {
        let count = frameBytes
        let result = bytes.withUnsafeBytes { all in
            let part = UnsafeRawBufferPointer(rebasing: all[..<count])
            arrived.removeAll(keepingCapacity: true)
            SampleBytes.read(part, source, into: &arrived)
            let level = arrived.withUnsafeBufferPointer { SampleBytes.level($0) }
            return body(part, SampleBytes.octet(level))
        }
        bytes.removeFirst(count)
        return result
    }

    private mutating func nextSamples<Result>(
        _ body: (UnsafeRawBufferPointer, UInt8) -> Result
    ) -> Result? {
        let count = frameSamples
        defer { samples.removeFirst(count) }
        if target == .opus { startEncoder() }
        return samples.withUnsafeBufferPointer { all in
            let part = UnsafeBufferPointer(rebasing: all[..<count])
            let octet = SampleBytes.octet(SampleBytes.level(part))
            guard target == .opus else {
                bytes.removeAll(keepingCapacity: true)
                SampleBytes.write(part, target, into: &bytes)
                return bytes.withUnsafeBytes { body($0, octet) }
            }
            guard let length = Self.encode(part, encoder, into: &room) else { return nil }
            return room.withUnsafeBytes {
                body(UnsafeRawBufferPointer(rebasing: $0[..<length]), octet)
            }
        }
    }

    private mutating func startEncoder() {
        guard encoder == nil else { return }
        // Speech in a live call: cheap is worth more than the last tenth of a MOS.
        encoder = try? OpusSpeechEncoder(interval: frame, complexity: 1)
        // So that it starts where one that has been running would be.
        encodeSilence(Int(Nanoseconds.milliseconds(120) / frame))
    }

    private mutating func encodeSilence(_ count: Int) {
        arrived.removeAll(keepingCapacity: true)
        arrived.append(contentsOf: repeatElement(0, count: frameSamples))
        arrived.withUnsafeBufferPointer { zeros in
            for _ in 0..<count { _ = Self.encode(zeros, encoder, into: &room) }
        }
    }

    private static func encode(
        _ part: UnsafeBufferPointer<Int16>, _ encoder: OpusSpeechEncoder?, into room: inout [UInt8]
    ) -> Int? {
        room.withUnsafeMutableBufferPointer { try? encoder?.encode(part, into: $0) }
    }
}
