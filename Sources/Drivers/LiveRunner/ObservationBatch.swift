package import Timeline

/// What was observed since the batch before, handed to whoever keeps it.
package struct ObservationBatch: Sendable {
    /// In the order in which one loop made them; those of different loops come in different
    /// batches.
    package var observations: [Observation]
    /// Seconds that are over.
    ///
    /// Handed out by a ``LiveRunner``, the loops' shares are added up.
    package var seconds: [SecondRecord]
    /// Callers connected now, by position of the path.
    package var callers: [Int]

    package init(observations: [Observation], seconds: [SecondRecord], callers: [Int]) {
        self.observations = observations
        self.seconds = seconds
        self.callers = callers
    }
}
