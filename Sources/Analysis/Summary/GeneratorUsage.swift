package import Timeline

/// What the generator process spent from a path's first call to its last one's end, and how it ran.
package struct GeneratorUsage: Equatable, Sendable, Codable {
    /// User and system time.
    package var cpu: Nanoseconds
    package var wall: Nanoseconds
    package var rssBytes: Int
    package var droppedObservations: Int
    /// Loop time spent on connecting WebRTC calls, and how many were begun.
    ///
    /// Candidates, DTLS and keys; what HTTP costs is not in it.
    package var setupTime = Nanoseconds.zero
    package var setups = 0
    /// What resident memory grew by from the path's first call on; 0 where it did not.
    package var growthBytes = 0
    /// Frames that were due and never left: the path's own, whatever else shares the process.
    package var framesSkipped = 0
    /// Of `cpu`, what decoding Opus took; `nil` where it was not noted.
    package var decodingTime: Nanoseconds?
    /// `nil` where it was not noted.
    package var scheduling: GeneratorScheduling?

    package init(cpu: Nanoseconds, wall: Nanoseconds, rssBytes: Int, droppedObservations: Int) {
        self.cpu = cpu
        self.wall = wall
        self.rssBytes = rssBytes
        self.droppedObservations = droppedObservations
    }

    /// Reads what an earlier version stored, which knew less.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        cpu = try values.decode(Nanoseconds.self, forKey: .cpu)
        wall = try values.decode(Nanoseconds.self, forKey: .wall)
        rssBytes = try values.decode(Int.self, forKey: .rssBytes)
        droppedObservations = try values.decode(Int.self, forKey: .droppedObservations)
        setupTime = try values.decodeIfPresent(Nanoseconds.self, forKey: .setupTime) ?? .zero
        setups = try values.decodeIfPresent(Int.self, forKey: .setups) ?? 0
        growthBytes = try values.decodeIfPresent(Int.self, forKey: .growthBytes) ?? 0
        framesSkipped = try values.decodeIfPresent(Int.self, forKey: .framesSkipped) ?? 0
        decodingTime = try values.decodeIfPresent(Nanoseconds.self, forKey: .decodingTime)
        scheduling = try values.decodeIfPresent(GeneratorScheduling.self, forKey: .scheduling)
    }

    /// Two processes that worked side by side: what they spent adds up, the longer one's time
    /// counts.
    package func merged(with other: GeneratorUsage) -> GeneratorUsage {
        var both = GeneratorUsage(
            cpu: cpu + other.cpu,
            wall: max(wall, other.wall),
            rssBytes: rssBytes + other.rssBytes,
            droppedObservations: droppedObservations + other.droppedObservations
        )
        both.setupTime = setupTime + other.setupTime
        both.setups = setups + other.setups
        both.growthBytes = growthBytes + other.growthBytes
        both.framesSkipped = framesSkipped + other.framesSkipped
        both.decodingTime =
            decodingTime.map { $0 + (other.decodingTime ?? .zero) }
            ?? other.decodingTime
        both.scheduling =
            scheduling.map { mine in other.scheduling.map { mine.merged(with: $0) } ?? mine }
            ?? other.scheduling
        return both
    }
}
