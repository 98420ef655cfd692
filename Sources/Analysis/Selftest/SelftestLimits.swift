/// What the system allows this process; `nil` for what it does not say.
package struct SelftestLimits: Equatable, Sendable, Codable {
    /// File descriptors allowed as the process was started, and the most it may raise that to.
    package var softDescriptors: Int
    package var hardDescriptors: Int
    package var openDescriptors: Int
    /// Ports that sockets without a port of their own are given.
    package var ports: Int
    /// Callers that descriptors and ports allow at once, by transport.
    package var callers: [String: Int]
    /// Bytes a socket's buffer has unless asked, and may have at most.
    package var receiveBuffer: Buffer?
    package var sendBuffer: Buffer?
    package var tcpReceiveBuffer: Buffer?
    package var tcpSendBuffer: Buffer?
    /// Processors this process may run on.
    package var cpus: Int?
    /// Processor time allowed by its control groups, in cores; `nil` for no quota.
    package var cpuQuota: Double?
    /// Whether a thread may be scheduled ahead of ordinary ones (SCHED_FIFO, SCHED_RR).
    package var mayScheduleRealtime: Bool

    package init(
        softDescriptors: Int, hardDescriptors: Int, openDescriptors: Int, ports: Int,
        callers: [String: Int], mayScheduleRealtime: Bool
    ) {
        self.softDescriptors = softDescriptors
        self.hardDescriptors = hardDescriptors
        self.openDescriptors = openDescriptors
        self.ports = ports
        self.callers = callers
        self.mayScheduleRealtime = mayScheduleRealtime
    }

    /// Sizes of a socket buffer, bytes.
    package struct Buffer: Equatable, Sendable, Codable {
        package var usual: Int
        package var most: Int

        package init(usual: Int, most: Int) {
            self.usual = usual
            self.most = most
        }
    }
}

/// How late a loop's tick comes that has nothing else to do, and what reading the clock costs.
package struct SelftestTimer: Equatable, Sendable, Codable {
    /// Actual tick less the instant it was due, ms.
    package var lateness: GeneratorGrade.Spread
    /// Ticks that came, and those a late one stood for.
    package var ticks: Int
    package var missed: Int
    package var clockReadNs: Double
    /// The least step seen between two readings of CLOCK_MONOTONIC that differ.
    package var clockResolutionNs: Int

    package init(
        lateness: GeneratorGrade.Spread, ticks: Int, missed: Int, clockReadNs: Double,
        clockResolutionNs: Int
    ) {
        self.lateness = lateness
        self.ticks = ticks
        self.missed = missed
        self.clockReadNs = clockReadNs
        self.clockResolutionNs = clockResolutionNs
    }

    /// The timer as a load of no callers.
    package var level: SelftestLevel {
        var grade = GeneratorGrade()
        grade.sendLateness = lateness
        if let p99 = lateness.p99, p99 > GeneratorGrade.Budget.sendLatenessP99 {
            grade.valid = false
            grade.problems = ["tick lateness p99 is \(p99.shortText) ms, over the budget of 5 ms"]
        }
        return SelftestLevel(callers: 0, connected: 0, grade: grade)
    }
}
