package import Timeline

/// Which way over a link.
package enum LinkDirection: UInt64, Sendable, CaseIterable {
    /// From the caller to the agent.
    case up
    case down
}

/// What a link did with a packet.
package enum Passage: Equatable, Sendable {
    case delivered(at: RunInstant)
    case lost
}

/// One direction of one call's network: what happens to a packet is a function of when it is sent.
///
/// The same profile, seed, number and direction treat a moment alike, however many packets
/// are sent and on whatever path. Jitter holds for a millisecond, so packets may overtake each
/// other, those of one instant never.
package struct Link: Sendable {
    package let profile: LinkProfile
    private let seed: UInt64
    private let stream: UInt64
    private(set) var losses: LossProcess
    private(set) var latest = RunInstant.zero

    /// - Parameters:
    ///   - seed: the run's seed.
    ///   - number: the call's number, the same on every path.
    package init(profile: LinkProfile, seed: UInt64, number: Int, direction: LinkDirection) {
        self.profile = profile
        self.seed = seed
        stream = UInt64(number) << 1 | direction.rawValue
        losses = LossProcess(
            profile.loss,
            generator: SeededGenerator(seed: seed, stream: "link-loss", number: stream))
    }

    /// What becomes of a datagram.
    ///
    /// Time moves forward only: one sent before the one asked last is treated as sent with it,
    /// but for its delay.
    ///
    /// - Parameter bytes: its size; no profile tells sizes apart yet.
    package mutating func passage(of bytes: Int, sentAt: RunInstant) -> Passage {
        latest = max(latest, sentAt)
        if losses.isBad(at: latest) { return .lost }
        return .delivered(at: sentAt + delay(at: sentAt))
    }

    /// The delay of what is sent at `instant`, lost or not.
    package func delay(at instant: RunInstant) -> Nanoseconds {
        let jitter: Nanoseconds
        switch profile.jitter {
        case .none:
            return profile.delay
        case .uniform(let span):
            var generator = generator(at: instant)
            jitter = Nanoseconds(Int64((2 * generator.unit() - 1) * Double(span.count)))
        case .normal(let deviation):
            var generator = generator(at: instant)
            var draw = generator.standardNormal()
            while abs(draw) > 3 { draw = generator.standardNormal() }
            jitter = Nanoseconds(Int64(draw * Double(deviation.count)))
        }
        return max(.zero, profile.delay + jitter)
    }

    /// A generator that belongs to one millisecond of this link.
    private func generator(at instant: RunInstant) -> SeededGenerator {
        let millisecond = UInt64(bitPattern: instant.nanoseconds / 1_000_000)
        var own = SeededGenerator(seed: seed, stream: "link-jitter", number: stream)
        return SeededGenerator(seed: own.next(), stream: "link-moment", number: millisecond)
    }
}
