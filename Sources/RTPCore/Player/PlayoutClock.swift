import Timeline

/// Says when a timestamp is played: a point where both clocks met, and the RTP clock's rate.
struct PlayoutClock: Sendable {
    private struct Anchor {
        var instant: RunInstant
        var timestamp: UInt32
    }

    private let clockRate: Int
    private var current: Anchor
    /// Serial of the packet that set `current`; those before it still go by `previous`.
    private var currentSince: Int64
    private var previous: Anchor

    init(clockRate: Int, instant: RunInstant, timestamp: UInt32, serial: Int64) {
        self.clockRate = clockRate
        current = Anchor(instant: instant, timestamp: timestamp)
        currentSince = .min
        previous = current
    }

    /// When packet `serial` with this timestamp is to be played.
    func instant(of timestamp: UInt32, serial: Int64) -> RunInstant {
        let anchor = serial >= currentSince ? current : previous
        return anchor.instant + span(timestamp &- anchor.timestamp)
    }

    /// From packet `serial` on, timestamps are played by a new anchor.
    mutating func anchor(at instant: RunInstant, timestamp: UInt32, serial: Int64) {
        previous = current
        current = Anchor(instant: instant, timestamp: timestamp)
        currentSince = serial
    }

    /// Moves the anchor along by whole hours: no timestamp gets half its range away from it.
    mutating func follow(_ timestamp: UInt32) {
        let hour = UInt32(clockRate) &* 3_600
        guard Int32(bitPattern: timestamp &- current.timestamp) > Int32(bitPattern: hour) else {
            return
        }
        current.timestamp &+= hour
        current.instant += .seconds(3_600)
    }

    private func span(_ ticks: UInt32) -> Nanoseconds {
        Nanoseconds(Int64(Int32(bitPattern: ticks)) * 1_000_000_000 / Int64(clockRate))
    }
}
