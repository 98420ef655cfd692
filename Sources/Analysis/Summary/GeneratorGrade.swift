/// How well the generator itself did.
///
/// Over budget, the run is invalid.
package struct GeneratorGrade: Equatable, Sendable, Codable {
    package var valid = true
    /// Which budgets broke, in words with the figure and the limit.
    package var problems: [String] = []
    /// Actual send less scheduled send, ms.
    package var sendLateness = Spread()
    /// Frames sent at most ptime/2 late over frames scheduled.
    package var sendRatio: Double?
    /// User-space read less kernel receive timestamp, ms.
    package var rxDwell = Spread()
    /// User and system time over wall time of the measured window.
    package var cpuCores: Double?
    package var cpuMsPerCallerSecond: Double?
    /// Of it, what decoding Opus took; `nil` where it was not noted.
    package var decodingMsPerCallerSecond: Double?
    package var rssMB: Double?
    /// Of connecting one WebRTC call: candidates, DTLS and keys, without HTTP; of a path alone.
    package var cpuMsPerSetup: Double?
    /// Growth of resident memory over the most callers at once; of a path alone.
    ///
    /// Too low where an earlier path left memory behind.
    package var memoryKBPerCaller: Double?
    /// Seconds of the run, and those in which a tick was over 50 ms late.
    package var windowsTotal = 0
    package var windowsVoid = 0
    package var droppedObservations = 0
    /// Calls begun over 20 ms after they were planned, and the greatest such delay of all, ms.
    package var lateStarts = 0
    package var lateStartMsMax: Double?
    /// Frames that were due and never left.
    package var framesSkipped = 0
    /// Frames that left over half a frame late.
    package var framesLate = 0
    /// How the loops ran; `nil` where it was not noted.
    package var scheduling: GeneratorScheduling?

    package init() {}

    /// Milliseconds; `nil` where nothing was measured.
    package struct Spread: Equatable, Sendable, Codable {
        package var p50: Double?
        package var p99: Double?
        package var max: Double?

        package init(p50: Double? = nil, p99: Double? = nil, max: Double? = nil) {
            self.p50 = p50
            self.p99 = p99
            self.max = max
        }
    }
}
