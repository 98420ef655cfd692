/// What one side of a session puts into every description it writes.
package struct SDPEndpoint: Equatable, Sendable {
    /// Drawn at random; only its lower 63 bits are written.
    package var sessionID: UInt64
    package var credentials: ICECredentials
    package var fingerprint: Fingerprint
    package var isLite = false
    /// Those known so far.
    package var candidates: [ICECandidate] = []
    /// Whether no more candidates will follow.
    package var isComplete = false
    package var ssrc: UInt32
    /// Visible ASCII characters without spaces.
    package var cname: String
    /// Stream and track, each of visible ASCII characters, with a space between.
    package var stream = "talkover audio0"
    /// Milliseconds of audio in a packet.
    package var packetTime = 20
    /// Whether receiver reference time reports are answered (RFC 3611 §4.5).
    package var reportsRoundTrip = true
    package var dataPort: UInt16 = 5_000
    /// Bytes of the largest data channel message taken.
    package var messageLimit = 262_144

    package init(
        sessionID: UInt64, credentials: ICECredentials, fingerprint: Fingerprint, ssrc: UInt32,
        cname: String
    ) {
        self.sessionID = sessionID
        self.credentials = credentials
        self.fingerprint = fingerprint
        self.ssrc = ssrc
        self.cname = cname
    }

    func description(
        setup: SetupRole, bundle: [String], audio: AudioSection, data: DataSection?,
        sections: [PeerDescription.Section]
    ) -> PeerDescription {
        PeerDescription(
            sessionID: sessionID & UInt64(Int64.max), credentials: credentials, isLite: isLite,
            // A lite agent has told all it knows in its description.
            trickles: !isLite, candidates: candidates, isComplete: isComplete,
            fingerprints: [fingerprint], setup: setup, bundle: bundle, audio: audio, data: data,
            sections: sections)
    }
}
