package import Timeline

/// One direction of a call's network as a TCP stream sees it: nothing is lost, all in order.
///
/// An approximation for small messages at a steady pace (the thin-stream law): a lost segment is
/// noticed when a later one is acknowledged, so it arrives a round trip + one interval late,
/// more where the next segments are lost too. A lost retransmission waits for the timeout of
/// 200 ms, doubled each time. What was sent later is held back behind it. Congestion windows,
/// lost acknowledgements and delayed ones are left out; a message is one segment.
package struct StreamLink: Sendable {
    private var link: Link
    private let interval: Nanoseconds
    /// Arrival of the segment before.
    private var latestArrival = RunInstant(nanoseconds: .min)

    private static let retransmissionTimeout = Nanoseconds.milliseconds(200)

    /// - Parameter interval: usual time between messages, as in 20 ms; greater than zero.
    package init(
        profile: LinkProfile, seed: UInt64, number: Int, direction: LinkDirection,
        interval: Nanoseconds = .milliseconds(20)
    ) {
        precondition(interval > .zero, "interval must be positive, got \(interval)")
        link = Link(profile: profile, seed: seed, number: number, direction: direction)
        self.interval = interval
    }

    /// When a message can be read at the other end; never before one that was sent earlier.
    ///
    /// - Parameter bytes: its size; no profile tells sizes apart yet.
    package mutating func passage(of bytes: Int, sentAt: RunInstant) -> RunInstant {
        let arrival: RunInstant
        switch link.passage(of: bytes, sentAt: sentAt) {
        case .delivered(let instant): arrival = instant
        case .lost: arrival = recovery(ofSegmentSentAt: sentAt)
        }
        latestArrival = max(latestArrival, arrival)
        return latestArrival
    }

    /// When a lost segment arrives after all.
    private func recovery(ofSegmentSentAt sentAt: RunInstant) -> RunInstant {
        // A copy looks ahead: the losses to come are settled, whoever asks.
        var future = link.losses
        let roundTrip = link.profile.delay * 2
        let timeout = max(Self.retransmissionTimeout, roundTrip * 2)
        // The first later segment to get through gives the loss away, or else the timeout does.
        var telltale = sentAt + interval
        while telltale + roundTrip < sentAt + timeout, future.isBad(at: telltale) {
            telltale += interval
        }
        var retransmission = min(telltale + roundTrip, sentAt + timeout)
        var backoff = timeout
        while future.isBad(at: retransmission) {
            retransmission += backoff
            backoff = min(backoff * 2, .seconds(120))
        }
        return retransmission + link.delay(at: retransmission)
    }
}
