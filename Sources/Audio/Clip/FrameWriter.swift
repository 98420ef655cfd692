import Timeline

/// Puts samples into the frames of a codec, one after another in one array.
enum FrameWriter {
    /// Silence an Opus encoder hears before the first frame, so that it starts where a running one would be.
    private static let priming = Nanoseconds.milliseconds(120)

    /// - Parameter samples: at the codec's rate, a whole number of frames.
    static func encode(
        _ samples: [Int16],
        _ frameSamples: Int,
        _ codec: CodecName,
        _ interval: Nanoseconds
    ) throws(CodecProblem) -> (bytes: [UInt8], offsets: [Int32]) {
        switch codec {
        case .opus:
            return try opus(samples, interval)
        case .pcm16:
            let bytes = samples.flatMap { sample in
                let pattern = UInt16(bitPattern: sample)
                return [
                    UInt8(truncatingIfNeeded: pattern), UInt8(truncatingIfNeeded: pattern >> 8),
                ]
            }
            return (bytes, offsets(samples.count / frameSamples, size: 2 * frameSamples))
        case .pcmu:
            let count = samples.count / frameSamples
            return (G711.encode(samples, .mu), offsets(count, size: frameSamples))
        case .pcma:
            let count = samples.count / frameSamples
            return (G711.encode(samples, .a), offsets(count, size: frameSamples))
        }
    }

    private static func offsets(_ count: Int, size: Int) -> [Int32] {
        (0...count).map { Int32($0 * size) }
    }

    private static func opus(
        _ samples: [Int16],
        _ interval: Nanoseconds
    ) throws(CodecProblem) -> (bytes: [UInt8], offsets: [Int32]) {
        let encoder = try OpusSpeechEncoder(interval: interval)
        let frameSamples = encoder.frameSamples
        let silence = [Int16](repeating: 0, count: frameSamples)
        for _ in 0..<Int(priming / interval) { _ = try packet(of: silence[...], encoder) }
        var bytes: [UInt8] = []
        var offsets: [Int32] = [0]
        for start in stride(from: 0, to: samples.count, by: frameSamples) {
            bytes += try packet(of: samples[start..<(start + frameSamples)], encoder)
            offsets.append(Int32(bytes.count))
        }
        return (bytes, offsets)
    }

    private static func packet(
        of samples: ArraySlice<Int16>,
        _ encoder: OpusSpeechEncoder
    ) throws(CodecProblem) -> [UInt8] {
        var problem: CodecProblem?
        let packet = [UInt8](unsafeUninitializedCapacity: OpusSpeechEncoder.largestPacket) {
            room, count in
            samples.withUnsafeBufferPointer { input in
                do throws(CodecProblem) {
                    count = try encoder.encode(input, into: room)
                } catch {
                    problem = error
                }
            }
        }
        if let problem { throw problem }
        return packet
    }
}
