/// How an offer of WebRTC reaches an agent over HTTP, as scenarios write it.
package enum SignallingKind: String, Sendable, CaseIterable {
    /// SDP in, 201 with SDP, `Location` and `ETag` out (RFC 9725).
    case whip
    /// SDP, or a form with SDP and a session, to `/v1/realtime/calls`, as OpenAI takes it.
    case sdpPost = "sdp-post"
    /// `{"sdp", "type"}` both ways, as aiortc's examples, FastRTC and Pipecat do it.
    case jsonOffer = "json-offer"
}

/// What every part of signalling holds to, at both ends.
package enum SignallingBounds {
    /// Bytes of a request's or a response's body.
    package static let body = 64 << 10
    /// Redirections followed for one request.
    package static let redirections = 5
    /// Characters of a session's id.
    package static let id = 64
}
