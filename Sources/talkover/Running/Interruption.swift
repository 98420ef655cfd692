import Dispatch
import Foundation

/// SIGINT and SIGTERM as news instead of an end.
struct Interruption {
    private let sources: [any DispatchSourceSignal]

    /// - Parameter notify: called for each signal, on a thread of its own.
    init(notify: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler(handler: notify)
            source.resume()
            return source
        }
    }

    func cancel() {
        for source in sources { source.cancel() }
    }
}
