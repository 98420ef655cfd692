package import Timeline

/// One outgoing RTP stream: numbers its packets and counts them for the sender reports.
package struct RTPSender: Sendable {
    package let ssrc: UInt32
    package let payloadType: UInt8
    /// RTP clock, Hz: 48,000 for Opus whatever its bandwidth (RFC 7587 §4.1), 8,000 for G.711.
    package let clockRate: Int
    /// Clock ticks in one frame.
    package let frameTicks: UInt32
    /// Extension id of the audio level, 1...14.
    package let levelID: UInt8
    /// Names the media section in every packet; `none` where sections need no telling apart.
    package var mediaID = MediaIDElement.none

    /// Sequence number of the next packet.
    package private(set) var sequence: UInt16
    /// Timestamp of the next frame, sent or skipped.
    package private(set) var timestamp: UInt32
    /// Sent so far, modulo 2³² as in a sender report (RFC 3550 §6.4.1).
    package private(set) var packetsSent: UInt32 = 0
    /// Payload bytes sent so far, modulo 2³².
    package private(set) var octetsSent: UInt32 = 0

    private var latestTimestamp: UInt32
    private var latestInstant: RunInstant?

    /// - Parameters:
    ///   - frame: audio in one packet; a whole number of clock ticks.
    ///   - generator: draws where sequence number and timestamp begin (RFC 3550 §5.1).
    package init(
        ssrc: UInt32, payloadType: UInt8, clockRate: Int, frame: Nanoseconds,
        levelID: UInt8 = 1, generator: inout SeededGenerator
    ) {
        // From the lower half: no wrap among the first packets (advice of RFC 3711 §3.3.1).
        let draw = generator.next()
        self.init(
            ssrc: ssrc, payloadType: payloadType, clockRate: clockRate, frame: frame,
            levelID: levelID, sequence: UInt16(truncatingIfNeeded: draw) & 0x7FFF,
            timestamp: UInt32(truncatingIfNeeded: draw >> 32)
        )
    }

    /// A stream that begins at a given sequence number and timestamp.
    package init(
        ssrc: UInt32, payloadType: UInt8, clockRate: Int, frame: Nanoseconds,
        levelID: UInt8 = 1, sequence: UInt16, timestamp: UInt32
    ) {
        precondition(clockRate > 0 && frame > .zero, "clock \(clockRate) Hz, frame \(frame)")
        precondition((1...14).contains(levelID), "extension id \(levelID) is not in 1...14")
        self.ssrc = ssrc
        self.payloadType = payloadType
        self.clockRate = clockRate
        frameTicks = UInt32(clamping: frame.samples(rate: clockRate))
        self.levelID = levelID
        self.sequence = sequence
        self.timestamp = timestamp
        latestTimestamp = timestamp
    }

    /// Appends one packet to `buffer` and moves on by one frame.
    ///
    /// - Parameters:
    ///   - marker: first packet of a talkspurt.
    ///   - instant: when the packet is scheduled to leave; sender reports map timestamps with it.
    package mutating func writePacket(
        payload: UnsafeRawBufferPointer, level: AudioLevel?, marker: Bool, at instant: RunInstant,
        into buffer: inout WireBuffer
    ) {
        let header = RTPHeader(
            marker: marker, payloadType: payloadType, sequence: sequence, timestamp: timestamp,
            ssrc: ssrc
        )
        header.write(into: &buffer, level: level, levelID: levelID, mid: mediaID)
        buffer.append(payload)
        sequence &+= 1
        packetsSent &+= 1
        octetsSent &+= UInt32(truncatingIfNeeded: payload.count)
        latestTimestamp = timestamp
        latestInstant = instant
        timestamp &+= frameTicks
    }

    /// Moves the media clock on by frames that are not sent: DTX, or silence between replies.
    package mutating func skipFrames(_ count: Int = 1) {
        timestamp &+= frameTicks &* UInt32(truncatingIfNeeded: count)
    }

    /// The RTP timestamp that belongs to `instant`, by the latest packet sent (RFC 3550 §6.4.1).
    package func timestamp(at instant: RunInstant) -> UInt32 {
        guard let latestInstant else { return timestamp }
        let ticks = (instant - latestInstant).samples(rate: clockRate)
        return latestTimestamp &+ UInt32(truncatingIfNeeded: ticks)
    }
}
