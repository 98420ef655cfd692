import Timeline

/// When a request over UDP is sent again (RFC 8489 §6.2.1): 7 times in all, from 500 ms doubling.
struct STUNRetransmission {
    enum Step { case wait, sendAgain, giveUp }

    private static let firstTimeout = Nanoseconds.milliseconds(500)
    private static let mostTries: UInt8 = 7

    private(set) var tries: UInt8 = 1
    private(set) var due: RunInstant

    /// - Parameter start: when it was sent first.
    init(start: RunInstant) { due = start + Self.firstTimeout }

    mutating func step(at now: RunInstant) -> Step {
        guard now >= due else { return .wait }
        guard tries < Self.mostTries else { return .giveUp }
        tries += 1
        // The last one is waited for 16 times the first timeout.
        let factor = tries == Self.mostTries ? 16 : 1 << Int(tries - 1)
        due = now + Self.firstTimeout * factor
        return .sendAgain
    }
}
