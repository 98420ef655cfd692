import Callers
import Dialects
import LinkModel
import Planning
import ReferenceAgent
import Timeline

/// One simulated call with both its ends and the network between them.
final class VirtualCall {
    let caller: CallSession
    let number: Int
    let path: Int
    /// Made when the call reaches the agent.
    var agent: AgentSession?
    /// When the agent was last promised to be woken.
    var agentWake: RunInstant?
    /// When frame 0 leaves; further ones follow every interval.
    var firstSlot = RunInstant.zero
    var framesSent = 0
    var isOver = false
    private var wires: Wires

    private enum Wires {
        case datagrams(up: Link, down: Link)
        case stream(up: StreamLink, down: StreamLink)
    }

    init(
        caller: CallSession, number: Int, path: Int, transport: Transport, profile: LinkProfile,
        seed: UInt64
    ) {
        self.caller = caller
        self.number = number
        self.path = path
        switch transport {
        case .rtp:
            wires = .datagrams(
                up: Link(profile: profile, seed: seed, number: number, direction: .up),
                down: Link(profile: profile, seed: seed, number: number, direction: .down)
            )
        case .websocket:
            wires = .stream(
                up: StreamLink(
                    profile: profile, seed: seed, number: number, direction: .up,
                    interval: caller.interval
                ),
                down: StreamLink(
                    profile: profile, seed: seed, number: number, direction: .down,
                    interval: caller.interval
                )
            )
        }
    }

    /// When bytes sent now arrive at the other end; `nil` if they never do.
    func arrival(_ direction: LinkDirection, bytes: Int, sentAt now: RunInstant) -> RunInstant? {
        switch wires {
        case .datagrams(var up, var down):
            let passage =
                direction == .up
                ? up.passage(of: bytes, sentAt: now) : down.passage(of: bytes, sentAt: now)
            wires = .datagrams(up: up, down: down)
            guard case .delivered(let at) = passage else { return nil }
            return at
        case .stream(var up, var down):
            let at =
                direction == .up
                ? up.passage(of: bytes, sentAt: now) : down.passage(of: bytes, sentAt: now)
            wires = .stream(up: up, down: down)
            return at
        }
    }
}
