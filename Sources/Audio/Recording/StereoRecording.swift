package import Timeline

/// One call as it was heard: the caller on the left, the agent on the right.
///
/// Sound is placed by its time, so silence between needs no samples. The two directions
/// are never mixed: a mix hides who stopped when.
package struct StereoRecording: Sendable {
    /// Whose voice: the caller's is on the left, the agent's on the right.
    package enum Channel: Sendable { case caller, agent }

    package static let sampleRate = 16_000

    private let origin: RunInstant
    private let limit: Int
    private var caller: [Int16] = []
    private var agent: [Int16] = []

    /// - Parameters:
    ///   - origin: what the recording begins with.
    ///   - limit: its greatest length; what comes later is left out.
    package init(from origin: RunInstant, limit: Nanoseconds = .seconds(600)) {
        self.origin = origin
        self.limit = max(0, limit.samples(rate: Self.sampleRate))
    }

    /// Length so far.
    package var duration: Nanoseconds {
        Nanoseconds(samples: max(caller.count, agent.count), rate: Self.sampleRate)
    }

    /// Places sound on a channel; where there is some already, the newer one replaces it.
    ///
    /// - Parameter rate: of the samples; other rates than 16 kHz are interpolated linearly.
    package mutating func place(
        _ samples: UnsafeBufferPointer<Int16>,
        rate: Int,
        on channel: Channel,
        at start: RunInstant
    ) {
        guard rate > 0, !samples.isEmpty else { return }
        let count = (samples.count * Self.sampleRate + rate - 1) / rate
        let offset = (start - origin).samples(rate: Self.sampleRate)
        let range = max(0, offset)..<max(0, min(limit, offset + count), offset)
        guard range.lowerBound < limit, !range.isEmpty else { return }
        switch channel {
        case .caller: Self.write(samples, rate, to: &caller, range, offset)
        case .agent: Self.write(samples, rate, to: &agent, range, offset)
        }
    }

    /// Places a copy of samples; see ``place(_:rate:on:at:)``.
    package mutating func place(_ pcm: PCM, on channel: Channel, at start: RunInstant) {
        pcm.samples.withUnsafeBufferPointer {
            place($0, rate: pcm.sampleRate, on: channel, at: start)
        }
    }

    /// Silences a channel from an instant on, as when a player is flushed.
    package mutating func cut(_ channel: Channel, from instant: RunInstant) {
        let count = max(0, (instant - origin).samples(rate: Self.sampleRate))
        switch channel {
        case .caller: caller.removeLast(max(0, caller.count - count))
        case .agent: agent.removeLast(max(0, agent.count - count))
        }
    }

    /// The bytes of a stereo WAV file.
    package func wav() -> [UInt8] {
        WAV.encode(left: caller, right: agent, sampleRate: Self.sampleRate)
    }

    private static func write(
        _ samples: UnsafeBufferPointer<Int16>,
        _ rate: Int,
        to track: inout [Int16],
        _ range: Range<Int>,
        _ offset: Int
    ) {
        if track.count < range.upperBound {
            track += repeatElement(0, count: range.upperBound - track.count)
        }
        for index in range {
            let (whole, part) = ((index - offset) * rate).quotientAndRemainder(
                dividingBy: sampleRate)
            let before = Int(samples[min(whole, samples.count - 1)])
            let after = Int(samples[min(whole + 1, samples.count - 1)])
            track[index] = Int16(clamping: before + (after - before) * part / sampleRate)
        }
    }
}
