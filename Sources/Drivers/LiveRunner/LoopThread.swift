import CSockets

/// Sets up the thread of a loop: its name, its CPU, and how far ahead of other threads it runs.
enum LoopThread {
    /// Of the generator's loops, and of nobody else's: a measurement must not wait for what it
    /// measures, on the same host as well.
    private static let rank: Int32 = 2

    /// Called on the loop's own thread.
    ///
    /// - Returns: what the system allowed.
    static func prepare(number: Int, plan: LoopPlan) -> LoopScheduling.Policy {
        talkover_name_thread("loop-\(number)")
        if let cpu = plan.cpu(ofLoop: number) { CPUList(only: cpu).restrictThread() }
        // Sleeps may end up to 50 µs late by default, to save power.
        _ = talkover_set_timer_slack(1_000)
        // A tick is short and comes every millisecond; waiting behind somebody's time slice is what
        // makes it late. Where the system does not allow it, the grade tells.
        if !plan.isRealtime || talkover_go_ahead_of_all(rank) != 0 {
            _ = talkover_go_ahead_of_others(rank)
        }
        switch Int(talkover_thread_policy()) {
        case TALKOVER_POLICY_FIFO: return .firstInFirstOut
        case TALKOVER_POLICY_ROUND_ROBIN: return .roundRobin
        default: return .ordinary
        }
    }

    /// Whether the system would let loops run to the end of what they began.
    static var mayBeRealtime: Bool { talkover_may_go_ahead_of_all(rank) == 0 }
}

extension LoopPlan {
    /// What to tell a user who asked for loops in real time on a system that refuses; `nil` where
    /// it does not, or nobody asked.
    package var refusal: String? {
        guard isRealtime, !LoopThread.mayBeRealtime else { return nil }
        return "--realtime: the system does not allow SCHED_FIFO (needs CAP_SYS_NICE or "
            + "RLIMIT_RTPRIO); running at ordinary priority"
    }
}
