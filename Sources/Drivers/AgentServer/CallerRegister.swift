import NIOConcurrencyHelpers
import ReferenceAgent

/// The callers of all desks of one port, for desks on loops of their own.
final class CallerRegister: DeskRegister {
    private let limit: Int
    private let callers = NIOLockedValueBox<Set<UInt32>>([])

    /// - Parameter limit: callers at once, at all desks together.
    init(limit: Int) { self.limit = limit }

    func admit(_ ssrc: UInt32) -> DeskAdmission {
        callers.withLockedValue { callers in
            guard !callers.contains(ssrc) else { return .elsewhere }
            guard callers.count < limit else { return .full }
            callers.insert(ssrc)
            return .admitted
        }
    }

    func dismiss(_ ssrc: UInt32) { callers.withLockedValue { _ = $0.remove(ssrc) } }
}
