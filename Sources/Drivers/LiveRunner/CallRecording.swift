package import Audio
package import Timeline

/// Which calls of a run are recorded, and who takes the recordings.
package struct CallRecording: Sendable {
    /// The first so many of each path.
    let callsPerPath: Int
    let clips: [String: Clip]
    let take: @Sendable (CallID, StereoRecording) -> Void

    /// - Parameters:
    ///   - clips: the scenario's, by name.
    ///   - take: called on the loops' threads within a second of a call's end; must only pass it on.
    package init(
        callsPerPath: Int, clips: [String: Clip],
        take: @escaping @Sendable (CallID, StereoRecording) -> Void
    ) {
        self.callsPerPath = callsPerPath
        self.clips = clips
        self.take = take
    }
}
