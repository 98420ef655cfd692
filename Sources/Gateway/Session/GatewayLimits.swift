package import Timeline

/// Bounds that keep one call from harming the others.
package struct GatewayLimits: Equatable, Sendable {
    /// A caller that sends neither media nor reports is gone after this.
    package var idle: Nanoseconds = .seconds(10)
    /// Caller audio kept while the upstream is not open; of more, the oldest is dropped.
    package var held: Nanoseconds = .seconds(2)
    /// Reply audio kept until it is played; of more, the oldest is dropped.
    package var queued: Nanoseconds = .seconds(60)
    /// When so many packets wait for one before them, it is lost.
    package var reorderedPackets = 2
    /// When a packet has waited for so long for one before it, that is lost.
    package var reorderPatience: Nanoseconds = .milliseconds(30)
    /// Without media for this long, the upstream is sent silence in its place (RFC 3551 §4.1).
    package var silenceAfter: Nanoseconds = .milliseconds(200)
    /// A reply without an end and without audio for this long is over.
    package var replyPatience: Nanoseconds = .seconds(2)
    /// Bytes of one event on the data channel, either way.
    package var event = 256 << 10
    /// Events of the caller kept while the upstream is not open.
    package var heldEvents = 32
    /// What is not understood from either side before the session is closed.
    package var problems = 1_000

    package init() {}
}
