package import Planning
package import Timeline

/// Calls that began after they were planned: what a generator that cannot keep up does to a load.
///
/// An open load that falls behind is no longer the load that was asked for: its agent was tried less
/// hard, and whatever is measured of it is measured of another.
package struct LateStarts: Equatable, Sendable {
    /// A call that began this much after its planned instant is late.
    package static let tolerance = Nanoseconds.milliseconds(20)
    /// Begun later than this, it counts against the budget of an open load.
    package static let limit = Nanoseconds.milliseconds(100)

    /// Calls that began.
    package private(set) var started = 0
    package private(set) var late = 0
    package private(set) var overLimit = 0
    /// Greatest lateness; `nil` where no call began.
    package private(set) var largest: Nanoseconds?

    package init(_ calls: some Sequence<CallRecord>) {
        for call in calls {
            guard let began = call.started else { continue }
            let lateness = began - call.planned
            started += 1
            if lateness > Self.tolerance { late += 1 }
            if lateness > Self.limit { overLimit += 1 }
            largest = max(largest ?? lateness, lateness)
        }
    }

    /// Of the calls that began; `nil` where none did.
    package var shareOverLimit: Double? {
        started > 0 ? Double(overLimit) / Double(started) : nil
    }
}

extension Load {
    /// Whether calls begin when they are planned, whatever became of those before.
    package var isOpen: Bool {
        if case .open = self { true } else { false }
    }
}

extension CallRecord {
    /// The call as one that began when it was planned, which is what an open load times it by.
    func fromPlanned() -> CallRecord {
        var call = self
        if call.started != nil { call.started = call.planned }
        return call
    }
}
