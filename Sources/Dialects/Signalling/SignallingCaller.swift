/// One caller's side of signalling: what to ask, and what the answers mean.
///
/// Sans-IO: whoever runs it carries a ``SignallingRequest`` over HTTP and hands back what comes. A
/// call begins with ``offer(_:)``; once that is answered it may ``trickle(_:)`` and ``end()``.
package struct SignallingCaller: Sendable {
    /// What an answer to the offer leads to.
    package enum Step: Equatable, Sendable {
        case answered(SignallingAnswer)
        /// The same again, elsewhere.
        case redirected(SignallingRequest)
    }

    private let shape: SignallingShape
    private let url: SignallingURL
    private let callName: String
    private var answer: SignallingAnswer?

    /// - Parameter callName: what the agent calls it by, for `{call_id}`.
    package init(shape: SignallingShape, url: SignallingURL, callName: String) {
        self.shape = shape
        self.url = url
        self.callName = callName
    }

    // MARK: The offer

    /// The request that begins a call.
    package func offer(_ sdp: String) -> SignallingRequest {
        let (body, contentType) = shape.body(offering: sdp, callName: callName)
        return SignallingRequest(
            method: .post, url: url, fields: [HTTPField("Content-Type", contentType)], body: body
        )
    }

    /// Takes the answer to an offer.
    ///
    /// - Throws: `signalling_<status>` of a refusal, `signalling_refused` where a success says that
    ///   it is none, `signalling` of an answer that cannot be used.
    package mutating func receive(
        _ response: SignallingResponse, to request: SignallingRequest
    ) throws(SignallingProblem) -> Step {
        if let next = try Self.redirection(of: request, by: response) { return .redirected(next) }
        guard (200..<300).contains(response.status) else { throw Self.refusal(response) }
        guard response.body.count <= SignallingBounds.body else { throw Self.tooLarge }
        let location = response.fields.first("location")
        var answer = try read(response)
        answer.session = location.flatMap { request.url.resolving($0) }
        answer.etag = response.fields.first("etag")
        answer.iceServers += LinkField.iceServers(response.fields)
        if answer.callID == nil, let session = answer.session {
            let path = session.target.prefix { $0 != "?" }
            answer.callID = path.split(separator: "/").last.map { String($0) }
        }
        self.answer = answer
        return .answered(answer)
    }

    /// Of a body that is larger than any answer.
    package static let tooLarge = SignallingProblem.unusable(
        "the agent's answer is larger than \(SignallingBounds.body >> 10) kB"
    )

    private func read(
        _ response: SignallingResponse
    ) throws(SignallingProblem) -> SignallingAnswer {
        let isJSON: Bool
        switch shape.kind {
        case .whip: isJSON = false
        case .sdpPost:
            isJSON = response.body.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "{")
        case .jsonOffer: isJSON = true
        }
        guard isJSON else {
            let sdp = try Self.sdp(
                String(validating: response.body, as: UTF8.self), status: response.status
            )
            return SignallingAnswer(sdp: sdp)
        }
        let parsed = try? response.body.withUnsafeBytes { try JSONParser.parse($0) }
        guard let value = parsed, case .object = value else {
            throw .unusable(
                "the agent answered the offer with HTTP \(response.status) and no JSON object"
            )
        }
        if let refusal = Self.statedRefusal(value) { throw refusal }
        let sdp = try Self.sdp(value["sdp"]?.text, status: response.status)
        guard value["type"] == nil || value["type"]?.text == "answer" else {
            throw .unusable("the agent's description has a 'type' that is not 'answer'")
        }
        return SignallingAnswer(
            sdp: sdp, callID: (value["pc_id"] ?? value["id"])?.text,
            iceServers: SignallingICEServer.list(value["ice_servers"] ?? value["iceServers"])
        )
    }

    private static func sdp(
        _ text: String?, status: Int
    ) throws(SignallingProblem) -> String {
        guard let text, text.hasPrefix("v=0") else {
            throw .unusable("the agent answered the offer with HTTP \(status) and no SDP")
        }
        return text
    }

    /// FastRTC says so with HTTP 200: `{"status": "failed", "meta": {"error": …}}`.
    private static func statedRefusal(_ value: JSONValue) -> SignallingProblem? {
        guard value["status"]?.text == "failed" else { return nil }
        let named = value["meta"]?["error"]?.text.map { ": \(bounded($0, limit: 100))" } ?? ""
        return SignallingProblem(
            code: "signalling_refused", message: "the agent refused the offer\(named)"
        )
    }

    private static func refusal(_ response: SignallingResponse) -> SignallingProblem {
        let status = response.status
        var message = "the agent answered the offer with HTTP \(status)"
        switch status {
        case 301, 302, 303:
            message += "; an offer is only sent on where 307 or 308 says so"
        case 503:
            if let wait = response.fields.first("retry-after") {
                message += ", to be tried again after \(bounded(wait, limit: 40))"
                if wait.utf8.allSatisfy({ (48...57).contains($0) }) { message += " s" }
            }
        default: break
        }
        return SignallingProblem(code: "signalling_\(status)", message: message)
    }

    // MARK: Redirection

    /// What to ask instead, where a response says so (RFC 9110 §15.4.8, §15.4.9).
    ///
    /// - Returns: `nil` where it is no redirection of that kind.
    /// - Throws: `signalling` where it leads nowhere, out of encryption, or on and on.
    package static func redirection(
        of request: SignallingRequest, by response: SignallingResponse
    ) throws(SignallingProblem) -> SignallingRequest? {
        guard response.status == 307 || response.status == 308 else { return nil }
        guard request.redirections < SignallingBounds.redirections else {
            throw .unusable(
                "the agent redirected the offer more than \(SignallingBounds.redirections) times"
            )
        }
        let location = response.fields.first("location")
        guard let url = location.flatMap({ request.url.resolving($0) }) else {
            throw .unusable("the agent redirected the offer to no URL of http or https")
        }
        guard request.url.scheme == .http || url.scheme == .https else {
            throw .unusable("the agent redirected the offer from https to http")
        }
        var next = request
        next.url = url
        next.redirections += 1
        return next
    }

    // MARK: Behind the offer

    /// The request that tells the agent of candidates found later (RFC 9725 §4.3.1).
    ///
    /// - Parameter fragment: as RFC 8840 §9 has it.
    /// - Returns: `nil` where the agent takes none: it is no WHIP, or named no session.
    package func trickle(_ fragment: String) -> SignallingRequest? {
        guard shape.kind == .whip, let answer, let session = answer.session else { return nil }
        var fields = [HTTPField("Content-Type", "application/trickle-ice-sdpfrag")]
        if let etag = answer.etag { fields.append(HTTPField("If-Match", etag)) }
        return SignallingRequest(
            method: .patch, url: session, fields: fields, body: Array(fragment.utf8)
        )
    }

    /// The request that ends the call at the agent's end; `nil` where it named no session.
    package func end() -> SignallingRequest? {
        guard let session = answer?.session else { return nil }
        switch shape.kind {
        case .whip: return SignallingRequest(method: .delete, url: session)
        case .sdpPost:
            return session.appending(path: "/hangup").map {
                SignallingRequest(method: .post, url: $0)
            }
        case .jsonOffer: return nil
        }
    }
}
