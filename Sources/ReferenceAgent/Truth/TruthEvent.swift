import Dialects
package import Timeline

/// One line of the truth log: what the agent did in a call, and when.
///
/// Instants are on the agent's own run clock; ``jsonLine(into:epochNs:)`` puts them on
/// CLOCK_MONOTONIC. Lines come in the order in which the agent knew them, not always of `at`.
package struct TruthEvent: Equatable, Sendable {
    package enum Name: String, Sendable, CaseIterable {
        /// First packet of the caller, or its connection.
        case callStart = "call_start"
        /// Start of a turn's first voiced frame as it was captured, known once the turn is open.
        case speechStart = "speech_start"
        /// End of a turn's last voiced frame as it was captured, known once the turn is taken.
        case speechEnd = "speech_end"
        /// The agent decided that the caller's turn is over; again where the caller resumed it.
        case turnTaken = "turn_taken"
        /// First packet or message of the reply's audio handed over for sending.
        case replyFirstPacket = "reply_first_packet"
        /// When a player without buffer plays the reply's first audible sample.
        ///
        /// On RTP by the stream's own clock, which the sending of the reply's first packet sets: what
        /// the timestamps have advanced since, plus its place in the packet. A later packet's being
        /// late is nothing that a player lets anybody hear. On WebSocket by the
        /// playout clock, on which each chunk plays at the later of its sending and the end of
        /// the one before; a begin that a gap cuts off within 30 ms is none, as to the ear. Only
        /// of sound that was really played: a flush may come first.
        case replyFirstAudible = "reply_first_audible"
        /// The interjection had been voiced for `barge_in.after`.
        case bargeInDetected = "barge_in_detected"
        /// As `replyFirstAudible`, of the last audible sample; a flush ends it where it was sent.
        ///
        /// Of Opus the last 6.5 ms before a stop are never played: the decoder holds them back.
        case replyLastAudible = "reply_last_audible"
        /// Last packet or message of the reply's audio handed over for sending.
        case replyLastPacket = "reply_last_packet"
        case callEnd = "call_end"
    }

    package var call: String
    /// The caller's turn it belongs to, from 0; a reply has the number of the turn it answers.
    package var turn: Int
    package var event: Name
    package var at: RunInstant
    /// What arrived of the caller's frames; at the end of the call only.
    package var uplink: UplinkTally?

    package init(
        call: String, turn: Int, event: Name, at: RunInstant, uplink: UplinkTally? = nil
    ) {
        self.call = call
        self.turn = turn
        self.event = event
        self.at = at
        self.uplink = uplink
    }

    /// Appends the event as one line of JSON, with its line feed.
    ///
    /// - Parameter epochNs: CLOCK_MONOTONIC at the run clock's origin.
    package func jsonLine(into buffer: inout WireBuffer, epochNs: Int64) {
        LogLine(call: call, turn: turn, event: event.rawValue, at: at)
            .begin(into: &buffer, epochNs: epochNs)
        if let uplink {
            buffer.append(text: #","uplink":"#)
            uplink.json(into: &buffer, epochNs: epochNs)
        }
        LogLine.end(into: &buffer)
    }
}
