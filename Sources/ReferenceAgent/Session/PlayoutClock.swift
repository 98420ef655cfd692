import Timeline

/// When each part of a reply is played by a player without buffer delay.
///
/// A chunk plays at the later of its sending and the end of the one before: a reply that
/// leaves faster than real time is one stretch, one that leaves late has gaps.
struct PlayoutClock {
    private struct Stretch {
        let position: Nanoseconds
        let start: RunInstant
    }

    private var stretches: [Stretch] = []
    /// Sent up to here, in the reply's own time.
    private(set) var sent: Nanoseconds
    /// When what was sent has been played.
    private(set) var end = RunInstant.zero

    /// - Parameter position: where in the reply sending begins.
    init(from position: Nanoseconds) { sent = position }

    mutating func send(_ span: Nanoseconds, at now: RunInstant) {
        if stretches.isEmpty || now > end {
            stretches.append(Stretch(position: sent, start: now))
            end = now
        }
        sent += span
        end += span
    }

    /// When the sample at `position` is played; `nil` if it was not sent on this clock.
    func instant(of position: Nanoseconds) -> RunInstant? {
        guard position < sent, let stretch = stretches.last(where: { $0.position <= position })
        else { return nil }
        return stretch.start + (position - stretch.position)
    }

    /// From where on, not before `position`, the reply is played for 30 ms on end: what an ear calls
    /// speech, to which gaps of less than 10 ms are none (Metrics, definition of audible).
    ///
    /// - Returns: `nil` while not so much was sent on end.
    func sustained(from position: Nanoseconds) -> Nanoseconds? {
        var start = max(position, stretches.first?.position ?? position)
        for index in stretches.indices {
            let isLast = index + 1 == stretches.count
            let end = isLast ? sent : stretches[index + 1].position
            if end - start >= Self.sustained { return start }
            if isLast { return nil }
            let played = stretches[index].start + (end - stretches[index].position)
            let gap = stretches[index + 1].start - played
            if gap >= Self.interruption { start = max(position, end) }
        }
        return nil
    }

    private static let sustained = Nanoseconds.milliseconds(30)
    private static let interruption = Nanoseconds.milliseconds(10)

    /// What has been played by `now`, in the reply's own time.
    func position(at now: RunInstant) -> Nanoseconds? {
        guard let index = stretches.lastIndex(where: { $0.start <= now }) else { return nil }
        let limit = index + 1 < stretches.count ? stretches[index + 1].position : sent
        return min(limit, stretches[index].position + (now - stretches[index].start))
    }
}
