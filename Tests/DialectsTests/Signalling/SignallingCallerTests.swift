import Dialects
import Testing

private let offerSDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n"
private let answerSDP = "v=0\r\no=- 2 2 IN IP4 127.0.0.1\r\n"

private func caller(
    _ kind: SignallingKind, _ url: String = "https://agent.example/path/whip?room=1",
    fields: String? = nil, session: String? = nil
) throws -> SignallingCaller {
    SignallingCaller(
        shape: try SignallingShape(kind: kind, fields: fields, session: session),
        url: try SignallingURL(url), callName: "1048593"
    )
}

private func response(
    _ status: Int, _ fields: [HTTPField] = [], _ body: String = answerSDP
) -> SignallingResponse {
    SignallingResponse(status: status, fields: fields, body: Array(body.utf8))
}

extension SignallingCaller {
    fileprivate mutating func answered(
        _ response: SignallingResponse
    ) throws -> SignallingAnswer {
        guard case .answered(let answer) = try receive(response, to: offer(offerSDP)) else {
            throw SignallingProblem(code: "test", message: "redirected")
        }
        return answer
    }

    fileprivate mutating func problem(_ response: SignallingResponse) -> SignallingProblem? {
        do throws(SignallingProblem) {
            _ = try receive(response, to: offer(offerSDP))
            return nil
        } catch {
            return error
        }
    }
}

@Suite struct SignallingCallerTests {
    @Test func `WHIP posts the bare offer and reads session, tag and servers`() throws {
        var caller = try caller(.whip)
        let offer = caller.offer(offerSDP)
        #expect(offer.method == .post)
        #expect(offer.url.target == "/path/whip?room=1")
        #expect(offer.fields == [HTTPField("Content-Type", "application/sdp")])
        #expect(offer.body == Array(offerSDP.utf8))

        // RFC 9725 §4.6, figure 5, on one line and on several.
        let answer = try caller.answered(
            response(
                201,
                [
                    HTTPField("LOCATION", "../sessions/x7"), HTTPField("ETag", "\"ab:12\""),
                    HTTPField("Link", "<stun:stun.example.net>; rel=\"ice-server\""),
                    HTTPField(
                        "link",
                        "<turn:turn.example.net?transport=udp>; rel=\"ice-server\"; "
                            + "username=\"us;e,r\"; credential=\"my\\\"Pass\"; "
                            + "credential-type=\"password\", "
                            + "<turns:turn.example.net>;rel=ice-server;username=u;credential=p"
                    ),
                    HTTPField("Link", "<https://a/b>; rel=\"urn:ietf:params:whip:ext:c\""),
                ]
            )
        )

        #expect(answer.sdp == answerSDP)
        #expect(answer.session == (try SignallingURL("https://agent.example/sessions/x7")))
        #expect(answer.callID == "x7")
        #expect(answer.etag == "\"ab:12\"")
        #expect(
            answer.iceServers == [
                SignallingICEServer(urls: ["stun:stun.example.net"]),
                SignallingICEServer(
                    urls: ["turn:turn.example.net?transport=udp"], username: "us;e,r",
                    credential: "my\"Pass"
                ),
                SignallingICEServer(
                    urls: ["turns:turn.example.net"], username: "u", credential: "p"
                ),
            ]
        )
    }

    @Test func `WHIP trickles with its tag and ends with DELETE`() throws {
        var caller = try caller(.whip)
        #expect(caller.trickle("a=mid:0\r\n") == nil)
        #expect(caller.end() == nil)
        _ = try caller.answered(
            response(201, [HTTPField("Location", "https://b/s"), HTTPField("ETag", "\"1\"")])
        )

        let trickle = try #require(caller.trickle("a=mid:0\r\n"))
        #expect(trickle.method == .patch)
        #expect(trickle.url == (try SignallingURL("https://b/s")))
        #expect(trickle.fields.first("content-type") == "application/trickle-ice-sdpfrag")
        #expect(trickle.fields.first("if-match") == "\"1\"")
        #expect(trickle.body == Array("a=mid:0\r\n".utf8))
        let end = try #require(caller.end())
        #expect(end.method == .delete)
        #expect(end.url == trickle.url)
        #expect(end.body.isEmpty)
    }

    @Test func `a WHIP server that answers 200 and names no session is put up with`() throws {
        var caller = try caller(.whip)
        #expect(try caller.answered(response(200)) == SignallingAnswer(sdp: answerSDP))
        #expect(caller.end() == nil)
    }

    @Test func `an sdp-post is bare without a session and a form with one`() throws {
        let bare = try caller(.sdpPost, "https://a/v1/realtime/calls").offer(offerSDP)
        #expect(bare.fields == [HTTPField("Content-Type", "application/sdp")])
        #expect(bare.body == Array(offerSDP.utf8))

        let form = try caller(.sdpPost, session: #"{"model":"m"}"#).offer(offerSDP)
        let type = "multipart/form-data; boundary=talkover-form-0"
        #expect(form.fields == [HTTPField("Content-Type", type)])
        let expected =
            "--talkover-form-0\r\nContent-Disposition: form-data; name=\"sdp\"\r\n"
            + "Content-Type: application/sdp\r\n\r\n\(offerSDP)\r\n"
            + "--talkover-form-0\r\nContent-Disposition: form-data; name=\"session\"\r\n"
            + "Content-Type: application/json\r\n\r\n"
            + #"{"type":"realtime","model":"m"}"# + "\r\n--talkover-form-0--\r\n"
        #expect(String(decoding: form.body, as: UTF8.self) == expected)
    }

    @Test func `an sdp-post's Location is the call and where it is hung up`() throws {
        var caller = try caller(.sdpPost, "https://a/v1/realtime/calls?model=x")
        let answer = try caller.answered(
            response(201, [HTTPField("Location", "/v1/realtime/calls/rtc_9?x=1")])
        )
        #expect(answer.callID == "rtc_9")
        #expect(caller.trickle("a") == nil)
        let end = try #require(caller.end())
        #expect(end.method == .post)
        #expect(end.url.target == "/v1/realtime/calls/rtc_9/hangup?x=1")
    }

    @Test func `an sdp-post may be answered with JSON`() throws {
        var caller = try caller(.sdpPost)
        let body =
            #" {"id":"c1","sdp":"v=0\r\n","ice_servers":[{"urls":["turn:t"],"username":"u","#
            + #""credential":"p"},{"urls":"stun:s"},{"x":1},3]}"#
        let answer = try caller.answered(response(200, [], body))
        #expect(answer.sdp == "v=0\r\n")
        #expect(answer.callID == "c1")
        #expect(
            answer.iceServers == [
                SignallingICEServer(urls: ["turn:t"], username: "u", credential: "p"),
                SignallingICEServer(urls: ["stun:s"]),
            ]
        )
        #expect(caller.end() == nil)
    }

    @Test func `a json-offer carries the path's fields with the call's name in them`() throws {
        let fields = #"{"webrtc_id":"t-{call_id}","n":[{"{call_id}":"{call_id}{call_id}"}],"b":1}"#
        let offer = try caller(.jsonOffer, fields: fields).offer("v=0\r\n")
        #expect(offer.fields == [HTTPField("Content-Type", "application/json")])
        let expected =
            #"{"sdp":"v=0\u000d\u000a","type":"offer","webrtc_id":"t-1048593","#
            + #""n":[{"{call_id}":"10485931048593"}],"b":1}"#
        #expect(String(decoding: offer.body, as: UTF8.self) == expected)
    }

    @Test func `a json-offer is answered with JSON of type answer`() throws {
        var caller = try caller(.jsonOffer)
        let good = #"{"sdp":"v=0\r\n","type":"answer","pc_id":"p#0"}"#
        #expect(try caller.answered(response(200, [], good)).callID == "p#0")
        #expect(caller.end() == nil)
        #expect(try caller.answered(response(200, [], #"{"sdp":"v=0"}"#)).callID == nil)
    }

    @Test(
        arguments: [
            (
                #"{"status":"failed","meta":{"error":"concurrency_limit_reached","limit":1}}"#,
                "signalling_refused", "concurrency_limit_reached"
            ),
            (#"{"status":"failed"}"#, "signalling_refused", "refused the offer"),
            (#"{"status":"failed","meta":{"error":"a\u0000\nb"}}"#, "signalling_refused", "a  b"),
            (#"{"sdp":"v=0","type":"offer"}"#, "signalling", "'answer'"),
            (#"{"sdp":"no"}"#, "signalling", "no SDP"), ("{}", "signalling", "no SDP"),
            ("[]", "signalling", "no JSON object"), ("", "signalling", "no JSON object"),
            ("v=0", "signalling", "no JSON object"),
        ]
    )
    func `a json-offer's success that is none is told`(
        body: String, code: String, says: String
    ) throws {
        var caller = try caller(.jsonOffer)
        let told = caller.problem(response(200, [], body))
        let problem = try #require(told)
        #expect(problem.code == code)
        #expect(problem.message.contains(says), "\(problem.message)")
    }

    @Test(arguments: SignallingKind.allCases)
    func `a status that is no success is the failure's code`(kind: SignallingKind) throws {
        var caller = try caller(kind)
        for status in [301, 302, 303, 304, 400, 401, 403, 404, 405, 415, 429, 500, 502] {
            let problem = caller.problem(response(status, [HTTPField("Location", "/x")]))
            #expect(problem?.code == "signalling_\(status)")
            #expect(problem?.message.contains("\(status)") == true)
        }
        let busy = caller.problem(response(503, [HTTPField("Retry-After", "120")]))
        #expect(busy?.code == "signalling_503")
        #expect(busy?.message.contains("after 120 s") == true)
        #expect(caller.end() == nil)
    }

    @Test func `a success without SDP, not in UTF-8 or too large is unusable`() throws {
        for kind in [SignallingKind.whip, .sdpPost] {
            var caller = try caller(kind)
            #expect(caller.problem(response(201, [], ""))?.code == "signalling")
            #expect(caller.problem(response(201, [], "<html>"))?.code == "signalling")
            let broken = SignallingResponse(status: 201, body: Array("v=0".utf8) + [0xFF])
            #expect(caller.problem(broken)?.code == "signalling")
            let long = response(201, [], "v=0" + String(repeating: "x", count: 64 << 10))
            #expect(caller.problem(long) == SignallingCaller.tooLarge)
        }
    }

    @Test(arguments: [307, 308])
    func `a redirection keeps method and body, five times at most`(status: Int) throws {
        var caller = try caller(.whip, "http://a/b/c")
        var request = caller.offer(offerSDP)
        for number in 1...5 {
            let answer = response(status, [HTTPField("Location", "d\(number)")], "")
            guard case .redirected(let next) = try caller.receive(answer, to: request) else {
                Issue.record("not redirected")
                return
            }
            #expect(next.method == .post)
            #expect(next.body == request.body)
            #expect(next.fields == request.fields)
            #expect(next.url == (try SignallingURL("http://a/b/d\(number)")))
            request = next
        }
        #expect(throws: SignallingProblem.self) {
            try caller.receive(response(status, [HTTPField("Location", "d")], ""), to: request)
        }
        // The session is found from where the offer ended up.
        guard
            case .answered(let answer) = try caller.receive(
                response(201, [HTTPField("Location", "s")]), to: request
            )
        else { return }
        #expect(answer.session?.target == "/b/s")
    }

    @Test func `a redirection to nowhere or out of encryption is refused`() throws {
        var caller = try caller(.whip, "https://a/b")
        for fields in [[], [HTTPField("Location", "ftp://a")], [HTTPField("Location", "http://a")]]
        {
            #expect(caller.problem(response(307, fields))?.code == "signalling")
        }
    }

    @Test(arguments: ["", "[]", "{", "1", #"{"sdp":"x"}"#, #"{"type":"x"}"#])
    func `fields that are no object, or say what the offer says, are refused`(text: String) {
        #expect(throws: SignallingProblem.self) {
            try SignallingShape(kind: .jsonOffer, fields: text)
        }
    }
}
