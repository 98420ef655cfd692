package import Timeline

/// What became of one incoming RTP stream on its way: loss, order, jitter.
///
/// Sequence numbers are validated as in RFC 3550 appendix A.1, without its probation: who
/// sends is known before the first packet, and leaving that out would move first-packet
/// times. A number counts as lost once it is 128 behind, so that reordering is no loss.
package struct ReceptionStatistics: Sendable {
    /// Where a packet stood in its stream.
    package enum Order: Equatable, Sendable {
        /// The stream begins.
        case first
        /// The one after the newest so far.
        case next
        /// Newer than expected; so many are missing before it.
        case ahead(missing: Int)
        /// Older than the newest so far, and not seen before.
        case reordered
        case duplicate
        /// Too far from the newest to be believed; counted if the next packet follows it.
        case held
        /// The second packet in a row from a new range of numbers, or the first of a new source.
        case restarted
    }

    /// What one packet told.
    package struct Arrival: Equatable, Sendable {
        package var order: Order
        /// |Delay variation| against the packet before (RFC 3393); `nil` unless both came in sequence.
        package var variation: Nanoseconds?
    }

    /// RTP clock, Hz.
    package let clockRate: Int
    /// The stream's source; `nil` before its first packet.
    package private(set) var ssrc: UInt32?
    /// Received, duplicates left out.
    package private(set) var received = 0
    package private(set) var duplicates = 0
    package private(set) var reordered = 0
    /// New ranges of sequence numbers and new sources.
    package private(set) var restarts = 0
    private var smoothed = InterarrivalJitter()

    /// Extended numbers of the newest packet and of the first since the last restart.
    private var highest: Int64 = 0
    private var base: Int64 = 0
    /// Bit i: whether number `highest - i` was received.
    private var window: UInt128 = 0
    private var expectedBefore = 0
    /// The number that would confirm a restart (A.1's bad_seq).
    private var confirming: UInt16?
    /// The latest packet to arrive, and the newest by number.
    private var latest = TransitMark(arrived: .zero, timestamp: 0)
    private var newest = TransitMark(arrived: .zero, timestamp: 0)
    /// As of the last report (A.3).
    private var expectedReported = 0
    private var receivedReported = 0
    private var settledRuns = LossRuns()
    private var settledBursts = BurstGap()

    private static let largestDropout = 3_000
    private static let largestMisorder = 100

    package init(clockRate: Int) {
        precondition(clockRate > 0, "clock rate must be positive, got \(clockRate)")
        self.clockRate = clockRate
    }

    /// Takes one packet.
    ///
    /// - Parameter arrived: the kernel's arrival time where there is one.
    @discardableResult
    package mutating func receive(_ header: RTPHeader, arrived: RunInstant) -> Arrival {
        let mark = TransitMark(arrived: arrived, timestamp: header.timestamp)
        guard ssrc == header.ssrc else {
            let isFirst = ssrc == nil
            ssrc = header.ssrc
            if !isFirst { closeRange() }
            openRange(at: header.sequence, packets: 1, mark)
            return Arrival(order: isFirst ? .first : .restarted, variation: nil)
        }
        let ahead = Int(header.sequence &- UInt16(truncatingIfNeeded: highest))
        if ahead > 0, ahead < Self.largestDropout {
            confirming = nil
            return advance(by: ahead, mark)
        }
        let behind = ahead == 0 ? 0 : 65_536 - ahead
        if behind <= Self.largestMisorder {
            return takeOlder(behind: behind, mark)
        }
        guard confirming == header.sequence else {
            confirming = header.sequence &+ 1
            return Arrival(order: .held, variation: nil)
        }
        closeRange()
        openRange(at: header.sequence, packets: 2, mark)
        return Arrival(order: .restarted, variation: nil)
    }

    @inline(__always)
    private mutating func advance(by ahead: Int, _ mark: TransitMark) -> Arrival {
        if ahead == 1 { settleOldest() } else { settle(advancing: ahead) }
        window = ahead == 1 ? window << 1 | 1 : (ahead < 128 ? window << UInt128(ahead) : 0) | 1
        highest += Int64(ahead)
        received += 1
        let difference = latest.difference(to: mark, clockRate: clockRate)
        smoothed.record(difference)
        var arrival = Arrival(order: ahead == 1 ? .next : .ahead(missing: ahead - 1))
        if ahead == 1 {
            let variation =
                latest == newest ? difference : newest.difference(to: mark, clockRate: clockRate)
            if variation.count.magnitude <= InterarrivalJitter.largestStep.count.magnitude {
                arrival.variation = Nanoseconds(abs(variation.count))
            }
        }
        latest = mark
        newest = mark
        return arrival
    }

    private mutating func takeOlder(behind: Int, _ mark: TransitMark) -> Arrival {
        let bit = UInt128(1) << UInt128(behind)
        if window & bit != 0 {
            duplicates += 1
            return Arrival(order: .duplicate)
        }
        // Numbers before the first packet's count from now on.
        base = min(base, highest - Int64(behind))
        window |= bit
        received += 1
        reordered += 1
        smoothed.record(latest.difference(to: mark, clockRate: clockRate))
        latest = mark
        return Arrival(order: .reordered)
    }

    private mutating func openRange(at sequence: UInt16, packets: Int, _ mark: TransitMark) {
        highest = Int64(sequence)
        base = highest - Int64(packets - 1)
        window = packets == 2 ? 0b11 : 1
        received += packets
        confirming = nil
        latest = mark
        newest = mark
    }

    private mutating func closeRange() {
        settle(advancing: 128)
        expectedBefore += Int(highest - base) + 1
        restarts += 1
    }

    /// Decides the fate of the number that leaves the window when it moves on by one.
    @inline(__always)
    private mutating func settleOldest() {
        guard highest - 127 >= base else { return }
        let isLost = window >> 127 == 0
        settledRuns.record(isLost: isLost)
        settledBursts.record(isLost: isLost)
    }

    /// Decides the fate of the numbers that leave the window when it moves on by `count`.
    private mutating func settle(advancing count: Int) {
        for step in 0..<min(count, 128) {
            let age = 127 - step
            guard highest - Int64(age) >= base else { continue }
            let isLost = window & (UInt128(1) << UInt128(age)) == 0
            settledRuns.record(isLost: isLost)
            settledBursts.record(isLost: isLost)
        }
        guard count > 128 else { return }
        settledRuns.recordLosses(count - 128)
        for _ in 128..<count { settledBursts.record(isLost: true) }
    }
}

extension ReceptionStatistics.Arrival {
    fileprivate init(order: ReceptionStatistics.Order) {
        self.init(order: order, variation: nil)
    }
}

extension ReceptionStatistics {
    /// Highest extended sequence number − first + 1, over all ranges (RFC 3550 appendix A.3).
    package var expected: Int {
        ssrc == nil ? 0 : expectedBefore + Int(highest - base) + 1
    }

    /// Expected and not received; duplicates do not make up for losses.
    package var lost: Int { expected - received }

    /// Interarrival jitter (RFC 3550 §6.4.1).
    package var jitter: Nanoseconds { smoothed.value }

    /// Runs of losses up to the newest packet.
    package var lossRuns: LossRuns { withEverythingSettled.settledRuns }

    /// Bursts and gaps of losses up to the newest packet (RFC 3611).
    package var burstGap: BurstGap.Summary { withEverythingSettled.settledBursts.summary }

    private var withEverythingSettled: ReceptionStatistics {
        var copy = self
        if ssrc != nil { copy.settle(advancing: 128) }
        return copy
    }

    /// Our report on the stream, without the echo of its sender report.
    ///
    /// `nil` before its first packet. The interval of `fractionLost` ends here and the next begins
    /// (RFC 3550 appendix A.3).
    package mutating func reportBlock() -> ReportBlock? {
        guard let ssrc else { return nil }
        let arrivals = received + duplicates
        let expectedNow = expected - expectedReported
        let lostNow = expectedNow - (arrivals - receivedReported)
        expectedReported = expected
        receivedReported = arrivals
        let fraction = expectedNow <= 0 || lostNow <= 0 ? 0 : lostNow * 256 / expectedNow
        return ReportBlock(
            ssrc: ssrc,
            fractionLost: UInt8(clamping: fraction),
            cumulativeLost: Int32(clamping: expected - arrivals),
            highestSequence: UInt32(truncatingIfNeeded: highest),
            jitter: UInt32(clamping: jitter.samples(rate: clockRate)),
            lastSenderReport: 0,
            delaySinceLast: 0
        )
    }
}
