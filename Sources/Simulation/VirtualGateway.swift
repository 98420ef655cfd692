import Dialects
import Gateway
import LinkModel
import Timeline

/// The gateway of one simulated hybrid call, and the connection between it and the agent.
///
/// It stands beside the agent: the modelled network lies between it and the caller, and a wired
/// local one (``LinkProfile/lan``) between it and the agent, whatever the run's network is.
final class VirtualGateway {
    let session: GatewaySession
    /// When the gateway was last promised to be woken.
    var wake: RunInstant?
    private var upstream: (up: StreamLink, down: StreamLink)

    /// Opening its WebSocket takes: a round trip for TCP, and one for the upgrade.
    static let opening = LinkProfile.lan.delay * 4

    init(session: GatewaySession, seed: UInt64, number: Int, interval: Nanoseconds) {
        self.session = session
        upstream = (
            StreamLink(
                profile: .lan, seed: seed, number: number, direction: .up, interval: interval),
            StreamLink(
                profile: .lan, seed: seed, number: number, direction: .down, interval: interval)
        )
    }

    /// When a message between gateway and agent that is sent now can be read.
    func arrival(_ direction: LinkDirection, bytes: Int, sentAt now: RunInstant) -> RunInstant {
        direction == .up
            ? upstream.up.passage(of: bytes, sentAt: now)
            : upstream.down.passage(of: bytes, sentAt: now)
    }
}
