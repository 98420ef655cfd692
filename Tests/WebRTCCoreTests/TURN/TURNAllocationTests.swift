import Testing
import Timeline
import WebRTCCore

struct TURNAllocationTests {
    @Test(arguments: [TURNTransport.udp, .tcp])
    func `an allocation is made once the server has told its realm`(transport: TURNTransport) {
        let bench = TURNBench.ready(over: transport, peers: [])

        #expect(
            bench.outputs == [
                .allocated(relayed: TestTURNServer.relayed, mapped: TestTURNServer.mapped)
            ])
        #expect(bench.server.requests == [.allocate, .allocate])
        #expect(bench.server.isAllocated && !bench.server.sawFamily)
    }

    @Test func `a server without credentials is asked once`() {
        var server = TestTURNServer()
        server.isOpen = true
        let bench = TURNBench.ready(server)

        #expect(bench.isAllocated)
        #expect(bench.server.requests == [.allocate, .createPermission])
    }

    @Test func `a client on IPv6 asks for an address of IPv6`() {
        let base = TransportAddress(host: .v6(0xFD00 << 48, 2), port: 5_000)
        let bench = TURNBench(base: base)
        bench.client.start(at: .zero)
        bench.run(for: .seconds(1))
        #expect(bench.server.sawFamily)
    }

    @Test(arguments: 1...20)
    func `an allocation and a channel survive a link that loses a quarter`(seed: UInt64) {
        let bench = TURNBench(seed: seed)
        bench.loss = 0.25
        bench.client.start(at: .zero)
        bench.client.permit(TURNBench.peer, at: .zero)
        bench.run(for: .seconds(60))
        #expect(bench.isAllocated && bench.failure == nil)

        bench.send([0x80, 1])
        bench.run(for: .seconds(60))
        bench.loss = 0
        let before = bench.server.asChannelData
        bench.send([0x80, 2])
        bench.run(for: .seconds(1))

        #expect(bench.server.asChannelData == before + 1)
        #expect(bench.received.last?.payload == [0x80, 2])
        #expect(bench.refusals.isEmpty)
    }

    @Test(arguments: [TURNTransport.udp, .tcp], [UInt32(600), 60, 30])
    func `an hour passes without anything expiring, though nonces do`(
        transport: TURNTransport, lifetime: UInt32
    ) {
        var server = TestTURNServer()
        server.lifetime = lifetime
        server.nonceLife = .seconds(100)
        let bench = TURNBench.ready(server, over: transport)
        bench.send([0x80, 0])
        for minute in 0..<60 {
            bench.run(for: .seconds(60))
            bench.send([0x80, UInt8(minute)])
        }
        bench.run(for: .seconds(1))

        #expect(bench.server.lapses == 0)
        #expect(bench.server.staleAnswers > 10)
        #expect(bench.received.count == 61 && bench.failure == nil && bench.refusals.isEmpty)
        #expect(bench.server.requests.filter { $0 == .channelBind }.count >= 7)
        #expect(bench.server.requests.count < (lifetime == 600 ? 80 : 700))
    }

    @Test(arguments: [TURNTransport.udp, .tcp])
    func `a released allocation is gone at the server, and the client is done`(
        transport: TURNTransport
    ) {
        let bench = TURNBench.ready(over: transport)
        bench.client.release(at: bench.now)
        bench.run(for: .seconds(1))

        #expect(bench.server.isReleased && bench.client.isOver && bench.client.wake == nil)
        #expect(!bench.send([0x80, 1]), "nothing is sent any more")
        #expect(bench.failure == nil)
    }

    @Test func `an allocation given up while it is made is released when it comes`() {
        var server = TestTURNServer()
        server.isOpen = true
        let bench = TURNBench(server)
        bench.client.start(at: .zero)
        bench.client.release(at: .zero)
        bench.run(for: .seconds(5))

        #expect(bench.server.isReleased && bench.client.isOver)
        #expect(!bench.isAllocated, "nobody is told of it")
    }

    @Test func `a release nobody answers ends by itself`() {
        let bench = TURNBench.ready()
        bench.isServerSilent = true
        bench.client.release(at: bench.now)
        bench.run(for: .seconds(60))
        #expect(bench.client.isOver && bench.failure == nil)
    }
}
