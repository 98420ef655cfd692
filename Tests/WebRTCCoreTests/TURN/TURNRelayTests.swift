import Testing
import Timeline
import WebRTCCore

struct TURNRelayTests {
    /// A STUN header, as checks begin with.
    private static let check: [UInt8] =
        [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] + [UInt8](repeating: 5, count: 12)

    private static func peer(_ number: UInt32, port: UInt16 = 4_000) -> TransportAddress {
        TransportAddress(host: .v4(0x0A00_0100 + number), port: port)
    }

    @Test(arguments: [TURNTransport.udp, .tcp])
    func `checks go as indications, and the first other packet asks for a channel`(
        transport: TURNTransport
    ) {
        let bench = TURNBench.ready(over: transport)

        bench.send(Self.check)
        bench.run(for: .seconds(1))
        #expect(bench.server.asIndications == 1)
        #expect(!bench.server.requests.contains(.channelBind))

        bench.send([22, 254, 253])
        bench.run(for: .seconds(1))
        #expect(bench.server.asIndications == 2)
        #expect(bench.server.requests.last == .channelBind)

        bench.send(Self.check)
        bench.send([0x80, 0x6F, 3])
        bench.run(for: .seconds(1))
        #expect(bench.server.asIndications == 2 && bench.server.asChannelData == 2)
        let expected = [Self.check, [22, 254, 253], Self.check, [0x80, 0x6F, 3]]
        if transport == .tcp { #expect(bench.received.map(\.payload) == expected) }
        #expect(bench.received.count == 4)
        #expect(bench.received.allSatisfy { $0.from == TURNBench.peer })
    }

    @Test(arguments: [TURNTransport.udp, .tcp])
    func `packets of every length pass both ways whole`(transport: TURNTransport) {
        let bench = TURNBench.ready(over: transport)
        bench.send([0x80])
        bench.run(for: .seconds(1))
        var sent: [[UInt8]] = []
        for length in [1, 2, 3, 4, 5, 7, 8, 63, 172, 1_200, 1_201, 1_202, 1_203] {
            let packet = (0..<length).map { UInt8(truncatingIfNeeded: 0x80 ^ $0) }
            sent.append(packet)
            bench.send(packet)
            bench.run(for: .milliseconds(100))
        }
        bench.run(for: .seconds(1))

        #expect(bench.received.dropFirst().map(\.payload) == sent)
        #expect(bench.client.counts.ignored == 0)
    }

    @Test func `one port of a permitted address is as good as another`() {
        let bench = TURNBench.ready()
        let other = TransportAddress(host: TURNBench.peer.host, port: 9_999)
        #expect(bench.send(Self.check, to: other))
        bench.run(for: .seconds(1))
        #expect(bench.received.map(\.from) == [other])
        #expect(bench.server.requests.filter { $0 == .createPermission }.count == 1)
    }

    @Test func `nothing is sent to whom nobody permitted, nor before there is an allocation`() {
        let early = TURNBench()
        early.client.start(at: .zero)
        early.client.permit(TURNBench.peer, at: .zero)
        #expect(!early.send(Self.check))

        let bench = TURNBench.ready()
        #expect(!bench.send(Self.check, to: Self.peer(1)))
        #expect(!bench.send([]))
    }

    @Test func `a packet may follow its permission without waiting for the answer`() {
        let bench = TURNBench.ready(over: .tcp)
        bench.permit(Self.peer(3))
        #expect(bench.send(Self.check, to: Self.peer(3)))
        bench.run(for: .seconds(1))
        #expect(bench.received.map(\.from) == [Self.peer(3)])
    }

    @Test func `a peer the server forbids is told of, and leaves the others alone`() {
        var server = TestTURNServer()
        server.forbidden = [Self.peer(1).host]
        let bench = TURNBench.ready(server, peers: [Self.peer(1), Self.peer(2)])

        #expect(bench.refusals == [Self.peer(1).host])
        guard case .refused(_, let failure) = bench.outputs.last else {
            Issue.record("no refusal: \(bench.outputs)")
            return
        }
        #expect(failure.step == .permission && failure.code == .forbidden)
        #expect(failure.status == 403 && failure.message.contains("'Forbidden IP'"))
        #expect(!bench.send(Self.check, to: Self.peer(1)))
        #expect(bench.send(Self.check, to: Self.peer(2)))
        bench.run(for: .seconds(1))
        #expect(bench.received.count == 1)
    }

    @Test func `without a channel indications go on serving`() {
        var server = TestTURNServer()
        server.refusals[.channelBind] = (486, "Allocation Quota Reached")
        let bench = TURNBench.ready(server)
        for _ in 0..<5 {
            bench.send([0x80, 1])
            bench.run(for: .seconds(1))
        }
        #expect(bench.received.count == 5 && bench.server.asIndications == 5)
        #expect(bench.server.requests.filter { $0 == .channelBind }.count == 1)
        #expect(bench.failure == nil && bench.refusals.isEmpty)
    }

    @Test func `sixteen addresses are served, and the next is refused`() {
        let peers = (0..<17).map { Self.peer($0) }
        let bench = TURNBench.ready(peers: peers)
        for peer in peers { bench.send([0x80, 7], to: peer) }
        bench.run(for: .seconds(1))
        for peer in peers { bench.send([0x80, 8], to: peer) }
        bench.run(for: .seconds(1))

        #expect(bench.refusals == [peers[16].host])
        #expect(bench.received.count == 32)
        #expect(bench.server.asChannelData == 16)
    }

    @Test func `an address of the other family is left out`() {
        let six = TransportAddress(host: .v6(0xFD00 << 48, 1), port: 1)
        let bench = TURNBench.ready(peers: [six])
        #expect(!bench.server.requests.contains(.createPermission))
        #expect(!bench.send(Self.check, to: six))
    }
}
