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
        guard let call = value["call"]?.text else { throw missing("call") }
        guard let turn = value["turn"]?.integer else { throw missing("turn") }
        guard let name = value["event"]?.text.flatMap(TruthEvent.Name.init(rawValue:)) else {
            throw missing("event")
        }
        return TruthEvent(
            call: call, turn: turn, event: name,
            at: try instant(value["mono_ns"], "mono_ns", epochNs),
            uplink: try value["uplink"].map { json throws(DialectProblem) in
                try uplink(json, epochNs)
            })
    }

    private static func missing(_ field: String) -> DialectProblem {
        DialectProblem(.missingField, "a truth line without a right '\(field)'")
    }

    private static func instant(
        _ value: JSONValue?, _ field: String, _ epochNs: Int64
    ) throws(DialectProblem) -> RunInstant {
        guard let count = value?.integer else { throw missing(field) }
        let (difference, overflow) = Int64(count).subtractingReportingOverflow(epochNs)
        guard !overflow else { throw missing(field) }
        return RunInstant(nanoseconds: difference)
    }

    private static func uplink(
        _ value: JSONValue, _ epochNs: Int64
    ) throws(DialectProblem) -> UplinkTally {
        guard let interval = value["interval_ns"]?.integer, interval > 0 else {
            throw missing("interval_ns")
        }
        guard case .array(let pairs)? = value["buckets"] else { throw missing("buckets") }
        var buckets: [UplinkTally.Bucket] = []
        for pair in pairs {
            guard case .array(let pair) = pair, pair.count == 2, let lowest = pair[0].integer,
                let count = pair[1].integer, count >= 0, abs(lowest) < 1 << 50
            else { throw missing("buckets") }
            buckets.append(.init(lowestUs: Int64(lowest), count: UInt64(count)))
        }
        return UplinkTally(
            origin: try instant(value["origin_ns"], "origin_ns", epochNs),
            interval: Nanoseconds(Int64(interval)), buckets: buckets)
    }
}
