import CSockets
import NIOCore

/// The agent's TCP port: takes connections at the first loop's tick and deals them out to all.
///
/// Belongs to the first loop.
final class AgentListener: StreamMember {
    private static let backlog: Int32 = 1_024
    /// Connections taken in one tick at most.
    private static let acceptsPerTick = 64

    let port: UInt16
    private let descriptor: Int32
    private let service: AgentService
    private let workers: [NIOLoopBound<AgentWorker>]
    private var next = 0

    init(
        address: PeerAddress, service: AgentService, workers: [NIOLoopBound<AgentWorker>]
    ) throws(AgentServerProblem) {
        var local = address.raw
        do throws(SystemError) {
            descriptor = try SystemError.check(talkover_tcp_listen(&local, Self.backlog))
        } catch {
            throw AgentServerProblem(
                binding: error, host: address.host, port: address.port, kind: "TCP"
            )
        }
        port = talkover_address_port(&local)
        self.service = service
        self.workers = workers
    }

    deinit { talkover_close(descriptor) }

    /// Begins to take connections.
    func watch(in streams: StreamLoop) throws(SystemError) {
        _ = try streams.add(self, descriptor: descriptor, interest: Int32(TALKOVER_READING))
    }

    func ready() -> Int {
        for _ in 0..<Self.acceptsPerTick {
            let accepted = talkover_tcp_accept(descriptor)
            // Out of descriptors it stays readable: the next tick tries again.
            guard accepted >= 0 else { return 0 }
            guard service.admit() else {
                talkover_close(accepted)
                continue
            }
            let worker = workers[next % workers.count]
            next += 1
            worker.eventLoop.execute { worker.value.accept(accepted) }
        }
        return 0
    }
}
