import Timeline

/// The one thing that a call wants after most packets.
///
/// Kept apart from what else is pending, and without anything to be counted or freed.
enum UsualOutput {
    case nothing
    case frame(Mouth.Frame, scheduled: RunInstant)
    case variation(Nanoseconds)
}

/// Everything a call may want; what is usual is among it where something else came first.
enum PendingOutput {
    case usual(UsualOutput)
    case report(RunInstant)
    case opening
    case truncation
    case closing(RunInstant)
    case observe(Observation)
    case hangUp
}
