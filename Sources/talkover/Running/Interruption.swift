import Dispatch
import Foundation
import NIOConcurrencyHelpers

/// SIGINT and SIGTERM as news instead of an end.
///
/// The process listens from the first of them on and for good: on Linux a signal's second dispatch
/// source, made after the first was cancelled, never hears anything. What comes between two who
/// listen, as between runs in turns, is kept for the next; the second that nobody takes ends the
/// process.
struct Interruption {
    private struct Listening {
        var notify: (@Sendable () -> Void)?
        var unheard = 0
    }

    private static let listening = NIOLockedValueBox(Listening())
    /// Begun when it is first asked for, and never ended.
    private static let isListening: Bool = {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { heard() }
            source.resume()
            _ = Unmanaged.passRetained(source as AnyObject)
        }
        return true
    }()

    /// - Parameter notify: called for each signal, on a thread of its own; at once where one came
    ///   while nobody listened.
    init(notify: @escaping @Sendable () -> Void) {
        _ = Self.isListening
        let missed = Self.listening.withLockedValue { listening in
            defer { listening = Listening(notify: notify) }
            return listening.unheard
        }
        for _ in 0..<missed { notify() }
    }

    func cancel() { Self.listening.withLockedValue { $0.notify = nil } }

    /// Whether a signal came that nobody has taken yet: nothing more should be begun.
    static var isPending: Bool { listening.withLockedValue { $0.unheard > 0 } }

    private static func heard() {
        let notify = listening.withLockedValue { listening in
            if listening.notify == nil { listening.unheard += 1 }
            if listening.unheard > 1 { _exit(130) }
            return listening.notify
        }
        notify?()
    }
}
