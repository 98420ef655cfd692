package import Planning
package import Timeline

/// A distribution over calls: its name, its unit and its definition as a function.
package struct CallMetric: Sendable {
    package let name: String
    /// The metric's value for one call; `nil` where it does not apply.
    package let value: @Sendable (CallRecord, PathConfiguration?) -> Double?

    /// In the order of the metric table.
    package static let all: [CallMetric] = [
        .greeting, .connect, .setupDNS, .setupTCP, .setupTLS, .setupUpgrade, .setupSignalling,
        .setupICE, .setupDTLS, .networkRTT, .jitter, .mouthToEar, .overlap, .underrun, .mos,
    ]

    private init(
        _ name: String, value: @escaping @Sendable (CallRecord, PathConfiguration?) -> Double?
    ) {
        self.name = name
        self.value = value
    }

    private init(_ name: String, span: @escaping @Sendable (CallRecord) -> Nanoseconds?) {
        self.init(name) { call, _ in span(call)?.milliseconds }
    }

    /// How long an agent that speaks first keeps the caller waiting.
    ///
    /// From: media could flow. To: first audible sample heard. Milliseconds. Left out: calls that
    /// did not listen for a greeting or heard none.
    package static let greeting = CallMetric("greeting") { $0.greeting }

    /// How long it takes to get through.
    ///
    /// From: dialling. To: media can flow. Milliseconds. Left out: calls that never connected; they
    /// are counted in `call_success`.
    package static let connect = CallMetric("connect") { call in
        guard let started = call.started, let connected = call.connected else { return nil }
        return connected - started
    }

    /// Looking the agent's name up.
    ///
    /// Milliseconds; left out where the address needed no lookup.
    package static let setupDNS = CallMetric("setup_dns") { $0.setup.dns }
    /// The TCP handshake.
    ///
    /// Milliseconds; left out on paths without TCP.
    package static let setupTCP = CallMetric("setup_tcp") { $0.setup.tcp }
    /// The TLS handshake.
    ///
    /// Milliseconds; left out on paths without TLS.
    package static let setupTLS = CallMetric("setup_tls") { $0.setup.tls }
    /// The HTTP upgrade to WebSocket.
    ///
    /// Milliseconds; left out on paths without one.
    package static let setupUpgrade = CallMetric("setup_upgrade") { $0.setup.upgrade }
    /// Offer and answer.
    ///
    /// From: offer sent. To: answer received; TCP and TLS are phases of their own. Milliseconds;
    /// left out on paths without signalling.
    package static let setupSignalling = CallMetric("setup_signalling") { $0.setup.signalling }
    /// ICE.
    ///
    /// From: first connectivity check. To: a pair is selected (RFC 8445 §8). Milliseconds; left out
    /// on paths without ICE.
    package static let setupICE = CallMetric("setup_ice") { $0.setup.ice }
    /// The DTLS handshake.
    ///
    /// From: first flight. To: both sides have the keys of SRTP (RFC 5764). Milliseconds; left out
    /// on paths without DTLS.
    package static let setupDTLS = CallMetric("setup_dtls") { $0.setup.dtls }

    /// The network's round trip, which the agent's view subtracts.
    ///
    /// Median of the call: RTCP (RFC 3550 §6.4.1) with packets, ping to pong on WebSocket.
    /// Milliseconds. On a hybrid it is that of the edge.
    /// Left out: calls in which none was measured.
    package static let networkRTT = CallMetric("network_rtt") { $0.media.roundTrip }

    /// Interarrival jitter of RFC 3550 §6.4.1 at the end of the call.
    ///
    /// Milliseconds; only where packets carry the call.
    package static let jitter = CallMetric("jitter") { $0.media.jitter }

    /// From the agent's mouth to the caller's ear, one way.
    ///
    /// Codec look-ahead + ptime + half the round trip + player. Milliseconds. On a hybrid from the
    /// gateway's mouth. Left out: calls whose round trip was not measured.
    package static let mouthToEar = CallMetric("mouth_to_ear") { $0.media.mouthToEar }

    /// Both sides audible at once, per connected call.
    ///
    /// Milliseconds.
    package static let overlap = CallMetric("overlap") { call in
        call.connected.map { _ in call.media.overlap }
    }

    /// The player empty while a reply was open, per connected call.
    ///
    /// Milliseconds.
    package static let underrun = CallMetric("underrun") { call in
        call.connected.map { _ in call.media.underrun }
    }

    /// Quality of the media path alone, as the planning model of G.107 estimates it.
    ///
    /// MOS-CQE from mouth-to-ear delay, lost and late packets (concealed frames where packets have
    /// no numbers) and BurstR. Score, 1 to 4.5. The agent's thinking time is no part of the delay.
    /// Left out: calls without `mouth_to_ear`.
    package static let mos = CallMetric("mos") { call, path in
        guard let delay = call.media.mouthToEar else { return nil }
        let codec = path.map { EModel.Codec(named: "\($0.codec)") } ?? .g711WithConcealment
        return EModel.rating(
            delay: delay,
            codec: codec,
            lossPercent: 100 * call.media.impairedShare,
            burstRatio: call.media.burstRatio ?? 1
        ).mos
    }
}

extension MediaRecord {
    /// Share of frames that the listener did not get: lost or late packets, else concealed frames.
    var impairedShare: Double {
        if packetsExpected > 0 {
            return min(1, Double(max(0, packetsLost) + packetsLate) / Double(packetsExpected))
        }
        let frames = framesPlayed + framesConcealed
        return frames > 0 ? Double(framesConcealed) / Double(frames) : 0
    }
}
