/// One side of a session: how to reach it, how to know it, and which media it agrees to.
///
/// All media share one transport (RFC 9143), so addresses and fingerprints belong to the whole.
/// Read with ``parse(_:)``, made with ``offer(from:formats:direction:levelID:midID:hasData:)`` and
/// ``answer(to:from:codecs:setup:)``, written with ``text()``.
package struct PeerDescription: Equatable, Sendable {
    /// Which section stands where; audio and data once each at most.
    package enum Section: Equatable, Sendable {
        case audio
        case data
        case rejected(RejectedSection)
    }

    /// The number in the `o=` line that stays the same for the life of a session.
    package var sessionID: UInt64
    package var credentials: ICECredentials
    /// The writer only answers checks (RFC 8445 §2.5).
    package var isLite: Bool
    /// More candidates may follow (RFC 8840).
    package var trickles: Bool
    /// Those this project can use: numeric, UDP, component 1.
    package var candidates: [ICECandidate]
    /// No more candidates will follow.
    package var isComplete: Bool
    /// Any of them may be the writer's certificate.
    package var fingerprints: [Fingerprint]
    /// `nil` where a peer did not say.
    package var setup: SetupRole?
    /// Names of the sections that share the transport, the one that describes it first.
    package var bundle: [String]
    package var audio: AudioSection
    package var data: DataSection?
    /// In the order of the `m=` lines, which an answer keeps.
    package var sections: [Section]

    /// The fingerprints that still prove something: SHA-256, SHA-384 and SHA-512.
    package var strongFingerprints: [Fingerprint] {
        fingerprints.filter { ["sha-256", "sha-384", "sha-512"].contains($0.algorithm) }
    }
}
