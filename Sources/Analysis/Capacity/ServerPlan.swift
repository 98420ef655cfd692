/// How many servers a load of calls needs, with everything it was reckoned from.
package struct ServerPlan: Equatable, Sendable {
    /// What is known of the load, and how cautious to be.
    package struct Demand: Equatable, Sendable {
        package var peakCallsPerHour: Double
        /// Mean length of a call, s; `nil` for what was measured.
        package var holdingSeconds: Double?
        /// Share of calls that may find every line taken.
        package var blocking: Double
        /// Share of its capacity that a server is loaded with.
        package var headroom: Double

        package init(
            peakCallsPerHour: Double, holdingSeconds: Double? = nil, blocking: Double = 0.01,
            headroom: Double = 0.7
        ) {
            self.peakCallsPerHour = peakCallsPerHour
            self.holdingSeconds = holdingSeconds
            self.blocking = blocking
            self.headroom = headroom
        }
    }

    package let demand: Demand
    /// Callers of one server.
    package let capacity: Int
    package let holdingSeconds: Double
    /// Whether that was measured rather than given.
    package let isHoldingMeasured: Bool
    /// Calls up at once in the mean of the peak hour.
    package let erlangs: Double
    /// By Erlang B.
    package let lines: Int
    /// ⌈lines ÷ (capacity × headroom)⌉.
    package let servers: Int

    /// - Parameter measuredSeconds: mean length of the calls that were placed, s.
    /// - Returns: `nil` where the length of a call is not known, or the load is beyond reckoning.
    package init?(_ demand: Demand, capacity: Int, measuredSeconds: Double?) {
        guard let holding = demand.holdingSeconds ?? measuredSeconds, capacity > 0 else {
            return nil
        }
        let erlangs = demand.peakCallsPerHour * holding / 3_600
        guard let lines = ErlangB.lines(erlangs: erlangs, blocking: demand.blocking),
            let servers = Int(
                exactly: (Double(lines) / (Double(capacity) * demand.headroom)).rounded(.up))
        else { return nil }
        self.demand = demand
        self.capacity = capacity
        self.lines = lines
        self.erlangs = erlangs
        holdingSeconds = holding
        isHoldingMeasured = demand.holdingSeconds == nil
        self.servers = servers
    }
}
