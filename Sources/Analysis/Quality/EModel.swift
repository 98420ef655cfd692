package import Timeline

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The E-model of ITU-T G.107 (06/2015) for a path without echo: a planning model of conversational
/// quality.
///
/// For the media path only. How long an agent thinks is not transmission delay and never goes in
/// here.
package enum EModel {
    /// What a codec costs by itself and under loss (G.113 Table I.4).
    package struct Codec: Equatable, Sendable {
        /// Equipment impairment factor Ie.
        package var impairment: Double
        /// Packet-loss robustness factor Bpl.
        package var lossRobustness: Double
        /// No ITU figure exists: the values are assumed, and a report says so.
        package var isAssumed: Bool

        /// G.711 with packet-loss concealment: Ie 0, Bpl 25.1.
        package static let g711WithConcealment = Codec(
            impairment: 0, lossRobustness: 25.1, isAssumed: false
        )

        package init(impairment: Double, lossRobustness: Double, isAssumed: Bool) {
            self.impairment = impairment
            self.lossRobustness = lossRobustness
            self.isAssumed = isAssumed
        }

        /// By the name a scenario has for it.
        ///
        /// `pcmu` and `pcma` have figures of their own. Opus and linear PCM have none, and borrow
        /// those.
        package init(named name: String) {
            self = .g711WithConcealment
            isAssumed = name != "pcmu" && name != "pcma"
        }
    }

    package struct Rating: Equatable, Sendable {
        /// Transmission rating R, at most 93.2 here.
        package var r: Double
        /// MOS-CQE, 1 to 4.5.
        package var mos: Double
    }

    /// Ro − Is of the standard's default parameters.
    private static let defaultRating = 93.2

    /// - Parameters:
    ///   - delay: mouth to ear, one way (Ta).
    ///   - lossPercent: packets lost or discarded as late, in percent (Ppl).
    ///   - burstRatio: BurstR, 1 for random loss; below 1 counts as 1.
    package static func rating(
        delay: Nanoseconds, codec: Codec, lossPercent: Double, burstRatio: Double = 1
    ) -> Rating {
        let loss = max(0, lossPercent)
        let equipment =
            codec.impairment
            + (95 - codec.impairment) * loss / (loss / max(1, burstRatio) + codec.lossRobustness)
        let r = defaultRating - delayImpairment(delay) - equipment
        return Rating(r: r, mos: mos(r: r))
    }

    /// Idd: what pure delay costs, with sT = 1 and mT = 100 ms.
    package static func delayImpairment(_ delay: Nanoseconds) -> Double {
        guard delay > .milliseconds(100) else { return 0 }
        let x = log2(delay.milliseconds / 100)
        return 25 * (pow(1 + pow(x, 6), 1 / 6) - 3 * pow(1 + pow(x / 3, 6), 1 / 6) + 2)
    }

    /// Opinion score of a rating; held at 1, below which the standard's cubic dips for R under 6.5.
    package static func mos(r: Double) -> Double {
        if r <= 0 { return 1 }
        if r >= 100 { return 4.5 }
        return max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)
    }
}
