import NIOCore
import Planning
import ReferenceAgent

extension AgentWorker {
    /// Opens the UDP ports of an agent, with a share of them on every loop.
    ///
    /// - Parameter peers: where WebRTC callers come to; `nil` where somebody else takes them.
    /// - Returns: the port of plain RTP.
    static func openPorts(
        on workers: [NIOLoopBound<AgentWorker>], rtp address: PeerAddress, peers: PeerAddress?,
        behaviour: AgentBehaviour, library: ReplyLibrary, limits: AgentDesk.Limits,
        crowd: AgentCrowd?
    ) async throws -> UInt16 {
        let sockets: PortSockets
        do throws(SystemError) {
            sockets = try PortSockets(address: address, loops: workers.count)
        } catch {
            throw AgentServerProblem(
                binding: error, host: address.host, port: address.port, kind: "UDP")
        }
        let register = workers.count > 1 ? CallerRegister(limit: limits.sessions) : nil
        for (index, worker) in workers.enumerated() {
            try await worker.eventLoop.submit {
                let clock = worker.value.clock
                worker.value.open(
                    AgentDatagramPort(
                        datagrams: DatagramPort(
                            sockets, share: index, of: workers.count, clock: clock),
                        desk: AgentDesk(
                            behaviour: behaviour, library: library, limits: limits,
                            register: register, crowd: crowd),
                        clock: clock))
            }.get()
        }
        if let peers { try await receivePeers(on: workers, at: peers, formats: library.formats) }
        return sockets.port
    }
}
