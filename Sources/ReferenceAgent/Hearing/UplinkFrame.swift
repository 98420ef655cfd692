import Timeline

/// A short piece of what the caller says, reduced to whether it is speech.
struct UplinkFrame: Equatable, Sendable {
    /// Its end on the caller's media clock.
    var end: Nanoseconds
    var length: Nanoseconds
    var isVoiced: Bool
    /// How far sound may reach into a frame that is not voiced but follows one that is.
    var tail: Nanoseconds
    /// When its last sample had surely been captured: never earlier than it was.
    var captured: RunInstant
}
