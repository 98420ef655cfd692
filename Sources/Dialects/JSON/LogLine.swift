package import Timeline

/// What every line of an agent's truth log and of a gateway's log begins with: a JSON object.
package struct LogLine: Equatable, Sendable {
    /// The caller's name.
    package var call: String
    package var turn: Int
    package var event: String
    package var at: RunInstant

    package init(call: String, turn: Int, event: String, at: RunInstant) {
        self.call = call
        self.turn = turn
        self.event = event
        self.at = at
    }

    /// Appends the object, still open: further members may follow, then ``end(into:)``.
    ///
    /// - Parameter epochNs: CLOCK_MONOTONIC at the run clock's origin.
    package func begin(into buffer: inout WireBuffer, epochNs: Int64) {
        buffer.append(text: #"{"call":"#)
        buffer.append(quoted: call)
        buffer.append(text: #","turn":"#)
        buffer.append(decimal: Int64(turn))
        buffer.append(text: #","event":""#)
        for byte in event.utf8 { buffer.append(byte) }
        buffer.append(text: #"","mono_ns":"#)
        buffer.append(decimal: epochNs &+ at.nanoseconds)
    }

    /// Closes the object and the line.
    package static func end(into buffer: inout WireBuffer) { buffer.append(text: "}\n") }

    /// Reads the members every line has.
    ///
    /// - Parameter epochNs: CLOCK_MONOTONIC at the origin of the clock that instants are wanted on.
    /// - Throws: what is wrong with the line, as when its writer was killed inside it.
    package init(_ value: JSONValue, epochNs: Int64) throws(DialectProblem) {
        guard let call = value["call"]?.text else { throw Self.missing("call") }
        guard let turn = value["turn"]?.integer else { throw Self.missing("turn") }
        guard let event = value["event"]?.text else { throw Self.missing("event") }
        self.init(
            call: call, turn: turn, event: event,
            at: try Self.instant(value["mono_ns"], "mono_ns", epochNs: epochNs))
    }

    /// An instant on CLOCK_MONOTONIC as the wanted clock has it.
    package static func instant(
        _ value: JSONValue?, _ field: String, epochNs: Int64
    ) throws(DialectProblem) -> RunInstant {
        guard let count = value?.integer else { throw missing(field) }
        let (difference, overflow) = Int64(count).subtractingReportingOverflow(epochNs)
        guard !overflow else { throw missing(field) }
        return RunInstant(nanoseconds: difference)
    }

    package static func missing(_ field: String) -> DialectProblem {
        DialectProblem(.missingField, "a log line without a right '\(field)'")
    }
}
