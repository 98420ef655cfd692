package import Timeline

/// A span of what a jitter buffer plays.
///
/// Spans follow each other in time and never overlap.
package struct PlayedFrame: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case packet(PlayedPacket)
        /// A packet belonged here that is lost or late; a decoder fills it in.
        case concealed
        /// No packet is known to belong here: silence by absence, or a gap longer than the buffer.
        case nothing
    }

    /// When it begins at the ear, less what the decoder adds.
    package var playsAt: RunInstant
    package var duration: Nanoseconds
    package var kind: Kind

    package init(playsAt: RunInstant, duration: Nanoseconds, kind: Kind) {
        self.playsAt = playsAt
        self.duration = duration
        self.kind = kind
    }
}

/// A packet that is played, its payload left in the buffer.
package struct PlayedPacket: Equatable, Sendable {
    /// Number in the buffer's own count; neighbours differ by one, lost packets are counted too.
    package var serial: Int64
    package var timestamp: UInt32
    package var arrived: RunInstant
    package var level: AudioLevel?
    /// Payload bytes.
    package var length: Int
    /// Where they are in ``JitterBuffer/ring``.
    package var position: UInt32

    package init(
        serial: Int64, timestamp: UInt32, arrived: RunInstant, level: AudioLevel?, length: Int,
        position: UInt32
    ) {
        self.serial = serial
        self.timestamp = timestamp
        self.arrived = arrived
        self.level = level
        self.length = length
        self.position = position
    }
}

/// What a jitter buffer did with a packet.
package enum Admission: Equatable, Sendable {
    case queued
    /// Arrived after its turn; discarded, and concealed where its turn had not passed.
    case late
    /// Seen before; discarded.
    case duplicate
    /// Queued, on a new time base: see ``JitterBuffer`` for when.
    case resynchronised
    /// More packets wait than the buffer holds, or the payload is too large; discarded.
    case overflowed
}
