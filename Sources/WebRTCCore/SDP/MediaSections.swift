/// The audio of a description: which formats, which way, and how its packets are marked.
package struct AudioSection: Equatable, Sendable {
    /// Names the section in groups and in the MID header extension; `nil` where a peer gave none.
    package var mid: String?
    /// The transport its first line names, repeated in an answer.
    package var profile: String
    package var direction: MediaDirection
    /// Those this project knows, the writer's favourite first; at least one.
    package var formats: [AudioFormat]
    /// Header extension of the audio level (RFC 6464), 1...14.
    package var levelID: UInt8?
    /// Header extension of the section's name (RFC 9143 §15), 1...14.
    package var midID: UInt8?
    /// The source the writer will send with, where it says so.
    package var ssrc: UInt32?
    package var cname: String?
    /// The stream and the track a browser finds the audio under (RFC 8830).
    package var stream: String?
    /// RTP and RTCP share a port (RFC 5761).
    package var isMultiplexed: Bool
    /// RTCP packets may leave out the report (RFC 5506).
    package var hasReducedSize: Bool
    /// The writer answers receiver reference time reports (RFC 3611 §5.1, `rcvr-rtt`).
    package var reportsRoundTrip: Bool
    /// Milliseconds of audio the writer would like in one packet, 1...240.
    package var packetTime: Int?
}

/// The section that carries data channels (RFC 8841).
package struct DataSection: Equatable, Sendable {
    /// How the section's first line is written.
    package enum Form: Equatable, Sendable {
        /// `UDP/DTLS/SCTP webrtc-datachannel` with `a=sctp-port`.
        case port
        /// `DTLS/SCTP 5000` with `a=sctpmap`, as before RFC 8841.
        case map
    }

    package var mid: String?
    /// The transport its first line names, repeated in an answer.
    package var profile: String
    package var form: Form
    /// The SCTP port inside the DTLS connection.
    package var port: UInt16
    /// Bytes of the largest message the writer takes; `Int.max` where it set no limit.
    package var messageLimit: Int

    package init(
        mid: String?, profile: String = "UDP/DTLS/SCTP", form: Form = .port, port: UInt16 = 5_000,
        messageLimit: Int = 262_144
    ) {
        self.mid = mid
        self.profile = profile
        self.form = form
        self.port = port
        self.messageLimit = messageLimit
    }
}

/// A section that is not used, kept because an answer repeats every section of its offer.
package struct RejectedSection: Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        /// The peer wrote port 0.
        case refused
        /// A kind, transport or codec this project has no use for.
        case unsupported
        /// A second one of a kind of which one is used, or one outside the group of the first.
        case surplus
    }

    /// As in `video`.
    package var media: String
    package var profile: String
    package var formats: [String]
    package var mid: String?
    package var reason: Reason
}
