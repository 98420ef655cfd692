package import Timeline

/// How a network treats packets, in one direction.
package struct LinkProfile: Hashable, Sendable {
    /// Variation of the delay from one millisecond to the next, never below a delay of zero.
    package enum Jitter: Hashable, Sendable {
        case none
        /// Evenly within ± this span.
        case uniform(Nanoseconds)
        /// Normal with this deviation, cut off at three of them.
        case normal(Nanoseconds)
    }

    package enum Loss: Hashable, Sendable {
        case none
        /// Gilbert and Elliott's two states, indexed by time: everything is lost in the bad one.
        ///
        /// Dwell times are exponential, so what is lost depends on when it is sent alone, and a
        /// sender that waits meets a network that has moved on (metrics of TCP depend on it).
        ///
        /// - Parameters:
        ///   - share: of time in the bad state, which is that of packets lost; in 0..<1.
        ///   - burst: mean dwell in the bad state.
        case gilbertElliott(share: Double, burst: Nanoseconds)
    }

    /// From one end to the other, without jitter.
    package var delay: Nanoseconds
    package var jitter: Jitter
    package var loss: Loss

    package init(delay: Nanoseconds, jitter: Jitter = .none, loss: Loss = .none) {
        self.delay = delay
        self.jitter = jitter
        self.loss = loss
    }

    /// Longest delay a delivered packet can have.
    package var longestDelay: Nanoseconds {
        switch jitter {
        case .none: delay
        case .uniform(let span): delay + span
        case .normal(let deviation): delay + deviation * 3
        }
    }
}

extension LinkProfile {
    /// Delivers everything at once.
    package static let ideal = LinkProfile(delay: .zero)
    /// A wired local network.
    package static let lan = LinkProfile(delay: .microseconds(200))
    /// 1 % loss, two packets of 20 ms a burst.
    package static let wifi = preset(5, 2, share: 0.01, burst: 29)
    /// 5 % loss, two packets a burst.
    package static let busyWifi = preset(15, 10, share: 0.05, burst: 29)
    /// 2 % loss, two packets a burst.
    package static let lte = preset(50, 15, share: 0.02, burst: 29)
    /// 3 % loss, three packets a burst.
    package static let satellite = preset(300, 30, share: 0.03, burst: 49)
    /// 10 % loss, two packets a burst.
    package static let congested = preset(80, 40, share: 0.10, burst: 29)
    /// τ-voice's channel: 1 % loss in bursts of 100 ms, no delay.
    package static let tau = LinkProfile(
        delay: .zero, loss: .gilbertElliott(share: 0.01, burst: .milliseconds(100)))

    /// Every preset by the name scenarios give it: conventions, not measurements.
    package static let presets: [(name: String, profile: LinkProfile)] = [
        ("ideal", ideal), ("lan", lan), ("wifi", wifi), ("wifi-busy", busyWifi), ("lte", lte),
        ("satellite", satellite), ("congested", congested), ("tau", tau),
    ]

    /// The preset of that name; `nil` where there is none.
    package static func preset(named name: String) -> LinkProfile? {
        presets.first { $0.name == name }?.profile
    }

    private static func preset(
        _ delay: Int64, _ jitter: Int64, share: Double, burst: Int64
    ) -> LinkProfile {
        LinkProfile(
            delay: .milliseconds(delay), jitter: .uniform(.milliseconds(jitter)),
            loss: .gilbertElliott(share: share, burst: .milliseconds(burst)))
    }
}
