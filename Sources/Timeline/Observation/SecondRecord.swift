/// One second of one path: what the timeline of a report is drawn from.
package struct SecondRecord: Equatable, Sendable, Codable {
    package var path: Int
    /// Whole seconds since the run's origin.
    package var second: Int
    /// Most callers connected at once within the second.
    package var callers = 0
    package var framesScheduled = 0
    /// Frames that left at most half a ptime late.
    package var framesOnTime = 0
    /// Greatest lateness of a tick of any loop within the second.
    package var tickLateness = Nanoseconds.zero
    /// A tick came more than 50 ms late: turns that touch this second are void.
    package var isVoid: Bool { tickLateness > .milliseconds(50) }

    package init(path: Int, second: Int) {
        self.path = path
        self.second = second
    }
}
