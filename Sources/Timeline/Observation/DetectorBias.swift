/// What the caller's ear adds to the instants it finds: measured against known sounds, per codec.
///
/// Found by playing sounds whose first and last audible samples are known to the sample through
/// the path's codec, packets and ear. The mean is subtracted from every instant the ear reports;
/// the deviation stays, and is part of a result's error bar.
package struct DetectorBias: Equatable, Sendable {
    /// One kind of instant: where sound begins, or where it ends.
    package struct Edge: Equatable, Sendable {
        /// Mean of heard − true: positive where the ear is late.
        package var bias: Nanoseconds
        /// Standard deviation of heard − true, around the mean.
        package var deviation: Nanoseconds
        /// Sounds it was measured with.
        package var count: Int

        package init(
            bias: Nanoseconds = .zero, deviation: Nanoseconds = .zero, count: Int = 0
        ) {
            self.bias = bias
            self.deviation = deviation
            self.count = count
        }
    }

    package var onset: Edge
    package var stop: Edge

    package init(onset: Edge = Edge(), stop: Edge = Edge()) {
        self.onset = onset
        self.stop = stop
    }
}
