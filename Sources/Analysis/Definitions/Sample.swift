package import Timeline

/// What one turn or call says about one metric.
///
/// No sample at all: the metric does not apply to it.
package enum Sample: Equatable, Sendable {
    /// In the metric's unit.
    case value(Double)
    /// It did not happen while it was watched for: +∞ to every quantile.
    case censored
    /// It cannot be judged, and why.
    case void(VoidReason)
}
