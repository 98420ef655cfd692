package import Timeline

/// Tells dense loss from scattered loss (RFC 3611 §4.7.2).
///
/// A burst begins and ends with a loss, holds at least two, and nowhere `minimumGap` received
/// packets in a row. What is not in a burst is gap, single losses included.
package struct BurstGap: Equatable, Sendable {
    /// What RFC 3611 reports of bursts and gaps.
    package struct Summary: Equatable, Sendable {
        package var bursts = 0
        package var burstPackets = 0
        package var burstLost = 0
        package var gaps = 0
        package var gapPackets = 0
        package var gapLost = 0

        package init() {}

        /// Share lost in bursts in 1/256, rounded down.
        package var burstDensity: UInt8 { Self.density(burstLost, of: burstPackets) }
        /// Share lost in gaps in 1/256, rounded down.
        package var gapDensity: UInt8 { Self.density(gapLost, of: gapPackets) }

        /// Mean duration of a burst; zero without bursts.
        ///
        /// - Parameter frame: audio in one packet.
        package func meanBurst(frame: Nanoseconds) -> Nanoseconds {
            bursts == 0 ? .zero : frame * burstPackets / bursts
        }

        /// Mean duration of a gap; zero without gaps.
        ///
        /// - Parameter frame: audio in one packet.
        package func meanGap(frame: Nanoseconds) -> Nanoseconds {
            gaps == 0 ? .zero : frame * gapPackets / gaps
        }

        private static func density(_ lost: Int, of packets: Int) -> UInt8 {
            packets == 0 ? 0 : UInt8(min(255, lost * 256 / packets))
        }
    }

    /// RFC 3611's Gmin.
    package let minimumGap: Int
    private var settled = Summary()
    /// Packets of the gap being counted.
    private var gapLength = 0
    /// From the first to the last loss that may form a burst, and how many of them are losses.
    private var openLength = 0
    private var openLost = 0
    /// Packets received since the last loss.
    private var sinceLoss = 0

    package init(minimumGap: Int = 16) { self.minimumGap = minimumGap }

    /// Takes the next packet in order of sequence numbers; one the player discarded is lost too.
    package mutating func record(isLost: Bool) {
        guard isLost else {
            sinceLoss += 1
            if openLost > 0, sinceLoss == minimumGap { closeOpen() }
            return
        }
        if openLost > 0 {
            openLength += sinceLoss + 1
        } else {
            gapLength += sinceLoss
            openLength = 1
        }
        openLost += 1
        sinceLoss = 0
    }

    /// What has been seen so far, an unfinished burst or gap included.
    package var summary: Summary {
        var finished = self
        finished.closeOpen()
        finished.gapLength += finished.sinceLoss
        finished.closeGap()
        return finished.settled
    }

    /// Decides what the losses since the last gap were.
    private mutating func closeOpen() {
        if openLost >= 2 {
            closeGap()
            settled.bursts += 1
            settled.burstPackets += openLength
            settled.burstLost += openLost
        } else if openLost == 1 {
            gapLength += 1
            settled.gapLost += 1
        }
        openLost = 0
        openLength = 0
    }

    private mutating func closeGap() {
        guard gapLength > 0 else { return }
        settled.gaps += 1
        settled.gapPackets += gapLength
        gapLength = 0
    }
}
