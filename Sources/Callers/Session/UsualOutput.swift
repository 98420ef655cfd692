import Timeline

/// The one thing that a call wants after most packets.
///
/// Kept apart from what else is pending, and without anything to be counted or freed.
enum UsualOutput {
    case nothing
    case frame(Mouth.Frame, scheduled: RunInstant)
    case variation(Nanoseconds)
}
