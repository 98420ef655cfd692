/// How the offers of a path are put, checked once for all its calls.
package struct SignallingShape: Equatable, Sendable {
    package let kind: SignallingKind
    /// Laid beside `sdp` and `type` of a `json-offer`.
    let fields: JSONValue?
    /// Sent along with an `sdp-post`, which makes it a form.
    let session: JSONValue?

    /// - Parameters:
    ///   - fields: a JSON object as text, `{call_id}` in its strings standing for the call's name;
    ///     `nil` for none. Only a `json-offer` has them.
    ///   - session: a JSON object as text; `nil` sends the description alone. Only an `sdp-post` has
    ///     one.
    /// - Throws: `configuration`, where a text is no object, or says what the call itself says.
    package init(
        kind: SignallingKind, fields: String? = nil, session: String? = nil
    ) throws(SignallingProblem) {
        self.kind = kind
        self.fields = kind == .jsonOffer ? try Self.object(fields, named: "signalling_fields") : nil
        self.session = kind == .sdpPost ? try Self.object(session, named: "session") : nil
        for name in ["sdp", "type"] where self.fields?[name] != nil {
            throw .configuration(
                "'signalling_fields' holds '\(name)', which the offer fills in; leave it out"
            )
        }
    }

    private static func object(
        _ text: String?, named name: String
    ) throws(SignallingProblem) -> JSONValue? {
        guard let text else { return nil }
        guard let value = try? JSONParser.parse(text), case .object = value else {
            throw .configuration("'\(name)' is no JSON object; write {\"name\": \"value\"}")
        }
        return value
    }

    /// Body and content type of an offer.
    ///
    /// - Parameter callName: what `{call_id}` stands for.
    func body(offering sdp: String, callName: String) -> (body: [UInt8], contentType: String) {
        switch kind {
        case .whip: return (Array(sdp.utf8), "application/sdp")
        case .sdpPost:
            guard let session else { return (Array(sdp.utf8), "application/sdp") }
            // OpenAI refuses a session that does not say what it is.
            let named: JSONValue = ["type": "realtime"]
            return FormData(parts: [
                .init(name: "sdp", mediaType: "application/sdp", body: Array(sdp.utf8)),
                .init(
                    name: "session", mediaType: "application/json",
                    body: named.merged(with: session).bytes
                ),
            ]).written()
        case .jsonOffer:
            let offer: JSONValue = ["sdp": .string(sdp), "type": "offer"]
            let extra = fields?.replacing("{call_id}", with: callName) ?? [:]
            return (offer.merged(with: extra).bytes, "application/json")
        }
    }
}

extension JSONValue {
    /// The same value with a text in its strings replaced, at every depth; names stay.
    fileprivate func replacing(_ wanted: String, with text: String) -> JSONValue {
        switch self {
        case .null, .bool, .number: return self
        case .string(let string): return .string(string.replacing(wanted, with: text))
        case .array(let elements): return .array(elements.map { $0.replacing(wanted, with: text) })
        case .object(let members):
            return .object(
                members.map { JSONMember($0.name, $0.value.replacing(wanted, with: text)) }
            )
        }
    }
}
