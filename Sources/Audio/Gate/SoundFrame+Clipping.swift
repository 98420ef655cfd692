package import Timeline

extension SoundFrame {
    /// The same frame when playback stopped `length` after its start.
    ///
    /// Nothing at or after `length` is audible any more; the level stays that of the whole
    /// frame, so that what was heard of it still counts as loud.
    package func clipped(to length: Nanoseconds) -> SoundFrame {
        guard length > .zero else { return .silence }
        guard length < Self.length, lastAudible != Self.nowhere else { return self }
        let lastTenth = (length.count - 1) / 100_000
        guard Int64(firstAudible) <= lastTenth else { return .silence }
        var frame = self
        frame.lastAudible = UInt8(min(Int64(lastAudible), lastTenth))
        return frame
    }

    /// Span from the frame's start to its first audible sample; `nil` if there is none.
    package var firstAudibleOffset: Nanoseconds? {
        firstAudible == Self.nowhere ? nil : .microseconds(Int64(firstAudible) * 100)
    }

    /// Span from the frame's start to its last audible sample; `nil` if there is none.
    package var lastAudibleOffset: Nanoseconds? {
        lastAudible == Self.nowhere ? nil : .microseconds(Int64(lastAudible) * 100)
    }
}
