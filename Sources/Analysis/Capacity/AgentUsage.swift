package import Timeline

/// What an agent's process had used by an instant of a run.
package struct AgentSample: Equatable, Sendable {
    package var at: RunInstant
    /// User and system time since the process began.
    package var cpuSeconds: Double
    package var residentBytes: Double

    package init(at: RunInstant, cpuSeconds: Double, residentBytes: Double) {
        self.at = at
        self.cpuSeconds = cpuSeconds
        self.residentBytes = residentBytes
    }
}

/// What an agent took for a number of callers.
package struct AgentUsage: Equatable, Sendable {
    /// CPU over the hold, in cores.
    package var cores: Double
    /// Most resident memory of the hold, in units of 10⁶ bytes.
    package var residentMB: Double
    /// `nil` where it used no time that the system's clock tick could show.
    package var callersPerCore: Double?
    /// Growth over an idle agent; `nil` where that was not measured or there was none.
    package var mbPerCaller: Double?

    /// - Parameters:
    ///   - samples: in order of time, of any part of the run.
    ///   - idleBytes: resident memory before the first caller.
    /// - Returns: `nil` with fewer than two samples in the window, or where the process began anew.
    package init?(
        _ samples: [AgentSample], in window: HoldWindow, callers: Int, idleBytes: Double?
    ) {
        let held = samples.filter { $0.at >= window.from && $0.at <= window.to }
        guard let first = held.first, let last = held.last, last.at > first.at,
            last.cpuSeconds >= first.cpuSeconds
        else { return nil }
        cores = (last.cpuSeconds - first.cpuSeconds) / (last.at - first.at).seconds
        let resident = held.map(\.residentBytes).max() ?? 0
        residentMB = resident / 1e6
        callersPerCore = cores > 0 ? Double(callers) / cores : nil
        mbPerCaller = idleBytes.flatMap { idle in
            resident > idle ? (resident - idle) / 1e6 / Double(callers) : nil
        }
    }
}
