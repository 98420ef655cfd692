import Dispatch
import Foundation
import NIOConcurrencyHelpers

/// SIGINT and SIGTERM as news instead of an end, for all who want to hear of them at a time.
///
/// What comes while nobody listens, as between runs in turns, is kept for whoever listens next. The
/// second ends the process, whatever it waits for, after a moment to close what is open.
struct Interruption {
    private static let watch = SignalWatch()
    private let number: Int

    /// - Parameter notify: called for each signal, on a thread of its own; at once where one came
    ///   while nobody listened.
    init(notify: @escaping @Sendable () -> Void) {
        let (number, missed) = Self.watch.add(notify)
        self.number = number
        for _ in 0..<missed { notify() }
    }

    func cancel() { Self.watch.remove(number) }

    /// Whether a signal came that nobody has taken yet: nothing more should be begun.
    static var isPending: Bool { watch.unheard > 0 }
}

/// The one place that listens: of two sources for a signal, neither would hear it.
private final class SignalWatch: Sendable {
    private struct State {
        var listeners: [Int: @Sendable () -> Void] = [:]
        var next = 0
        var unheard = 0
        var total = 0
    }

    /// What a command has from the second signal until the process ends, s.
    private static let moment = 1.0

    private let state = NIOLockedValueBox(State())

    init() {
        // A queue of its own gets a thread, however many others wait for a disk or a pipe.
        let queue = DispatchQueue(label: "signals")
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [state] in
                // Held by its own handler, it lasts as long as the process.
                withExtendedLifetime(source) { Self.hear(state, on: queue) }
            }
            source.resume()
        }
    }

    var unheard: Int { state.withLockedValue(\.unheard) }

    /// - Returns: the listener's number, and how many signals nobody has taken until now.
    func add(_ notify: @escaping @Sendable () -> Void) -> (number: Int, missed: Int) {
        state.withLockedValue { state in
            defer { state.unheard = 0 }
            state.next += 1
            state.listeners[state.next] = notify
            return (state.next, state.unheard)
        }
    }

    func remove(_ number: Int) { state.withLockedValue { $0.listeners[number] = nil } }

    private static func hear(_ state: NIOLockedValueBox<State>, on queue: DispatchQueue) {
        let (listeners, isSecond) = state.withLockedValue { state in
            state.total += 1
            if state.listeners.isEmpty { state.unheard += 1 }
            return (Array(state.listeners.values), state.total == 2)
        }
        if isSecond { queue.asyncAfter(deadline: .now() + moment) { _exit(130) } }
        for notify in listeners { notify() }
    }
}
