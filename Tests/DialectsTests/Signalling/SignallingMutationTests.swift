import Dialects
import Testing
import Timeline

@Suite struct SignallingMutationTests {
    private static let seed: UInt64 = 20_261_122

    private static func mangle(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1:
                let marks = Array("{}\",:\\\r\n-;=<>/.?".utf8)
                bytes[place] = marks.randomElement(using: &generator) ?? 0
            case 2: bytes.removeSubrange(place...)
            case 3: bytes.insert(contentsOf: bytes[..<place], at: place)
            default: bytes.remove(at: place)
            }
        }
        return bytes
    }

    @Test func `mangled offers are read or refused, never fatal`() throws {
        var generator = SeededGenerator(seed: Self.seed, stream: "offers")
        let url = try SignallingURL("http://a/b")
        let requests = try [
            SignallingShape(kind: .whip), SignallingShape(kind: .sdpPost, session: #"{"a":"b"}"#),
            SignallingShape(kind: .jsonOffer, fields: #"{"c":"{call_id}"}"#),
        ].map { shape in
            (shape.kind, SignallingCaller(shape: shape, url: url, callName: "1").offer("v=0\r\n"))
        }
        var (read, refused) = (0, 0)
        for _ in 0..<15_000 {
            let (kind, request) = requests[Int.random(in: 0..<3, using: &generator)]
            let type = Self.mangle(Array((request.fields[0].value).utf8), &generator)
            let isTypeKept = Bool.random(using: &generator)
            let field = HTTPField(
                "content-type",
                isTypeKept ? request.fields[0].value : String(decoding: type, as: UTF8.self)
            )
            do throws(SignallingRefusal) {
                _ = try SignallingAgent.read(
                    .offers(kind), fields: [field], body: Self.mangle(request.body, &generator)
                )
                read += 1
            } catch {
                refused += 1
            }
        }
        #expect(read > 2_000 && refused > 2_000, "seed \(Self.seed): \(read) read, \(refused) not")
    }

    @Test func `mangled answers are read or refused, never fatal`() throws {
        var generator = SeededGenerator(seed: Self.seed, stream: "answers")
        let link =
            "<turn:t?x>; rel=\"ice-server\"; username=\"u\\\"\"; credential=p, <stun:s>;rel=x"
        let bodies = [
            "v=0\r\n", #"{"sdp":"v=0","type":"answer","ice_servers":[{"urls":["a"]}]}"#,
            #"{"status":"failed","meta":{"error":"x"}}"#,
        ]
        var (read, refused) = (0, 0)
        for _ in 0..<15_000 {
            let kind = SignallingKind.allCases.randomElement(using: &generator) ?? .whip
            var caller = SignallingCaller(
                shape: try SignallingShape(kind: kind),
                url: try SignallingURL("http://a/b/c?d"), callName: "1"
            )
            let text = { (text: String) in
                String(decoding: Self.mangle(Array(text.utf8), &generator), as: UTF8.self)
            }
            let fields = [
                HTTPField("Location", text("http://a:81/../b/./c?d#e")),
                HTTPField("Link", text(link)), HTTPField("ETag", text("\"a\"")),
            ]
            let body = bodies[Int.random(in: 0..<3, using: &generator)]
            let response = SignallingResponse(
                status: Bool.random(using: &generator) ? 201 : 307, fields: fields,
                body: Self.mangle(Array(body.utf8), &generator)
            )
            do throws(SignallingProblem) {
                _ = try caller.receive(response, to: caller.offer("v=0"))
                _ = caller.trickle("a")
                _ = caller.end()
                read += 1
            } catch {
                refused += 1
            }
        }
        #expect(read > 2_000 && refused > 2_000, "seed \(Self.seed): \(read) read, \(refused) not")
    }

    @Test func `mangled places are found or not, never fatal`() {
        var generator = SeededGenerator(seed: Self.seed, stream: "places")
        var found = 0
        for _ in 0..<10_000 {
            let target = Self.mangle(
                Array("/v1/realtime/calls/rtc_1/hangup?x".utf8), &generator
            )
            if SignallingAgent.place(String(decoding: target, as: UTF8.self)) != nil { found += 1 }
        }
        #expect(found > 1_000, "seed \(Self.seed): \(found)")
    }
}
