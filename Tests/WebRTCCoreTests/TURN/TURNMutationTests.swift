import Testing
import Timeline
import WebRTCCore

struct TURNMutationTests {
    private static let peer = TURNBench.peer

    /// What a server sends to a client that is ready, each with its length right.
    private static func messages() -> [[UInt8]] {
        var buffer = WireBuffer()
        var texts: [[UInt8]] = [
            [0x40, 0x00, 0x00, 0x04, 0x80, 0x6F, 1, 2],
            [0x40, 0x01, 0x00, 0x03, 0x80, 0x6F, 1, 0],
        ]
        let id = STUNTransactionID(high: 1, low: 2)
        for kind in [STUNClass.success, .failure, .indication] {
            for method in [STUNMethod.allocate, .refresh, .data, .channelBind] {
                buffer.removeAll()
                let writer = STUNWriter(kind, method, id, into: &buffer)
                writer.add(.xorPeerAddress, address: peer, to: &buffer)
                writer.add(.xorRelayedAddress, address: peer, to: &buffer)
                writer.add(.lifetime, number: 600, to: &buffer)
                writer.add(.data, bytes: [1, 2, 3], to: &buffer)
                if kind == .failure {
                    writer.addFailure(code: 438, reason: "stale", to: &buffer)
                    writer.add(.nonce, text: "fresh", to: &buffer)
                }
                writer.finish(key: nil, fingerprint: false, in: &buffer)
                texts.append(Array(buffer.bytes))
            }
        }
        return texts
    }

    @Test(arguments: [TURNTransport.udp, .tcp])
    func `no mutation of what a server sends does more than end the relaying`(
        transport: TURNTransport
    ) {
        let messages = Self.messages()
        var generator = SeededGenerator(seed: 5, stream: "mutation")
        var bench = TURNBench.ready(over: transport)
        var ends = 0

        for _ in 0..<10_000 {
            var bytes = messages[Int.random(in: messages.indices, using: &generator)]
            for _ in 0...Int.random(in: 0..<3, using: &generator) {
                let place = Int.random(in: bytes.indices, using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            if Int.random(in: 0..<8, using: &generator) == 0 {
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            }
            bench.inject(bytes)
            if bench.failure != nil {
                ends += 1
                bench = TURNBench.ready(over: transport)
            }
        }

        #expect(transport == .udp ? ends == 0 : ends > 0)
        #expect(bench.received.allSatisfy { $0.from.host == Self.peer.host })
    }

    @Test func `answers that are mutated on their way are asked for again`() {
        for seed in 1...200 {
            let bench = TURNBench(seed: UInt64(seed))
            bench.damage = 0.4
            bench.client.start(at: .zero)
            bench.run(for: .milliseconds(39_000))
            // A broken 401 may be taken for a refusal, since it cannot be signed; anything signed
            // has to be the server's own.
            for case .allocated(let relayed, let mapped) in bench.outputs {
                #expect(relayed == TestTURNServer.relayed && mapped == TestTURNServer.mapped)
            }
        }
    }
}
