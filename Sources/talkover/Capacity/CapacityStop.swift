import Analysis
import NIOConcurrencyHelpers

/// What keeps a search of several runs from going on.
final class CapacityStop: Sendable {
    private let state = NIOLockedValueBox<ExitStatus?>(nil)

    var isSet: Bool { status != nil }
    /// How the command is to end for it; `nil` while nothing has happened.
    var status: ExitStatus? { state.withLockedValue(\.self) }

    func interrupt() { set(.interrupted) }

    func set(_ status: ExitStatus) {
        state.withLockedValue { state in
            state = ExitStatus.deciding(among: [state, status].compactMap(\.self))
        }
    }
}
