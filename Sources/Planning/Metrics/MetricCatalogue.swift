/// One metric by its published name: what objectives are written on and reports list.
package struct MetricDefinition: Equatable, Sendable {
    /// As in `first_audio`.
    package let name: String
    /// What its values are counted in.
    package let unit: Unit
    /// From what to what, in one line.
    package let definition: String
    /// Which way an objective should look.
    package let better: Direction

    /// What values are counted in, and with it whether they are a distribution or a rate.
    package enum Unit: String, Sendable, CaseIterable {
        /// Milliseconds: a distribution.
        case ms
        /// 1...4.5: a distribution.
        case score
        /// Hits over trials, 0...1.
        case ratio
    }

    /// Which way is better.
    package enum Direction: String, Sendable, CaseIterable { case lower, higher }

    init(_ name: String, _ unit: Unit, _ better: Direction, _ definition: String) {
        self.name = name
        self.unit = unit
        self.better = better
        self.definition = definition
    }
}

/// Every metric that can be published.
package enum MetricCatalogue {
    /// In the order reports list them.
    package static let all: [MetricDefinition] = latencies + media + scores + rates

    /// The metric of that name; `nil` where there is none.
    package static func metric(named name: String) -> MetricDefinition? {
        all.first { $0.name == name }
    }

    private static let latencies = [
        MetricDefinition(
            "first_audio", .ms, .lower,
            "scheduled last voiced sample of the turn to the first audible sample heard"
        ),
        MetricDefinition(
            "barge_in_cut", .ms, .lower,
            "scheduled onset of the interjection to the last audible sample played before the stop"
        ),
        MetricDefinition(
            "first_audio_edge", .ms, .lower,
            "share of first_audio between caller and gateway, both ways, player included; hybrid"
        ),
        MetricDefinition(
            "first_audio_backend", .ms, .lower,
            "share of first_audio between gateway and agent, its thinking included; hybrid"
        ),
        MetricDefinition(
            "barge_in_cut_edge", .ms, .lower,
            "share of barge_in_cut between caller and gateway, both ways; hybrid"
        ),
        MetricDefinition(
            "barge_in_cut_backend", .ms, .lower,
            "share of barge_in_cut between gateway and agent; hybrid"
        ),
        MetricDefinition(
            "first_audio_agent", .ms, .lower,
            "first_audio less the round trip: what the agent itself would see"
        ),
        MetricDefinition(
            "barge_in_cut_agent", .ms, .lower,
            "barge_in_cut less the round trip: what the agent itself would see"
        ),
        MetricDefinition(
            "after_interrupt", .ms, .lower,
            "end of the interjection to the next audible sample heard"
        ),
        MetricDefinition(
            "resume", .ms, .lower, "false stop to the next audible sample heard"
        ),
        MetricDefinition(
            "greeting", .ms, .lower, "connected to the first audible sample heard"
        ),
        MetricDefinition(
            "first_packet", .ms, .lower, "turn end to the first packet of the reply"
        ),
        MetricDefinition(
            "lead_silence", .ms, .lower,
            "first packet of the reply to the first audible sample in it"
        ),
        MetricDefinition(
            "signal_latency", .ms, .lower,
            "onset of the interjection to the protocol's stop event"
        ),
        MetricDefinition(
            "wire_stop", .ms, .lower,
            "onset of the interjection to the last audible sample received"
        ),
        MetricDefinition(
            "buffered_at_cut", .ms, .lower,
            "audio received and not yet played at the onset of the interjection"
        ),
        MetricDefinition(
            "stale_audio", .ms, .lower,
            "audio of a cancelled reply that arrives after its stop"
        ),
        MetricDefinition(
            "duck", .ms, .lower,
            "onset of the interjection to the level down by at least 6 dB, where the agent ducks"
        ),
        MetricDefinition("connect", .ms, .lower, "dial to media can flow"),
        MetricDefinition("setup_dns", .ms, .lower, "name looked up, part of connect"),
        MetricDefinition("setup_tcp", .ms, .lower, "TCP connection made, part of connect"),
        MetricDefinition("setup_tls", .ms, .lower, "TLS handshake, part of connect"),
        MetricDefinition("setup_upgrade", .ms, .lower, "WebSocket upgrade, part of connect"),
        MetricDefinition("setup_signalling", .ms, .lower, "offer and answer, part of connect"),
        MetricDefinition("setup_ice", .ms, .lower, "ICE checks, part of connect"),
        MetricDefinition("setup_dtls", .ms, .lower, "DTLS handshake, part of connect"),
    ]

    private static let media = [
        MetricDefinition(
            "network_rtt", .ms, .lower,
            "round trip of the path: RTCP with packets, ping and pong on WebSocket"
        ),
        MetricDefinition("jitter", .ms, .lower, "interarrival jitter of RFC 3550"),
        MetricDefinition("ipdv", .ms, .lower, "delay variation between neighbouring packets"),
        MetricDefinition(
            "mouth_to_ear", .ms, .lower, "codec, packet time, network and player together"
        ),
        MetricDefinition(
            "frame_delay", .ms, .lower, "uplink: scheduled send to arrival at the embedded agent"
        ),
        MetricDefinition("overlap", .ms, .lower, "both sides audible at once, per call"),
        MetricDefinition(
            "underrun", .ms, .lower, "player empty while a reply is open, per call"
        ),
    ]

    private static let scores = [
        MetricDefinition("mos", .score, .higher, "MOS-CQE of ITU-T G.107, media path only")
    ]

    private static let rates = [
        MetricDefinition(
            "response_rate", .ratio, .higher, "answered turns over turns that expect an answer"
        ),
        MetricDefinition(
            "yield_rate", .ratio, .higher, "interrupts cut within 2 s over valid interrupts"
        ),
        MetricDefinition(
            "false_interrupt", .ratio, .lower,
            "yields within 1 s to what is no interruption, over such interjections"
        ),
        MetricDefinition(
            "agent_interrupts", .ratio, .lower,
            "caller turns the agent became audible in, over caller turns"
        ),
        MetricDefinition(
            "pause_takeover", .ratio, .lower,
            "scripted pauses the agent became audible in, over caller turns with one"
        ),
        MetricDefinition("call_success", .ratio, .higher, "calls completed over calls planned"),
        MetricDefinition("loss", .ratio, .lower, "packets lost over packets expected"),
        MetricDefinition(
            "remote_loss", .ratio, .lower,
            "packets of ours that the peer reports lost over those it should have had"
        ),
        MetricDefinition("concealment", .ratio, .lower, "frames concealed over frames played"),
        MetricDefinition(
            "frame_late", .ratio, .lower, "frames later than 60 ms over frames expected"
        ),
    ]
}
