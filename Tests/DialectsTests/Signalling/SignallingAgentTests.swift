import Dialects
import Testing

private let offerSDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n"

/// The agent's reading of a caller's request.
private func read(_ request: SignallingRequest) throws -> SignallingAgent.Call {
    let place = try #require(SignallingAgent.place(request.url.target))
    try SignallingAgent.check(
        place, method: request.method.rawValue, fields: request.fields, length: request.body.count
    )
    return try SignallingAgent.read(place, fields: request.fields, body: request.body)
}

private func caller(
    _ kind: SignallingKind, _ target: String, session: String? = nil
) throws -> SignallingCaller {
    SignallingCaller(
        shape: try SignallingShape(kind: kind, session: session),
        url: try SignallingURL("http://127.0.0.1:8080" + target), callName: "7"
    )
}

private func refusal(
    _ target: String, _ method: String = "POST", _ type: String? = nil, length: Int = 3,
    tag: String? = nil, body: [UInt8] = Array("v=0".utf8)
) throws -> Int {
    let place = try #require(SignallingAgent.place(target))
    var fields = type.map { [HTTPField("content-type", $0)] } ?? []
    if let tag { fields.append(HTTPField("if-match", tag)) }
    do throws(SignallingRefusal) {
        try SignallingAgent.check(place, method: method, fields: fields, length: length)
        _ = try SignallingAgent.read(place, fields: fields, body: body)
        return 0
    } catch {
        #expect(error.response.status == error.status)
        #expect(error.response.body.last == 10)
        return error.status
    }
}

@Suite struct SignallingAgentTests {
    @Test(
        arguments: [
            (.whip, "/whip", nil), (.whip, "/whip?room=1", nil),
            (.sdpPost, "/v1/realtime/calls?model=x", nil),
            (.sdpPost, "/v1/realtime/calls", #"{"type":"realtime","model":"m"}"#),
            (.jsonOffer, "/offer", nil),
        ] as [(SignallingKind, String, String?)]
    )
    func `an offer reaches the agent, and the answer the caller`(
        kind: SignallingKind, target: String, session: String?
    ) throws {
        var caller = try caller(kind, target, session: session)
        let offer = caller.offer(offerSDP)
        let expected = SignallingAgent.Offer(kind: kind, sdp: offerSDP, session: session)
        #expect(try read(offer) == .offer(expected))

        let taken = SignallingAgent.taken(kind, sdp: "v=0\r\nx", id: "pc-1.a_B")
        guard case .answered(let answer) = try caller.receive(taken, to: offer) else {
            Issue.record("not answered")
            return
        }
        #expect(answer.sdp == "v=0\r\nx")
        #expect(answer.callID == "pc-1.a_B")
        #expect(try caller.end().map(read) == (kind == .jsonOffer ? nil : .end(id: "pc-1.a_B")))
        #expect(
            try caller.trickle("a=mid:0").map(read)
                == (kind == .whip ? .trickle(id: "pc-1.a_B", fragment: "a=mid:0") : nil)
        )
    }

    @Test func `a session of JSON is read where the offer is JSON`() throws {
        let body = Array(#"{"sdp":"v=0","type":"offer","session":{"a":[1]},"x":2}"#.utf8)
        let call = try SignallingAgent.read(
            .offers(.jsonOffer), fields: [HTTPField("Content-Type", "application/json")], body: body
        )
        let expected = SignallingAgent.Offer(
            kind: .jsonOffer, sdp: "v=0", session: #"{"a":[1]}"#
        )
        #expect(call == .offer(expected))
    }

    @Test func `a browser's form is read, quoted boundary and all`() throws {
        let body =
            "preamble\r\n------WebKitA\r\n"
            + "content-disposition: form-data; name=\"sdp\"\r\n\r\nv=0\r\na=--WebKitA\r\n\r\n"
            + "------WebKitA  \r\nContent-Type: application/json\r\n"
            + "Content-Disposition: form-data; name=session; filename=\"blob\"\r\n\r\n{}\r\n"
            + "------WebKitA--\r\nepilogue"
        let type = "Multipart/Form-Data; charset=x; boundary=\"----WebKitA\""
        let call = try SignallingAgent.read(
            .offers(.sdpPost), fields: [HTTPField("Content-Type", type)], body: Array(body.utf8)
        )
        let expected = SignallingAgent.Offer(
            kind: .sdpPost, sdp: "v=0\r\na=--WebKitA\r\n", session: "{}"
        )
        #expect(call == .offer(expected))
    }

    @Test func `places are told apart and others are none`() {
        #expect(SignallingAgent.place("/whip/a-1") == .session("a-1"))
        #expect(SignallingAgent.place("/v1/realtime/calls/rtc_1/hangup?x") == .hangup("rtc_1"))
        let long = String(repeating: "x", count: 65)
        for target in [
            "", "/", "/whip/", "/whip/a/b", "/whip/a%20b", "/whip/\(long)", "/WHIP", "whip",
            "/v1/realtime", "/v1/realtime/calls/", "/v1/realtime/calls/a", "/offer/",
            "/v1/realtime/calls//hangup", "/v1/realtime/calls/a/hangup/", "/whip/é",
        ] {
            #expect(SignallingAgent.place(target) == nil, "\(target)")
        }
    }

    @Test func `what a place does not take is refused by its status`() throws {
        let sdp = "application/sdp"
        #expect(try refusal("/whip", "GET") == 405)
        #expect(try refusal("/whip/a", "POST", sdp) == 405)
        #expect(try refusal("/offer", "post", "application/json") == 405)
        #expect(try refusal("/whip", "POST", sdp, length: 65_537) == 413)
        #expect(try refusal("/whip", "POST", sdp, length: 65_536) == 0)
        #expect(try refusal("/whip") == 415)
        #expect(try refusal("/whip", "POST", "application/json") == 415)
        #expect(try refusal("/offer", "POST", sdp) == 415)
        #expect(try refusal("/whip/a", "PATCH", sdp) == 415)
        #expect(try refusal("/whip", "POST", "Application/SDP ; x=1") == 0)
        #expect(try refusal("/whip", "POST", sdp, body: Array("hello".utf8)) == 400)
        #expect(try refusal("/whip", "POST", sdp, body: [0x76, 0x3D, 0x30, 0xFF]) == 400)
        #expect(try refusal("/offer", "POST", "application/json", body: Array("{".utf8)) == 400)
        let form = "multipart/form-data; boundary=b"
        #expect(try refusal("/v1/realtime/calls", "POST", form) == 400)
        #expect(try refusal("/v1/realtime/calls", "POST", "multipart/form-data") == 400)
    }

    @Test func `a fragment is taken with the session's tag or none`() throws {
        let type = "application/trickle-ice-sdpfrag"
        #expect(try refusal("/whip/a", "PATCH", type) == 0)
        #expect(try refusal("/whip/a", "PATCH", type, tag: "\"a\"") == 0)
        #expect(try refusal("/whip/a", "PATCH", type, tag: "\"b\"") == 412)
        #expect(try refusal("/whip/a", "PATCH", type, tag: "*") == 422)
        #expect(try refusal("/whip/a", "DELETE") == 0)
    }
}
