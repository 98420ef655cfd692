package import Timeline

/// What the ears of an event loop had to decode, and what it took.
package struct DecodingTally: Equatable, Sendable {
    /// Packets put through a decoder: those that were listened to, and those before them that a
    /// decoder must have heard.
    package var decoded = 0
    /// Packets that would have been decoded had their sound not been known from another caller.
    package var remembered = 0
    /// CPU time inside the decoder; zero where the room has no clock.
    package var time = Nanoseconds.zero

    package init() {}

    /// Adds another loop's, or another stretch of time's.
    package static func += (left: inout DecodingTally, right: DecodingTally) {
        left.decoded += right.decoded
        left.remembered += right.remembered
        left.time += right.time
    }

    /// What was added between two readings of one loop's tally.
    package static func - (later: DecodingTally, earlier: DecodingTally) -> DecodingTally {
        var difference = later
        difference.decoded -= earlier.decoded
        difference.remembered -= earlier.remembered
        difference.time = later.time - earlier.time
        return difference
    }
}
