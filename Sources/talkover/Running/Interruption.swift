import Dispatch
import Foundation
import NIOConcurrencyHelpers

/// SIGINT and SIGTERM as news instead of an end, for all who want to hear of them at a time.
struct Interruption {
    private static let watch = SignalWatch()
    private let number: Int

    /// - Parameter notify: called for each signal, on a thread of its own.
    init(notify: @escaping @Sendable () -> Void) { number = Self.watch.add(notify) }

    func cancel() { Self.watch.remove(number) }
}

/// The one place that listens: of two sources for a signal, neither would hear it.
private final class SignalWatch: Sendable {
    private struct State {
        var listeners: [Int: @Sendable () -> Void] = [:]
        var next = 0
    }

    private let state = NIOLockedValueBox(State())

    init() {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [state] in
                // Held by its own handler, it lasts as long as the process.
                withExtendedLifetime(source) {
                    for notify in state.withLockedValue({ Array($0.listeners.values) }) { notify() }
                }
            }
            source.resume()
        }
    }

    func add(_ notify: @escaping @Sendable () -> Void) -> Int {
        state.withLockedValue { state in
            state.next += 1
            state.listeners[state.next] = notify
            return state.next
        }
    }

    func remove(_ number: Int) { state.withLockedValue { $0.listeners[number] = nil } }
}
