import Foundation
import Testing
import Yams

@testable import Planning

/// The JSON Schema for editors against the parser: they take the same keys, and agree on files.
@Suite struct SchemaTests {
    private static func schema() throws -> JSONSchema {
        let text = try Gallery.text("scenario.schema.json")
        return try JSONSchema(root: JSONValue(json: text))
    }

    @Test(arguments: KeyTable.all.map(\.name))
    func `the schema has exactly the keys the parser takes`(name: String) throws {
        let root = try Self.schema().root
        let table = try #require(KeyTable.all.first { $0.name == name })

        let definition = name == "scenario" ? root : try #require(root["$defs"]?[name])

        #expect(definition["properties"]?.keys.sorted() == table.keys.sorted())
        #expect(definition["additionalProperties"] == .bool(false))
    }

    @Test func `the schema has every metric and its kind of objective`() throws {
        let objectives = try #require(
            try Self.schema().root["properties"]?["objectives"]?["properties"])

        #expect(objectives.keys.sorted() == MetricCatalogue.all.map(\.name).sorted())
        for metric in MetricCatalogue.all {
            let kind = ["ms": "ms", "score": "score", "ratio": "rate"][metric.unit.rawValue] ?? ""
            #expect(objectives[metric.name]?["$ref"] == .string("#/$defs/\(kind)_objectives"))
        }
    }

    @Test func `every key of the schema is described`() throws {
        let root = try Self.schema().root
        let definitions = root["$defs"] ?? .null
        for (name, definition) in [("scenario", root)] + definitions.pairs {
            #expect(definition["description"] != nil, "\(name)")
            for (key, value) in definition["properties"]?.pairs ?? [] {
                #expect(value["description"] != nil, "\(name).\(key)")
            }
        }
    }

    @Test(arguments: Gallery.names)
    func `a scenario of the gallery is valid by the schema`(name: String) throws {
        let text = try Gallery.text("\(name).yaml")

        #expect(try Self.schema().faults(of: JSONValue(yaml: text)) == [])
    }

    /// What neither takes; rules that only the parser knows are not here.
    static let wrong: [Pattern] = [
        .more("seeed: 1"), .more("seed: -1"), .more("order: both"), .more("hold: 400"),
        .more("control: 2"), .more("agent: real"), .more("agent: {embedded: {pace: 4}}"),
        .more("agent: {embedded: {capacity: {sessions: 10}}}"),
        .more("agent: {embedded: {capacity: {sessions: -1, beyond: 5ms}}}"),
        .more("agent: {embedded: {think: {uniform: [1s]}}}"), .load("callers: 0"),
        .load("callers: 1, arrivals: 2/s"), .load("arrivals: 20, for: 1s"), .load("arrivals: 20/s"),
        .load("callers: 1, for: 5s, calls_each: 2"), .path("transport: rest"),
        .path("transport: webrtc, dialect: binary"), .path("transport: webrtc, signalling: sip"),
        .path("transport: webrtc, ice_servers: [\"stun:h\"]"),
        .path("transport: webrtc, ice_servers: [{urls: \"turns:h\"}]"),
        .path("transport: webrtc, ice_servers: [{urls: \"stun:h\", credential: k3y}]"),
        .path("transport: hybrid"), .path("transport: hybrid, upstream: {codec: pcm16}"),
        .path("transport: hybrid, edge: websocket, upstream: {dialect: binary}"),
        .path("transport: hybrid, url: \"http://h/offer\", upstream: {dialect: binary}"),
        .path("transport: rtp, dialect: binary"), .path("transport: websocket"),
        .path("transport: rtp, player: {flush: never}"), .path("transport: rtp, level_id: 15"),
        .path("transport: websocket, dialect: binary, auth: {bearer: sk-1}"),
        .steps("shout: x"), .steps("{say: hold_on, kind: interupt}"), .steps("pause: 5"),
        .steps("say: hold_on", "hangup"), .more("objectives: {first_audio: [\"p(95)<450\"]}"),
        .more("objectives: {first_audo: [\"p(95)<450ms\"]}"),
        .more("objectives: {loss: [\"avg<1\"]}"),
    ]

    @Test(arguments: wrong)
    func `what the parser refuses the schema refuses too`(pattern: Pattern) throws {
        #expect(!pattern.problems().isEmpty)
        #expect(try !Self.schema().faults(of: JSONValue(yaml: pattern.text)).isEmpty)
    }

    static let right: [Pattern] = [
        Pattern(), .more("agent: embedded"),
        .more("agent: {embedded: {reply: calibration, pace: 1.5x}}"),
        .more("agent: {embedded: {capacity: {sessions: 100, beyond: 5ms}}}"),
        .more("agent:\n  embedded:"), .load("callers: 1, for: 5s"),
        .load("arrivals: 600/m, for: 1m"),
        .path("transport: rtp, player: {jitter_buffer: adaptive}, rtcp: mux"),
        .path(
            "transport: websocket, dialect: binary, auth: {header: {x-k: KEY}}, session: {a: [1]}"),
        .path("transport: webrtc"), .path("transport: webrtc, dialect: none, rtcp: mux"),
        .path("transport: webrtc, ice_servers: [{urls: [\"stun:h:1\", \"stun:[::1]\"]}]"),
        .path(
            "transport: webrtc, ice_transport: relay, ice_servers: [{urls: "
                + "\"turn:h?transport=tcp\", username: {env: U}, credential: {env: P}}]"),
        .path("transport: hybrid, upstream: {dialect: binary, transport: websocket}"),
        .path("transport: hybrid, edge: rtp, url: \"rtp://h:1\""),
        .steps("{say: hold_on, delay: {exponential: 1s}, expect: nothing}", "hang_up:"),
        .steps("say: hold_on", "pause: {exponential: {mean: 1s}}", "wait: silence", "hang_up"),
        .more("objectives: {first_audio: \"min>=-20ms\", mos: [\"p(50)>4\"]}"),
    ]

    @Test(arguments: right)
    func `what the parser takes the schema takes too`(pattern: Pattern) throws {
        #expect(pattern.problems() == [])
        #expect(try Self.schema().faults(of: JSONValue(yaml: pattern.text)) == [])
    }
}
