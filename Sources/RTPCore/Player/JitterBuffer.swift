package import Timeline

/// Turns packets as they arrive into packets as they are played: the clock of an RTP player.
///
/// Sans-IO. Hand in every packet with its arrival time, then ask for what plays up to the
/// present: in this order, or packets that came in time are found late.
///
/// **When a packet plays.** Its timestamp, counted from the anchor: the stream's first packet,
/// whose instant is its arrival + delay. A packet that arrives after its instant is late: it
/// is discarded and its place concealed. The anchor is set anew, for this packet and those
/// after it, when the newest packet deviates from it (arrival + delay − instant)
/// - by more than 500 ms: a new time base at the sender, or a path that was interrupted;
/// - by more than 2 ms, 5 ms where the delay adapts, and silence came before it: it has the
///   marker, or nothing arrived for 400 ms. So neither slow clock drift nor a first packet that
///   was late, as in calls that connect in a crowd, puts later replies late;
/// - after 25 packets in a row came late: the path has become longer for good.
///
/// A new anchor never moves what waits already, nor puts anything before its end.
///
/// A stream without a pause has no such place. Where 50 packets in a row waited more than 2 ms
/// beyond the delay on average, that is taken out of the next frames, half a frame each at most: as
/// players of browsers speed up, but without keeping the pitch.
///
/// **Memory.** 2 kB for 64 packets of bookkeeping and a ring of payload bytes, both allocated
/// with the first packet. The ring grows by the kilobyte until it holds what waits, the packet
/// played last, and what somebody else looks back at. Steady state does not allocate.
package struct JitterBuffer: ~Copyable {
    /// How long after its arrival the first packet plays.
    package enum Delay: Equatable, Sendable {
        case fixed(Nanoseconds)
        /// Starts at 80 ms and follows the jitter from talkspurt to talkspurt, in 20...500 ms.
        case adaptive
    }

    /// What became of the packets so far.
    package struct Counts: Equatable, Sendable {
        package var played = 0
        /// Lost or late packets whose turn has come, whether or not the player knew at the time.
        package var concealed = 0
        /// Arrived after their turn; concealed too, unless their turn had been counted before.
        package var late = 0
        package var duplicates = 0
        package var overflowed = 0
        package var resynchronised = 0
        /// Time the played packets waited for their turn, summed.
        package var waited = Nanoseconds.zero

        package init() {}
    }

    /// Packets that wait, at most.
    package static let capacity = 64

    static let resynchronisation = Nanoseconds.milliseconds(500)
    static let silence = Nanoseconds.milliseconds(400)
    static let latesInRow = 25
    static let excessesWatched = 50
    static let leastSurplus = Nanoseconds.milliseconds(2)
    /// Distance at which sequence numbers are no longer taken for one stream (RFC 3550 appendix A.1).
    static let largestDropout = 3_000

    let clockRate: Int
    let fixedDelay: Nanoseconds
    let maxPayload: Int
    var adaptive: AdaptiveDelay?

    /// Audio in one packet: given, then learned from neighbouring timestamps.
    package internal(set) var frame: Nanoseconds
    var longerFrame: Nanoseconds?
    /// Ticks of the RTP clock in `frame`, once a spacing has shown them.
    var frameTicks: Int32?

    var slots = JitterSlots(count: 0)
    /// Holds the payloads; to be shared with who looks back at them.
    package let ring = PayloadRing()
    var clock: PlayoutClock?
    /// The newest packet: serial, sequence number on the wire, timestamp.
    var highest: Int64 = 0
    var highestWire: UInt16 = 0
    var highestTimestamp: UInt32 = 0
    /// The first serial whose turn has not come.
    var nextSerial: Int64 = 0
    /// End of what has been played.
    var cursor = RunInstant.zero
    /// End of the newest packet that waits.
    var queueEnd = RunInstant.zero
    var latestArrival = RunInstant.zero
    var lateRun = 0
    /// What packets lately waited beyond the delay, summed, and how many they were.
    var excess = Nanoseconds.zero
    var excessesSeen = 0
    /// What is to be taken out of the wait of all packets.
    var surplus = Nanoseconds.zero
    var hasPlayed = false
    var expectsNewSource = false

    package internal(set) var counts = Counts()
    /// Runs of concealed packets: the loss a listener hears, network and player together.
    package internal(set) var lossRuns = LossRuns()

    /// - Parameters:
    ///   - clockRate: RTP clock, Hz.
    ///   - frame: audio in one packet, until the stream shows another.
    ///   - maxPayload: larger payloads are refused; at most 65,535.
    package init(
        clockRate: Int, delay: Delay = .fixed(.milliseconds(60)),
        frame: Nanoseconds = .milliseconds(20), maxPayload: Int = 1_500
    ) {
        precondition(clockRate > 0 && frame > .zero, "clock \(clockRate) Hz, frame \(frame)")
        precondition((0...65_535).contains(maxPayload), "payloads of \(maxPayload) bytes")
        self.clockRate = clockRate
        self.frame = frame
        self.maxPayload = maxPayload
        switch delay {
        case .fixed(let span):
            fixedDelay = span
        case .adaptive:
            fixedDelay = AdaptiveDelay.start
            adaptive = AdaptiveDelay(clockRate: clockRate)
        }
    }

    /// The delay a talkspurt would begin with now.
    package var delay: Nanoseconds { adaptive?.target ?? fixedDelay }

    /// Mean wait of the packets played; `nil` before the first.
    package var meanWait: Nanoseconds? {
        counts.played == 0 ? nil : counts.waited / counts.played
    }

    /// Bytes allocated for packets.
    package var memory: Int {
        slots.count * MemoryLayout<JitterSlot>.stride + ring.capacity
    }

    // MARK: Memory to ask for beforehand

    /// What the next packet to arrive will be written to, but for its payload.
    package func addNearArrival(to memory: inout NearMemory) {
        memory.add(slots.place(of: highest + 1), bytes: MemoryLayout<JitterSlot>.stride)
    }

    /// What the next packet to play will be read from.
    package func addNearPlayback(to memory: inout NearMemory) {
        memory.add(slots.place(of: nextSerial), bytes: 2 * MemoryLayout<JitterSlot>.stride)
    }
}
