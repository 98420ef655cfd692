package import Planning
package import Timeline

/// Decides when the calls of one path begin, and when the path is done.
///
/// Sans-IO: tell it of calls that ended, then call ``poll(now:)`` until `nil`. Under a closed
/// load, call `c + r × callers` is the r-th call of caller c, so that a call's number, and with
/// it everything drawn for it, does not depend on the order in which calls end. A caller lets a
/// second pass from the beginning of one call to that of the next: an agent that refuses at once
/// is not hammered.
package struct Fleet: Sendable {
    package enum Output: Equatable, Sendable {
        /// Place this call now; it was planned for `planned`.
        case start(number: Int, planned: RunInstant)
        case wake(at: RunInstant)
        /// Every call has ended and none will begin.
        case finished
    }

    private struct Due { let at: RunInstant, number: Int }

    /// `nil` under an open load: everybody calls once.
    private let repetition: Repetition?
    private let callers: Int
    private let start: RunInstant
    private var due: [Due]
    private var next = 0
    /// When each call that is up began, by number.
    private var active: [Int: RunInstant] = [:]
    private var announcedWake: RunInstant?
    private var isFinished = false

    package init(arrivals: Arrivals, start: RunInstant) {
        self.start = start
        let offsets: [Nanoseconds]
        switch arrivals {
        case .closed(let firstCalls, let repeating): (offsets, repetition) = (firstCalls, repeating)
        case .open(let calls, _): (offsets, repetition) = (calls, nil)
        }
        callers = offsets.count
        due = offsets.enumerated()
            .map { Due(at: start + $0.element, number: $0.offset) }
            .sorted { ($0.at, $0.number) < ($1.at, $1.number) }
    }

    /// A call is over, however it ended; its caller may call again.
    package mutating func callEnded(number: Int, at now: RunInstant) {
        let began = active.removeValue(forKey: number) ?? now
        let again = number + callers
        let earliest = max(now, began + Self.betweenCalls)
        let mayRepeat =
            switch repetition {
            case .calls(let each): again < callers * each
            case .lasting(let span): earliest - start < span
            case nil: false
            }
        // More calls than have names of their own would be taken for each other.
        if mayRepeat, again < CallID.mostCalls, !isStopped {
            insert(Due(at: earliest, number: again))
        }
    }

    /// No call begins any more.
    package mutating func stop() {
        isStopped = true
        due.removeSubrange(next...)
    }

    package mutating func poll(now: RunInstant) -> Output? {
        if next < due.count {
            let first = due[next]
            if first.at <= now {
                next += 1
                active[first.number] = now
                if next > 4_096 {
                    due.removeSubrange(..<next)
                    next = 0
                }
                return .start(number: first.number, planned: first.at)
            }
            guard announcedWake != first.at else { return nil }
            announcedWake = first.at
            return .wake(at: first.at)
        }
        guard active.isEmpty, !isFinished else { return nil }
        isFinished = true
        return .finished
    }

    private var isStopped = false
    private static let betweenCalls = Nanoseconds.seconds(1)

    private mutating func insert(_ call: Due) {
        let place = due[next...].firstIndex { $0.at > call.at } ?? due.count
        due.insert(call, at: place)
    }
}
