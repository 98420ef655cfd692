/// What a core reports of a call.
///
/// Runners carry observations to the store; nothing else does.
package enum Observation: Equatable, Sendable {
    /// A turn whose watch is over.
    indirect case turn(TurnRecord)
    /// A call that has ended. The last observation of its call.
    indirect case call(CallRecord)
    /// One value of a per-frame metric.
    case frame(FrameMetric, Nanoseconds)
}

/// What is measured for every frame or tick and kept as a histogram, never as rows.
package enum FrameMetric: String, Sendable, Codable, CaseIterable {
    /// Delay variation between neighbouring packets, absolute (RFC 3393).
    case ipdv
    /// Uplink: scheduled send to arrival at the embedded agent.
    case frameDelay = "frame_delay"
    /// Actual send less scheduled send.
    case sendLateness = "send_lateness"
    /// User-space read less the kernel's receive timestamp, or less the slot in which a packet that
    /// waited on purpose was to be read.
    case rxDwell = "rx_dwell"
}
