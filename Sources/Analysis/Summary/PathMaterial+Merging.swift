package import Timeline

extension PathMaterial {
    /// Adds another shard of the same path.
    ///
    /// Associative, and commutative too: everything comes out in order, so that shards merged in
    /// any order equal the path observed whole. Within a second that both shards saw, callers and
    /// frames add up and the worse tick counts.
    ///
    /// - Precondition: both are shards of one path.
    package mutating func merge(_ other: PathMaterial) {
        precondition(
            index == other.index, "paths \(index) and \(other.index) are not shards of one")
        calls = (calls + other.calls).sorted { $0.id < $1.id }
        turns = (turns + other.turns).sorted { ($0.call, $0.number) < ($1.call, $1.number) }
        seconds = Self.merged(seconds + other.seconds)
        for metric in FrameMetric.allCases {
            guard let tally = other.frames[metric] else { continue }
            frames[metric, default: FrameTally()].merge(tally)
        }
        usage =
            usage.map { mine in other.usage.map { mine.merged(with: $0) } ?? mine } ?? other.usage
        detector = detector ?? other.detector
    }

    /// The same material in the order that merging leaves it in.
    package func sorted() -> PathMaterial {
        var sorted = self
        sorted.merge(PathMaterial(index: index, name: name, transport: transport, hearing: hearing))
        return sorted
    }

    private static func merged(_ seconds: [SecondRecord]) -> [SecondRecord] {
        var merged: [SecondRecord] = []
        for second in seconds.sorted(by: { ($0.path, $0.second) < ($1.path, $1.second) }) {
            guard let last = merged.last, last.second == second.second, last.path == second.path
            else {
                merged.append(second)
                continue
            }
            merged[merged.count - 1] = last.merged(with: second)
        }
        return merged
    }
}

extension SecondRecord {
    /// The same second as two shards saw it.
    package func merged(with other: SecondRecord) -> SecondRecord {
        var merged = self
        merged.callers += other.callers
        merged.framesScheduled += other.framesScheduled
        merged.framesOnTime += other.framesOnTime
        merged.tickLateness = max(tickLateness, other.tickLateness)
        return merged
    }
}
