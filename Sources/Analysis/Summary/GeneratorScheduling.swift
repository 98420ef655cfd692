/// How a generator's loops ran, and where.
package struct GeneratorScheduling: Equatable, Sendable, Codable {
    /// How far ahead of other threads the system had a loop run, least first.
    package enum Policy: String, Sendable, Codable, CaseIterable, Comparable {
        /// Among all threads, in its turn.
        case other
        /// SCHED_RR: ahead of ordinary threads, in turn with its kind.
        case roundRobin = "rr"
        /// SCHED_FIFO: the same, and to the end of what it began.
        case firstInFirstOut = "fifo"

        package static func < (left: Self, right: Self) -> Bool {
            allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
        }
    }

    /// Of the loop that got least.
    package var policy: Policy
    package var loops: Int
    /// CPUs that the loops could run on, ascending.
    package var cpus: [Int]
    /// Whether each loop kept to one of them.
    package var isPinned: Bool
    /// CPUs that the embedded agent and the gateways were given; `nil` where none were set apart.
    package var agentCPUs: [Int]?

    package init(
        policy: Policy, loops: Int, cpus: [Int], isPinned: Bool, agentCPUs: [Int]? = nil
    ) {
        self.policy = policy
        self.loops = loops
        self.cpus = cpus
        self.isPinned = isPinned
        self.agentCPUs = agentCPUs
    }

    /// Two processes that worked side by side.
    func merged(with other: Self) -> Self {
        Self(
            policy: min(policy, other.policy), loops: loops + other.loops,
            cpus: Set(cpus + other.cpus).sorted(), isPinned: isPinned && other.isPinned,
            agentCPUs: agentCPUs == nil && other.agentCPUs == nil
                ? nil : Set((agentCPUs ?? []) + (other.agentCPUs ?? [])).sorted())
    }

    /// One process at two times.
    func following(_ earlier: Self) -> Self {
        var both = merged(with: earlier)
        both.loops = max(loops, earlier.loops)
        return both
    }
}
