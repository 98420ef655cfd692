package import Planning
import Synchronization
import Timeline

/// How many sessions of an agent are open, on all its loops together, and what that costs a reply.
///
/// An agent with a `capacity` slows down by it. Counted when a session begins and when it ends, asked
/// when a turn is taken; never for a packet.
package final class AgentCrowd: Sendable {
    private let law: AgentBehaviour.Capacity
    private let sessions = Atomic(0)

    /// - Returns: `nil` for an agent that never slows down, which counts nobody.
    package init?(_ behaviour: AgentBehaviour) {
        guard let law = behaviour.capacity else { return nil }
        self.law = law
    }

    /// Sessions that are open.
    package var count: Int { sessions.load(ordering: .relaxed) }

    /// What a reply waits longer for at present.
    var delay: Nanoseconds { law.delay(open: count) }

    func join() { sessions.add(1, ordering: .relaxed) }
    func leave() { sessions.subtract(1, ordering: .relaxed) }
}
