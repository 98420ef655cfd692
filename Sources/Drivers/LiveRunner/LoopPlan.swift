import NIOCore
package import Planning

/// How many loops a generator runs its callers on, where, and how far ahead of other threads.
package struct LoopPlan: Equatable, Sendable {
    /// More have nothing to do on any host that this was made for.
    package static let most = 64

    package var count: Int
    /// Loop k keeps to the k-th of these, beginning anew behind the last; `nil` leaves that to the
    /// system.
    package var cpus: CPUList?
    /// Runs to its end what it began (SCHED_FIFO), where the system allows that.
    package var isRealtime = false

    /// - Parameter count: `nil` for one on each CPU there is to run on.
    package init(count: Int? = nil, cpus: CPUList? = nil, isRealtime: Bool = false) {
        self.count = count ?? cpus?.numbers.count ?? Self.standard
        self.cpus = cpus
        self.isRealtime = isRealtime
    }

    /// One on each CPU that this process may use and, in a container, has a share of.
    private static var standard: Int {
        max(1, min(CPUList.allowed.numbers.count, System.coreCount))
    }

    /// Without loops that are of no use: no more than there are callers, and ``most`` of them.
    package func limited(to arrivals: Arrivals, order: PathOrder, paths: Int) -> LoopPlan {
        let each =
            switch arrivals {
            case .closed(let firstCalls, _): firstCalls.count
            case .open(let calls, _): calls.count
            }
        let callers = order == .together ? each * max(1, paths) : each
        var limited = self
        limited.count = max(1, min(count, Self.most, callers))
        return limited
    }

    /// Where a loop is to run; `nil` where the system decides.
    func cpu(ofLoop number: Int) -> Int? {
        cpus.map { $0.numbers[number % $0.numbers.count] }
    }
}

/// How the loops of a run were scheduled, as the system had it.
package struct LoopScheduling: Equatable, Sendable {
    /// What a loop waits for before it runs, least first.
    package enum Policy: Int, Sendable, Comparable {
        /// Its turn among all threads.
        case ordinary
        /// Only other loops and their kind, in turn with them (SCHED_RR).
        case roundRobin
        /// The same, without turns (SCHED_FIFO).
        case firstInFirstOut

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// Of the loop that got least.
    package var policy: Policy
    package var loops: Int
    /// Where the loops may run.
    package var cpus: CPUList
    /// Whether each loop keeps to one CPU.
    package var isPinned: Bool
}
