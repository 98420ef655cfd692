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
    /// Between the two on a hybrid path; made when the call reaches it.
    var gateway: VirtualGateway?
    /// Made when the call reaches the agent.
    var agent: AgentSession?
    /// When the agent was last promised to be woken.
    var agentWake: RunInstant?
    /// When frame 0 leaves; further ones follow every interval.
    var firstSlot = RunInstant.zero
    var framesSent = 0
    var isOver = false
    /// Packets that arrived and wait until the caller listens.
    var waiting: [(bytes: [UInt8], form: MessageForm, arrived: RunInstant)] = []
    /// What packets take; nothing on WebSocket.
    private var datagrams: (up: Link, down: Link)
    /// What messages take: those of a WebSocket, or of a channel beside packets.
    private var stream: (up: StreamLink, down: StreamLink)
    let carriesPackets: Bool

    init(
        caller: CallSession, number: Int, path: Int, transport: Transport, profile: LinkProfile,
        seed: UInt64
    ) {
        self.caller = caller
        self.number = number
        self.path = path
        carriesPackets = transport.carriesPackets
        datagrams = (
            Link(profile: profile, seed: seed, number: number, direction: .up),
            Link(profile: profile, seed: seed, number: number, direction: .down)
        )
        stream = (
            StreamLink(
                profile: profile, seed: seed, number: number, direction: .up,
                interval: caller.interval
            ),
            StreamLink(
                profile: profile, seed: seed, number: number, direction: .down,
                interval: caller.interval
            )
        )
    }

    /// Whether bytes of this form are an RTP or RTCP packet, and no message.
    func isPacket(_ form: MessageForm) -> Bool { carriesPackets && form == .binary }

    /// Whether messages of this form can hold speech.
    func carriesMedia(_ form: MessageForm) -> Bool { !carriesPackets || form == .binary }

    /// When bytes sent now arrive at the other end; `nil` if they never do.
    func arrival(
        _ direction: LinkDirection, _ form: MessageForm, bytes: Int, sentAt now: RunInstant
    ) -> RunInstant? {
        guard isPacket(form) else {
            return direction == .up
                ? stream.up.passage(of: bytes, sentAt: now)
                : stream.down.passage(of: bytes, sentAt: now)
        }
        let passage =
            direction == .up
            ? datagrams.up.passage(of: bytes, sentAt: now)
            : datagrams.down.passage(of: bytes, sentAt: now)
        guard case .delivered(let at) = passage else { return nil }
        return at
    }
}
