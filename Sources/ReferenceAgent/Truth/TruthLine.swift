package import Dialects
import Timeline

/// One line of a truth log as the generator reads it back.
package enum TruthLine {
    /// Reads what ``TruthEvent/jsonLine(into:epochNs:)`` writes; unknown members are ignored.
    ///
    /// - Parameter epochNs: CLOCK_MONOTONIC at the origin of the clock that instants are wanted on.
    /// - Throws: what is wrong with the line, as when its writer was killed inside it.
    package static func parse(
        _ line: UnsafeRawBufferPointer, epochNs: Int64
    ) throws(DialectProblem) -> TruthEvent {
        let value = try JSONParser.parse(line)
        let head = try LogLine(value, epochNs: epochNs)
        guard let name = TruthEvent.Name(rawValue: head.event) else {
            throw LogLine.missing("event")
        }
        return TruthEvent(
            call: head.call, turn: head.turn, event: name, at: head.at,
            uplink: try value["uplink"].map { json throws(DialectProblem) in
                try uplink(json, epochNs)
            })
    }

    private static func uplink(
        _ value: JSONValue, _ epochNs: Int64
    ) throws(DialectProblem) -> UplinkTally {
        guard let interval = value["interval_ns"]?.integer, interval > 0 else {
            throw LogLine.missing("interval_ns")
        }
        guard case .array(let pairs)? = value["buckets"] else { throw LogLine.missing("buckets") }
        var buckets: [UplinkTally.Bucket] = []
        for pair in pairs {
            guard case .array(let pair) = pair, pair.count == 2, let lowest = pair[0].integer,
                let count = pair[1].integer, count >= 0, abs(lowest) < 1 << 50
            else { throw LogLine.missing("buckets") }
            buckets.append(.init(lowestUs: Int64(lowest), count: UInt64(count)))
        }
        return UplinkTally(
            origin: try LogLine.instant(value["origin_ns"], "origin_ns", epochNs: epochNs),
            interval: Nanoseconds(Int64(interval)), buckets: buckets)
    }
}
