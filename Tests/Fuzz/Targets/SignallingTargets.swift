import Dialects
import Timeline

extension FuzzTarget {
    static func signalling() throws -> [FuzzTarget] {
        try [
            FuzzTarget(
                "signalling-agent", corpus: requests(), dictionary: words, read: readRequest),
            answers(),
            FuzzTarget(
                "url", corpus: addresses.map { Array($0.utf8) }, dictionary: words, read: readURL),
        ]
    }

    private static let offer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n"

    /// First line, fields, an empty line and a body, as every input is made up.
    private static func message(_ head: String, _ fields: [HTTPField], _ body: [UInt8]) -> [UInt8] {
        let lines = [head] + fields.map { "\($0.name): \($0.value)" }
        return Array((lines.joined(separator: "\n") + "\n\n").utf8) + body
    }

    private static func parts(
        _ bytes: UnsafeRawBufferPointer
    ) -> (head: String, fields: [HTTPField], body: [UInt8]) {
        let all = Array(bytes)
        let end = all.firstRange(of: [10, 10])
        let head = String(decoding: all[..<(end?.lowerBound ?? all.count)], as: UTF8.self)
        let lines = head.split(separator: "\n", omittingEmptySubsequences: false)
        let fields = lines.dropFirst().prefix(64).map { line in
            let words = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
            return HTTPField(String(words[0]), words.count > 1 ? String(words[1]) : "")
        }
        return (
            String(lines.first ?? ""), Array(fields), Array(all[(end?.upperBound ?? all.count)...])
        )
    }

    // MARK: What an agent is asked

    /// What a caller asks, in each shape.
    private static func requests() throws -> [[UInt8]] {
        let shapes = try [
            SignallingShape(kind: .whip), SignallingShape(kind: .sdpPost),
            SignallingShape(kind: .sdpPost, session: #"{"type":"realtime"}"#),
            SignallingShape(kind: .jsonOffer, fields: #"{"webrtc_id":"a"}"#),
        ]
        let targets = ["/whip", "/v1/realtime/calls", "/v1/realtime/calls", "/offer"]
        let url = try SignallingURL("http://127.0.0.1:8080/offer")
        let offers = zip(shapes, targets).map { shape, target in
            let caller = SignallingCaller(shape: shape, url: url, callName: "call-1")
            let request = caller.offer(offer)
            return message("POST \(target)", request.fields, request.body)
        }
        let type = "application/trickle-ice-sdpfrag"
        return offers + [
            message(
                "PATCH /whip/abc",
                [HTTPField("Content-Type", type), HTTPField("If-Match", "\"abc\"")],
                Array("a=mid:0\r\n".utf8)),
            message("DELETE /whip/abc", [], []),
            message("POST /v1/realtime/calls/rtc_1/hangup", [], []),
        ]
    }

    private static func readRequest(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let (head, fields, body) = parts(bytes)
        let words = head.split(separator: " ")
        guard words.count == 2, let place = SignallingAgent.place(words[1]) else { return false }
        try? SignallingAgent.check(place, method: words[0], fields: fields, length: body.count)
        guard let call = try? SignallingAgent.read(place, fields: fields, body: body) else {
            return false
        }
        if case .offer(let offer) = call {
            _ = SignallingAgent.taken(offer.kind, sdp: offer.sdp, id: "id")
        }
        return true
    }

    // MARK: What a caller is answered

    private static func answers() throws -> FuzzTarget {
        let link = #"<turn:t.example:3478>; rel="ice-server"; username="u"; credential="p\"q""#
        let fields = [
            HTTPField("Location", "/whip/abc"), HTTPField("ETag", "\"abc\""),
            HTTPField("Link", link + ", <stun:s.example>; rel=ice-server"),
            HTTPField("Content-Type", "application/sdp"),
        ]
        let sdp = #""sdp":"v=0\r\n","type":"answer""#
        let servers = #""ice_servers":[{"urls":["turn:a"],"username":"u","credential":"c"}]"#
        let corpus = [
            message("201", fields, Array(offer.utf8)),
            message("200", [], Array("{\(sdp),\"pc_id\":\"x\",\(servers)}".utf8)),
            message("200", [], Array(#"{"status":"failed","meta":{"error":"limit"}}"#.utf8)),
            message("307", [HTTPField("Location", "https://b.example/whip?x=1")], []),
            message("503", [HTTPField("Retry-After", "5")], []),
        ]
        let url = try SignallingURL("http://127.0.0.1:8080/offer")
        let shapes = try SignallingKind.allCases.map { try SignallingShape(kind: $0) }
        return FuzzTarget(
            name: "signalling-caller", corpus: corpus, dictionary: words.map { Array($0.utf8) }
        ) { _ in
            { bytes, generator in
                let shape = shapes[Int(generator.next() % UInt64(shapes.count))]
                var caller = SignallingCaller(shape: shape, url: url, callName: "c")
                let (head, fields, body) = parts(UnsafeRawBufferPointer(bytes))
                let response = SignallingResponse(
                    status: Int(head.prefix(4)) ?? 200, fields: fields, body: body)
                let step = try? caller.receive(response, to: caller.offer(offer))
                _ = (caller.trickle("a=mid:0\r\n"), caller.end())
                return step != nil
            }
        }
    }

    private static func readURL(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        let base = try? SignallingURL("https://a.example/b/c?d")
        let resolved = base?.resolving(text)
        guard let url = try? SignallingURL(text) else { return resolved != nil }
        // A name with a bracket in it is taken as it is; nobody can be reached by it.
        guard !url.host.contains(where: { "[]".contains($0) }) else { return true }
        let again = try? SignallingURL("\(url.scheme.rawValue)://\(url.authority)\(url.target)")
        require(again == url, "reads otherwise: \(url)")
        return true
    }

    private static let addresses = [
        "http://127.0.0.1:8080/offer", "https://api.example.com/v1/realtime/calls?model=x",
        "http://[2001:db8::1]:99/whip", "../d?e#f", "//b.example/c", "/whip/abc",
    ]

    private static let words = [
        "\n", "\n\n", "\r\n", "--", "\r\n--", "Content-Type: ", "multipart/form-data; boundary=",
        "application/json", "application/sdp", "Content-Disposition: form-data; name=\"sdp\"",
        "Link: ", "<", ">", ";", "rel=\"ice-server\"", "\"", "\\", "v=0", "{", "}", ":", "/", "..",
        "?", "#", "%", "@", "[", "]", "65536", "http://", "é", "\0", "POST ", "/whip/",
        "If-Match: *",
    ]
}
