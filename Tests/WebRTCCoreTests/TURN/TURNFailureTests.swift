import Testing
import Timeline
import WebRTCCore

struct TURNFailureTests {
    @Test(arguments: [
        (300, TURNFailure.Code.redirected), (403, .forbidden), (437, .mismatch),
        (441, .wrongCredentials), (442, .unsupportedTransport), (486, .quota), (508, .noCapacity),
        (500, .refused), (420, .refused),
    ])
    func `a refused allocation fails with the step, the error and the server's reason`(
        status: Int, code: TURNFailure.Code
    ) {
        var server = TestTURNServer()
        server.refusals[.allocate] = (status, "because of \(status)")
        server.alternate = TransportAddress(host: .v4(0xC633_6407), port: 3_479)
        let bench = TURNBench.ready(server)

        #expect(bench.outputs.count == 1)
        #expect(bench.failure?.step == .allocate && bench.failure?.code == code)
        #expect(bench.failure?.status == status)
        #expect(bench.failure?.message.contains("'because of \(status)'") == true)
        #expect(bench.failure?.message.contains("198.51.100.7:3479") == (status == 300))
        #expect(bench.client.wake == nil && !bench.send([0x80]))
    }

    @Test func `wrong credentials fail on the second 401, without telling the password`() {
        let bench = TURNBench(password: "wrongwrong")
        bench.client.start(at: .zero)
        bench.run(for: .seconds(1))

        #expect(bench.failure?.code == .unauthorized && bench.failure?.status == 401)
        #expect(bench.failure?.message.contains("check the user name and the password") == true)
        #expect(bench.failure?.message.contains("wrongwrong") == false)
        #expect(bench.server.requests.count == 2)
    }

    @Test func `a nonce that is stale at once is not tried for ever`() {
        var server = TestTURNServer()
        server.nonceLife = Nanoseconds(1)
        let bench = TURNBench.ready(server)
        #expect(bench.failure?.code == .staleNonce)
        #expect(bench.server.requests.count == 4)
    }

    @Test func `an allocation the server has forgotten fails the whole`() {
        let bench = TURNBench.ready()
        bench.server.refusals[.refresh] = (437, "Allocation Mismatch")
        bench.run(for: .seconds(600))
        #expect(bench.failure?.code == .mismatch && bench.failure?.step == .refresh)

        let other = TURNBench.ready()
        other.server.refusals[.createPermission] = (437, "Allocation Mismatch")
        other.run(for: .seconds(300))
        #expect(other.failure?.code == .mismatch && other.failure?.step == .permission)
    }

    @Test func `a silent server is asked seven times over UDP, and given up after 39 seconds`() {
        let bench = TURNBench()
        bench.isServerSilent = true
        bench.client.start(at: .zero)
        bench.run(for: .milliseconds(39_499))
        #expect(bench.failure == nil)
        #expect(
            bench.transmissions.map { ($0 - .zero).milliseconds } == [
                0, 500, 1_500, 3_500, 7_500, 15_500, 31_500,
            ])
        bench.run(for: .milliseconds(1))
        #expect(bench.failure?.code == .silent && bench.failure?.step == .allocate)
        #expect(bench.failure?.message.contains("10.0.0.9:3478") == true)
    }

    @Test func `over TCP a request is sent once`() {
        let bench = TURNBench(over: .tcp)
        bench.isServerSilent = true
        bench.client.start(at: .zero)
        bench.run(for: .seconds(60))
        #expect(bench.transmissions.count == 1)
        #expect(bench.failure?.code == .silent)
    }

    @Test func `a server that falls silent later is noticed when the allocation is refreshed`() {
        let bench = TURNBench.ready()
        bench.isServerSilent = true
        bench.run(for: .seconds(700))
        #expect(bench.refusals == [TURNBench.peer.host], "its permission could not be renewed")
        #expect(bench.failure?.code == .silent && bench.failure?.step == .refresh)
    }

    @Test func `a stream that is not TURN fails at once`() {
        let bench = TURNBench.ready(over: .tcp)
        bench.inject(Array("HTTP/1.1 400 Bad Request\r\n".utf8))
        #expect(bench.failure?.code == .malformed && bench.failure?.step == .stream)
    }

    @Test func `success signed with another password, or not at all, is not believed`() {
        var forger = TestTURNServer()
        forger.forgedPassword = "something else"
        let bench = TURNBench.ready(forger)
        #expect(bench.server.isAllocated && !bench.isAllocated)
        #expect(bench.client.counts.ignored > 0 && bench.failure == nil)

        let unsigned = TURNBench()
        unsigned.client.start(at: .zero)
        while unsigned.server.requests.isEmpty { unsigned.run(for: .milliseconds(1)) }
        unsigned.run(for: .milliseconds(26))
        unsigned.server.isOpen = true
        unsigned.run(for: .seconds(1))
        #expect(unsigned.server.isAllocated && !unsigned.isAllocated)
    }

    @Test func `data of strangers and garbage are counted and dropped`() {
        let bench = TURNBench.ready()
        let before = bench.client.counts.ignored
        bench.inject([0x40, 0x00, 0x00, 0x01, 0x80])
        bench.inject([0x40])
        bench.inject([0xFF, 0xFF])
        bench.inject(Array(repeating: 0, count: 20))
        #expect(bench.received.isEmpty && bench.client.counts.ignored == before + 4)
        #expect(bench.failure == nil)
    }
}
