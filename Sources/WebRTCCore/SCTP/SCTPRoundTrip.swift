import Timeline

/// How long to wait for an acknowledgement before sending again (RFC 9260 §6.3).
struct SCTPRoundTrip {
    /// Before anything was measured, and for a handshake's first step.
    static let initialTimeout = Nanoseconds.seconds(1)
    /// Lower than the RFC's second, which is meant for receivers that hold an answer back for up
    /// to 200 ms: here the last chunk of a burst asks for an answer at once (RFC 7053).
    static let shortestTimeout = Nanoseconds.milliseconds(200)
    /// Lower than the RFC's minute: a message an hour late is of no use to a call.
    static let longestTimeout = Nanoseconds.seconds(4)

    private(set) var timeout = SCTPRoundTrip.initialTimeout
    private var smoothed: Nanoseconds?
    private var variation = Nanoseconds.zero

    /// Takes what one chunk, sent only once, took to be acknowledged (§6.3.1 C2 to C7).
    mutating func measure(_ span: Nanoseconds) {
        let span = max(.zero, span)
        if let smoothed {
            let error = smoothed < span ? span - smoothed : smoothed - span
            variation = (variation * 3 + error) / 4
            self.smoothed = (smoothed * 7 + span) / 8
        } else {
            smoothed = span
            variation = span / 2
        }
        timeout = Self.bounded((smoothed ?? span) + variation * 4)
    }

    /// After an expiry (§6.3.3 E2).
    mutating func backOff() { timeout = Self.bounded(timeout * 2) }

    private static func bounded(_ span: Nanoseconds) -> Nanoseconds {
        min(max(span, shortestTimeout), longestTimeout)
    }
}

/// How much may be under way at once (RFC 9260 §7.2).
struct SCTPCongestion {
    /// More than the send queue can ever hold: growth without use means nothing.
    private static let most = 512 * 1_024

    private let packet: Int
    private(set) var window: Int
    private var threshold: Int
    private var partial = 0
    /// Losses up to here have been answered already (§7.2.4).
    private var recoveryEnd: UInt32?

    init(packet: Int, peerWindow: Int) {
        self.packet = packet
        window = min(4 * packet, max(2 * packet, 4_380))
        threshold = max(peerWindow, 4 * packet)
    }

    var isRecovering: Bool { recoveryEnd != nil }

    /// The cumulative acknowledgement has moved on (§7.2.1, §7.2.2).
    ///
    /// - Parameters:
    ///   - wasFull: whether the window was in full use before.
    ///   - isIdle: whether nothing is under way any more.
    mutating func acknowledged(bytes: Int, to tsn: UInt32, wasFull: Bool, isIdle: Bool) {
        if let recoveryEnd, !recoveryEnd.isLaterTSN(than: tsn) { self.recoveryEnd = nil }
        if window <= threshold {
            if wasFull && !isRecovering { window += min(bytes, packet) }
        } else {
            partial += bytes
            if partial >= window && wasFull {
                partial -= window
                window += packet
            }
        }
        if isIdle { partial = 0 }
        window = min(window, Self.most)
    }

    /// Three reports of a missing chunk: half the speed, once per window (§7.2.4).
    mutating func lost(highestSent: UInt32) {
        guard recoveryEnd == nil else { return }
        recoveryEnd = highestSent
        threshold = max(window / 2, 4 * packet)
        window = threshold
        partial = 0
    }

    /// The timer has expired: back to one packet (§7.2.3).
    mutating func expired() {
        recoveryEnd = nil
        threshold = max(window / 2, 4 * packet)
        window = packet
        partial = 0
    }

    /// What was learnt before a pause says little of the path now (§7.2.1).
    mutating func rested() { window = min(window, max(threshold, 4 * packet)) }
}
