/// The agent's side of signalling: where it is reached, what a request asks, how it is answered.
///
/// Places: `/whip` and `/whip/<id>`, `/v1/realtime/calls` and `/v1/realtime/calls/<id>/hangup`,
/// `/offer`. Sans-IO, and without a state of its own.
package enum SignallingAgent {
    /// What is at a place.
    package enum Place: Equatable, Sendable {
        case offers(SignallingKind)
        /// A session of WHIP.
        case session(String)
        case hangup(String)

        /// The methods it takes, as `Allow` has them.
        package var methods: String {
            switch self {
            case .offers, .hangup: "POST, OPTIONS"
            case .session: "PATCH, DELETE, OPTIONS"
            }
        }

        /// The types of body it takes; none where it wants no body.
        package var mediaTypes: [String] {
            switch self {
            case .offers(.whip): ["application/sdp"]
            case .offers(.sdpPost): ["application/sdp", "multipart/form-data", "application/json"]
            case .offers(.jsonOffer): ["application/json"]
            case .session: ["application/trickle-ice-sdpfrag"]
            case .hangup: []
            }
        }
    }

    /// What a request asks.
    package enum Call: Equatable, Sendable {
        case offer(Offer)
        case trickle(id: String, fragment: String)
        case end(id: String)
    }

    /// A caller's offer.
    package struct Offer: Equatable, Sendable {
        package var kind: SignallingKind
        package var sdp: String
        /// A JSON object as text; `nil` where none came along.
        package var session: String?

        package init(kind: SignallingKind, sdp: String, session: String? = nil) {
            self.kind = kind
            self.sdp = sdp
            self.session = session
        }
    }

    /// - Parameter target: of the request's first line; its query does not count.
    /// - Returns: `nil` where there is nothing of signalling.
    package static func place(_ target: some StringProtocol) -> Place? {
        let path = target.prefix { $0 != "?" }
        switch path {
        case "/whip": return .offers(.whip)
        case "/v1/realtime/calls": return .offers(.sdpPost)
        case "/offer": return .offers(.jsonOffer)
        default: break
        }
        let pieces = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            .map { String($0) }
        if pieces.count == 2, pieces[0] == "whip", isID(pieces[1]) { return .session(pieces[1]) }
        if pieces.count == 5, Array(pieces[..<3]) == ["v1", "realtime", "calls"], isID(pieces[3]),
            pieces[4] == "hangup"
        {
            return .hangup(pieces[3])
        }
        return nil
    }

    private static func isID(_ text: String) -> Bool {
        (1...SignallingBounds.id).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || "-._".utf8.contains($0)
            }
    }

    // MARK: Reading

    /// Whether a place takes a method, and a body of that type and length: before it is read.
    package static func check(
        _ place: Place, method: some StringProtocol, fields: [HTTPField], length: Int
    ) throws(SignallingRefusal) {
        let types: [String]
        switch (place, String(method)) {
        case (.offers, "POST"), (.session, "PATCH"): types = place.mediaTypes
        case (.session, "DELETE"), (.hangup, "POST"): types = []
        default:
            throw SignallingRefusal(
                status: 405, message: "This place takes \(place.methods).", allowed: place.methods
            )
        }
        guard length <= SignallingBounds.body else {
            throw SignallingRefusal(
                status: 413, message: "A body may hold \(SignallingBounds.body >> 10) kB."
            )
        }
        guard types.isEmpty || types.contains(fields.mediaType ?? "") else {
            throw SignallingRefusal(
                status: 415, message: "The body is of type \(types.joined(separator: " or "))."
            )
        }
    }

    /// What a request asks that passed ``check(_:method:fields:length:)``.
    package static func read(
        _ place: Place, fields: [HTTPField], body: [UInt8]
    ) throws(SignallingRefusal) -> Call {
        switch place {
        case .offers(let kind): return .offer(try offer(kind, fields, body))
        case .hangup(let id): return .end(id: id)
        case .session(let id):
            guard fields.mediaType == "application/trickle-ice-sdpfrag" else { return .end(id: id) }
            try checkTag(fields.first("if-match"), id)
            guard let fragment = String(validating: body, as: UTF8.self) else {
                throw SignallingRefusal(status: 400, message: "The fragment is no UTF-8.")
            }
            return .trickle(id: id, fragment: fragment)
        }
    }

    /// A session has one set of ICE parameters for its life, and its id is their tag.
    private static func checkTag(_ tag: String?, _ id: String) throws(SignallingRefusal) {
        switch tag {
        case nil, "\"\(id)\"": return
        case "*":
            throw SignallingRefusal(status: 422, message: "ICE is not restarted here.")
        default:
            throw SignallingRefusal(
                status: 412, message: "If-Match is not the ETag of this session."
            )
        }
    }

    private static func offer(
        _ kind: SignallingKind, _ fields: [HTTPField], _ body: [UInt8]
    ) throws(SignallingRefusal) -> Offer {
        switch fields.mediaType {
        case "multipart/form-data":
            guard let form = FormData(body, contentType: fields.first("content-type") ?? "") else {
                throw SignallingRefusal(status: 400, message: "The form is not whole.")
            }
            return try offer(
                kind, form.first("sdp").flatMap { String(validating: $0, as: UTF8.self) },
                session: try form.first("session").map(json)
            )
        case "application/json":
            let value = try json(body)
            guard value["type"] == nil || value["type"]?.text == "offer" else {
                throw SignallingRefusal(status: 400, message: "The 'type' is not 'offer'.")
            }
            return try offer(kind, value["sdp"]?.text, session: value["session"])
        default:
            return try offer(kind, String(validating: body, as: UTF8.self), session: nil)
        }
    }

    private static func offer(
        _ kind: SignallingKind, _ sdp: String?, session: JSONValue?
    ) throws(SignallingRefusal) -> Offer {
        guard let sdp, sdp.hasPrefix("v=0") else {
            throw SignallingRefusal(status: 400, message: "There is no SDP in the offer.")
        }
        var text: String?
        if let session, session != .null {
            guard case .object = session else {
                throw SignallingRefusal(status: 400, message: "The 'session' is no JSON object.")
            }
            text = String(decoding: session.bytes, as: UTF8.self)
        }
        return Offer(kind: kind, sdp: sdp, session: text)
    }

    private static func json(_ bytes: [UInt8]) throws(SignallingRefusal) -> JSONValue {
        guard let value = try? bytes.withUnsafeBytes({ try JSONParser.parse($0) }) else {
            throw SignallingRefusal(status: 400, message: "The JSON is not whole.")
        }
        return value
    }

    // MARK: Answering

    /// An offer was taken: the agent's description, in the shape the caller asked in.
    ///
    /// - Parameter id: letters, digits, `-`, `.` and `_`, at most ``SignallingBounds/id``.
    package static func taken(
        _ kind: SignallingKind, sdp: String, id: String
    ) -> SignallingResponse {
        switch kind {
        case .whip, .sdpPost:
            let location = kind == .whip ? "/whip/\(id)" : "/v1/realtime/calls/\(id)"
            var fields = [
                HTTPField("Content-Type", "application/sdp"), HTTPField("Location", location),
            ]
            if kind == .whip { fields.append(HTTPField("ETag", "\"\(id)\"")) }
            return SignallingResponse(status: 201, fields: fields, body: Array(sdp.utf8))
        case .jsonOffer:
            let answer: JSONValue = [
                "sdp": .string(sdp), "type": "answer", "pc_id": .string(id),
            ]
            return SignallingResponse(
                status: 200, fields: [HTTPField("Content-Type", "application/json")],
                body: answer.bytes
            )
        }
    }

    /// Candidates were taken.
    package static let trickled = SignallingResponse(status: 204)
    /// A call was ended.
    package static let ended = SignallingResponse(status: 200)
}
