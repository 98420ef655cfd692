import Testing
import Timeline
import WebRTCCore

@Suite struct STUNGathererTests {
    private let server = iceAddress("198.51.100.1", 3_478)
    private var generator = SeededGenerator(seed: 1, stream: "gatherer")

    private func answer(
        to request: UnsafeRawBufferPointer, _ body: (STUNWriter, inout WireBuffer) -> Void,
        kind: STUNClass = .success
    ) throws -> [UInt8] {
        let id = try STUNMessage.parse(request).transaction
        return stunBytes { buffer in
            let writer = STUNWriter(kind, .binding, id, into: &buffer)
            body(writer, &buffer)
            writer.finish(key: nil, in: &buffer)
        }
    }

    @Test(arguments: [STUNAttribute.xorMappedAddress, .mappedAddress])
    mutating func `the server's answer is a candidate`(attribute: STUNAttribute) throws {
        var gatherer = STUNGatherer(
            server: server, base: hostA, preference: 7, generator: &generator)
        var buffer = WireBuffer()
        gatherer.start(at: .zero)
        #expect(gatherer.poll(into: &buffer) == .transmit(from: hostA, to: server))
        let seen = iceAddress("203.0.113.5", 1_234)
        let bytes = try answer(to: buffer.bytes, { $0.add(attribute, address: seen, to: &$1) })

        let isStrangersTaken = bytes.withUnsafeBytes { gatherer.receive(stun: $0, from: hostB) }
        let isTaken = bytes.withUnsafeBytes { gatherer.receive(stun: $0, from: server) }

        #expect(!isStrangersTaken)
        #expect(isTaken)
        #expect(
            gatherer.poll(into: &buffer)
                == .found(
                    .serverReflexive(seen, base: hostA, server: server, preference: 7)))
        #expect(gatherer.wake == nil)
        #expect(gatherer.poll(into: &buffer) == nil)
    }

    @Test mutating func `an address nobody translates needs no second candidate`() throws {
        var gatherer = STUNGatherer(server: server, base: hostA, generator: &generator)
        var buffer = WireBuffer()
        gatherer.start(at: .zero)
        _ = gatherer.poll(into: &buffer)
        let bytes = try answer(
            to: buffer.bytes, { $0.add(.xorMappedAddress, address: hostA, to: &$1) })
        _ = bytes.withUnsafeBytes { gatherer.receive(stun: $0, from: server) }
        #expect(gatherer.poll(into: &buffer) == .untranslated)
    }

    @Test mutating func `a silent server is asked again, then given up`() {
        var gatherer = STUNGatherer(server: server, base: hostA, generator: &generator)
        var buffer = WireBuffer()
        var sent: [RunInstant] = []
        var now = RunInstant.zero
        gatherer.start(at: now)
        var failure: ICEFailure?
        for _ in 0..<20 {
            while let output = gatherer.poll(into: &buffer) {
                if case .transmit = output { sent.append(now) }
                if case .failed(let reason) = output { failure = reason }
            }
            guard let wake = gatherer.wake else { break }
            now = wake
            gatherer.tick(at: now)
        }

        #expect(sent == [0, 500, 1_500, 3_500].map { RunInstant.zero + .milliseconds($0) })
        #expect(now == .zero + .seconds(5))
        #expect(failure?.code == .serverSilent)
        #expect(failure?.message == "the STUN server 198.51.100.1:3478 did not answer within 5 s")
    }

    @Test mutating func `an error answer and an empty one are failures`() throws {
        for kind in [STUNClass.failure, .success] {
            var gatherer = STUNGatherer(server: server, base: hostA, generator: &generator)
            var buffer = WireBuffer()
            gatherer.start(at: .zero)
            _ = gatherer.poll(into: &buffer)
            let bytes = try answer(
                to: buffer.bytes,
                { writer, buffer in
                    if kind == .failure {
                        writer.addFailure(code: 500, reason: "Server Error", to: &buffer)
                    }
                }, kind: kind)
            _ = bytes.withUnsafeBytes { gatherer.receive(stun: $0, from: server) }
            guard case .failed(let failure) = gatherer.poll(into: &buffer) else {
                Issue.record("no failure")
                continue
            }
            #expect(failure.code == .serverRefused)
            #expect(failure.message.contains(kind == .failure ? "error 500" : "without an address"))
        }
    }
}
