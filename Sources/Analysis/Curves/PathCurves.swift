package import Planning
import Timeline

/// What the plots of a report are drawn from, for one path.
package struct PathCurves: Equatable, Sendable {
    package var name: String
    /// Metrics with at least one sample, in the order reports list them.
    package let distributions: [DistributionCurve]
    package let timeline: PathTimeline

    package init(_ material: PathMaterial, scenario: Scenario) {
        let measurement = PathMeasurement(material, scenario: scenario)
        name = material.name
        distributions = measurement.metrics.compactMap { DistributionCurve($0) }
        timeline = PathTimeline(material, turns: measurement.turns)
    }

    /// One entry for each path of a run, in its order.
    package static func all(of material: RunMaterial) -> [PathCurves] {
        material.paths.map { PathCurves($0, scenario: material.scenario) }
    }
}

/// The shape of one metric: how many samples are at or below each value.
package struct DistributionCurve: Equatable, Sendable {
    package let metric: String
    package let unit: String
    /// Samples, censored ones included: they keep the curve below 1.
    package let n: Int
    package let censored: Int
    package let censoredAt: Double?
    /// Cumulative distribution, at most 200 points, values ascending; empty where every sample is
    /// censored.
    package let cdf: [Point]
    /// Values at percentiles ever closer to 100: what an HDR percentile plot shows.
    ///
    /// Ends with the last quantile that has a value.
    package let spectrum: [SpectrumPoint]

    package struct Point: Equatable, Sendable {
        /// In the metric's unit.
        package let value: Double
        /// Share of samples below it, 0...1: the distribution steps up from there.
        package let below: Double
        /// Share of samples at or below it, 0...1.
        package let fraction: Double
    }

    package struct SpectrumPoint: Equatable, Sendable {
        package let quantile: Double
        /// 1 / (1 − quantile): the place on the logarithmic axis.
        package let inverse: Double
        /// In the metric's unit.
        package let value: Double
        /// Two-sided 95 % interval of this quantile by itself; `nil` where a side has no bound.
        package let interval: Interval
    }

    private static let mostPoints = 200

    init?(_ measured: PathMeasurement.Measured) {
        let distribution = measured.distribution
        guard distribution.count > 0 else { return nil }
        metric = measured.name
        unit = measured.unit
        n = distribution.count
        censored = distribution.censored
        censoredAt = measured.censoredAt
        cdf = Self.cdf(distribution)
        spectrum = Self.spectrum(distribution)
    }

    private static func cdf(_ distribution: Distribution) -> [Point] {
        let steps = min(mostPoints, distribution.measured)
        var points: [Point] = []
        for step in 0..<steps {
            // First and last sample always, the others evenly by rank.
            let rank = steps == 1 ? 1 : 1 + step * (distribution.measured - 1) / (steps - 1)
            guard let value = distribution.value(rank: rank) else { continue }
            guard points.last?.value != value else { continue }
            let count = Double(distribution.count)
            points.append(
                Point(
                    value: value,
                    below: Double(distribution.measured(atMost: value.nextDown)) / count,
                    fraction: Double(distribution.measured(atMost: value)) / count))
        }
        return points
    }

    /// Ten points for each halving of the distance to 100 %, up to the last that a sample stands
    /// for.
    private static func spectrum(_ distribution: Distribution) -> [SpectrumPoint] {
        var points: [SpectrumPoint] = []
        var inverse = 1.0
        while inverse <= Double(distribution.count) {
            let quantile = 1 - 1 / inverse
            let rank = QuantileRanks.estimate(quantile, count: distribution.count)
            guard let value = distribution.value(rank: rank) else { break }
            points.append(
                SpectrumPoint(
                    quantile: quantile, inverse: inverse, value: value,
                    interval: interval(quantile, of: distribution)))
            inverse *= 1.0717734625362931  // the tenth root of 2
        }
        return points
    }

    private static func interval(_ quantile: Double, of distribution: Distribution) -> Interval {
        let lower = distribution.lowerRank(quantile, risk: .twoSided)
        let upper = distribution.upperRank(quantile, risk: .twoSided)
        return Interval(
            lower: lower.flatMap { distribution.value(rank: $0) },
            upper: upper.flatMap { distribution.value(rank: $0) })
    }
}
