package import Callers
package import Timeline

/// What a path left besides its observations.
package struct PathOutcome: Sendable {
    /// Position of the path in the plan.
    package var index: Int
    /// Per-frame values of all its calls.
    package var frames: [FrameMetric: FrameTally]
    /// When the first frame of each call was to leave, by the call's wire id: what the agent's
    /// truth log is joined by.
    package var firstSlots: [UInt32: RunInstant]
    /// From the path's first call to its last one's end.
    package var usage: Usage
    /// False when the run ended before the path's last call.
    package var isComplete: Bool

    /// What the generator process spent meanwhile.
    ///
    /// Paths that run together share it.
    package struct Usage: Equatable, Sendable {
        /// User and system time.
        package var cpu: Nanoseconds
        package var wall: Nanoseconds
        package var rssBytes: Int
        /// Observations lost because a buffer was full.
        package var dropped: Int
        /// Frames that were due and never left.
        package var framesSkipped = 0
        /// How the loops ran; `nil` until the run is over.
        package var scheduling: LoopScheduling?
        /// Loop time spent on connecting WebRTC calls, and how many were begun.
        package var setupTime = Nanoseconds.zero
        package var setups = 0
        /// What resident memory grew by from the first call on.
        package var growthBytes = 0
        /// What the ears had to decode; it is in ``cpu``.
        package var decoding = DecodingTally()
    }
}
