package import Dialects
package import Timeline

/// One line of a gateway's log: what passed through it in a call, and when.
///
/// The form is the agent's truth log's. Instants are on the gateway's own run clock;
/// ``jsonLine(into:epochNs:)`` puts them on CLOCK_MONOTONIC. Lines come in the order in which
/// the gateway knew them, not always of `at`. Speech and silence are told apart by the agent's
/// rule: a packet's level (RFC 6464), or the energy of 10 ms.
package struct GatewayEvent: Equatable, Sendable {
    package enum Name: String, Sendable, CaseIterable {
        case callStart = "call_start"
        /// The caller's first voiced packet after 200 ms without left for the agent.
        case upSpeechStart = "up_speech_start"
        /// The caller's last voiced packet left for the agent; known 200 ms of silence later.
        case upSpeechEnd = "up_speech_end"
        /// The first audio of a reply arrived.
        case upstreamFirstAudio = "upstream_first_audio"
        /// The message with a reply's first audible sample arrived.
        case upstreamFirstAudible = "upstream_first_audible"
        /// The message that stopped a reply arrived.
        case upstreamStop = "upstream_stop"
        /// A reply's first audible packet left for the caller.
        case downFirstAudible = "down_first_audible"
        /// A reply's last audible packet left for the caller; known when the reply is over.
        case downLastAudible = "down_last_audible"
        case callEnd = "call_end"
    }

    package var call: String
    /// The caller's talkspurt for `up_…`, the agent's reply for `upstream_…` and `down_…`: both
    /// count from 0 by themselves; 0 for the call's own.
    package var turn: Int
    package var event: Name
    package var at: RunInstant
    /// At the end of the call only.
    package var counts: GatewayCounts?

    package init(
        call: String, turn: Int, event: Name, at: RunInstant, counts: GatewayCounts? = nil
    ) {
        self.call = call
        self.turn = turn
        self.event = event
        self.at = at
        self.counts = counts
    }

    /// Appends the event as one line of JSON, with its line feed.
    ///
    /// - Parameter epochNs: CLOCK_MONOTONIC at the run clock's origin.
    package func jsonLine(into buffer: inout WireBuffer, epochNs: Int64) {
        LogLine(call: call, turn: turn, event: event.rawValue, at: at)
            .begin(into: &buffer, epochNs: epochNs)
        if let counts {
            buffer.append(text: #","counts":"#)
            counts.json(into: &buffer)
        }
        LogLine.end(into: &buffer)
    }

    /// Reads what ``jsonLine(into:epochNs:)`` writes; counts and unknown members are left out.
    ///
    /// - Parameter epochNs: CLOCK_MONOTONIC at the origin of the clock that instants are wanted on.
    /// - Throws: what is wrong with the line, as when its writer was killed inside it.
    package static func parse(
        _ line: UnsafeRawBufferPointer, epochNs: Int64
    ) throws(DialectProblem) -> GatewayEvent {
        let head = try LogLine(try JSONParser.parse(line), epochNs: epochNs)
        guard let name = Name(rawValue: head.event) else { throw LogLine.missing("event") }
        return GatewayEvent(call: head.call, turn: head.turn, event: name, at: head.at)
    }
}
