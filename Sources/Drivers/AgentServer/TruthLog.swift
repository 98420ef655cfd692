import Gateway
import NIOConcurrencyHelpers
import ReferenceAgent
import Timeline

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The file an agent keeps its truth in: JSON lines, each written whole.
///
/// Opened for appending, so that two loops may write without waiting for each other.
final class TruthLog: Sendable {
    let clock: MonotonicClock
    private let descriptor: Int32
    private let failure = NIOLockedValueBox<SystemError?>(nil)

    init(file: String, clock: MonotonicClock) throws(AgentServerProblem) {
        self.clock = clock
        descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw AgentServerProblem(
                code: .truthLog,
                message: "the truth log '\(file)' cannot be written: \(SystemError(errno)); "
                    + "is its directory there?"
            )
        }
    }

    deinit { close(descriptor) }

    /// Why lines were lost; `nil` while none was.
    var problem: SystemError? { failure.withLockedValue { $0 } }

    /// Writes whole lines.
    func write(_ lines: UnsafeRawBufferPointer) {
        var rest = lines[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest)
            #if canImport(Glibc)
            let count = Glibc.write(descriptor, piece.baseAddress, piece.count)
            #else
            let count = Musl.write(descriptor, piece.baseAddress, piece.count)
            #endif
            if count < 0 {
                let error = SystemError(errno)
                if error.isInterrupted { continue }
                failure.withLockedValue { if $0 == nil { $0 = error } }
                return
            }
            rest = rest.dropFirst(count)
        }
    }
}

/// One loop's lines on their way into the log: gathered while it works, written once a tick.
struct TruthNotes: ~Copyable {
    private let log: TruthLog?
    private var lines = WireBuffer(capacity: 4_096)

    init(log: TruthLog?) { self.log = log }

    mutating func note(_ event: TruthEvent) {
        guard let log else { return }
        event.jsonLine(into: &lines, epochNs: log.clock.originMonotonicNs)
    }

    mutating func note(_ event: GatewayEvent) {
        guard let log else { return }
        event.jsonLine(into: &lines, epochNs: log.clock.originMonotonicNs)
    }

    mutating func flush() {
        guard lines.count > 0 else { return }
        log?.write(lines.bytes)
        lines.removeAll()
    }
}
