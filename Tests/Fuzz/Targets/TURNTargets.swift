import Timeline
import WebRTCCore

/// A TURN client with an allocation, and the server that answers it: the same every time.
private final class TURNStage {
    static let server = TransportAddress(host: .v4(0xC000_0201), port: 3_478)
    static let base = TransportAddress(host: .v4(0x0A00_0001), port: 5_000)
    static let peer = TransportAddress(host: .v4(0xC633_6401), port: 6_000)
    static let key = STUNKey.longTerm(username: "u", realm: "r", password: "p")

    let client: TURNClient
    /// What the server has said.
    private(set) var said: [[UInt8]] = []
    private var buffer = WireBuffer()
    private var answer = WireBuffer()
    private let limit: Int

    /// - Parameter limit: of messages that the client gets.
    init(_ transport: TURNTransport, limit: Int) {
        self.limit = limit
        client = TURNClient(
            server: Self.server, transport: transport, username: "u", password: "p",
            base: Self.base, generator: SeededGenerator(seed: 3, stream: "turn-fuzz"))
        client.start(at: .zero)
        converse()
        client.permit(Self.peer, at: .zero)
        converse()
        [UInt8](repeating: 0x80, count: 20).withUnsafeBytes {
            _ = client.send($0, to: Self.peer, into: &buffer)
        }
        client.tick(at: .zero + .seconds(1))
        converse()
        say([0x40, 0, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0])
        converse()
    }

    private func say(_ bytes: [UInt8]) {
        guard said.count < limit else { return }
        said.append(bytes)
        bytes.withUnsafeBytes { client.receive($0, at: .zero + .seconds(1)) }
    }

    private func converse() {
        for _ in 0..<20 {
            guard let output = client.poll(into: &buffer) else { return }
            guard output == .transmit, let request = try? STUNMessage.parse(buffer.bytes),
                request.kind == .request
            else { continue }
            let isSigned = request.hasIntegrity
            let writer = STUNWriter(
                isSigned ? .success : .failure, request.method, request.transaction, into: &answer)
            if isSigned {
                writer.add(.xorRelayedAddress, address: Self.server, to: &answer)
                writer.add(.xorMappedAddress, address: Self.base, to: &answer)
                writer.add(.lifetime, number: 600, to: &answer)
            } else {
                writer.addFailure(code: 401, reason: "Unauthorized", to: &answer)
                writer.add(.realm, text: "r", to: &answer)
                writer.add(.nonce, text: "n", to: &answer)
            }
            writer.finish(key: isSigned ? Self.key : nil, in: &answer)
            let bytes = Array(answer.bytes)
            answer.removeAll()
            say(bytes)
        }
    }

    static let indication: [UInt8] = {
        var buffer = WireBuffer()
        let writer = STUNWriter(
            .indication, .data, STUNTransactionID(high: 1, low: 2), into: &buffer)
        writer.add(.xorPeerAddress, address: peer, to: &buffer)
        writer.add(.data, bytes: [9, 8, 7], to: &buffer)
        writer.finish(key: nil, fingerprint: false, in: &buffer)
        return Array(buffer.bytes)
    }()
}

extension FuzzTarget {
    static func turn() -> [FuzzTarget] {
        [TURNTransport.udp, .tcp].map { transport in
            let said = TURNStage(transport, limit: .max).said
            return FuzzTarget(
                name: transport == .udp ? "turn-udp" : "turn-tcp",
                corpus: said + [TURNStage.indication] + STUNCorpus.messages()
            ) { generator in
                let limit = Int(generator.next() % UInt64(said.count + 1))
                return feedTURN(TURNStage(transport, limit: limit).client)
            }
        }
    }

    private static func feedTURN(_ client: TURNClient) -> Feed {
        let room = OutputRoom()
        var transaction: [UInt8] = []
        var now = RunInstant.zero + .seconds(2)
        return { bytes, generator in
            var input = Array(bytes)
            if generator.next() % 4 == 0, input.first.map({ $0 < 4 }) == true {
                input = STUNCorpus.answering(transaction, UnsafeRawBufferPointer(bytes))
            }
            if generator.next() % 4 != 0, input.first.map({ $0 < 4 }) == true {
                input = input.withUnsafeBytes { STUNCorpus.signed($0, key: TURNStage.key) }
            }
            let before = client.counts.ignored
            // A stream comes in any portions.
            var rest = input[...]
            while !rest.isEmpty {
                let isWhole = client.transport == .udp || generator.next() % 2 == 0
                let portion = isWhole ? rest.count : 1 + Int(generator.next() % UInt64(rest.count))
                room.guarded.hold(Array(rest.prefix(portion))).withUnsafe {
                    client.receive($0, at: now)
                }
                rest = rest.dropFirst(portion)
            }
            now += .milliseconds(Int64(generator.next() % 2_000))
            client.tick(at: now)
            var polled = 0
            while let output = client.poll(into: &room.buffer) {
                if output == .transmit {
                    let asked = STUNCorpus.transaction(of: room.buffer.bytes)
                    if !asked.isEmpty { transaction = asked }
                }
                polled += 1
                require(polled < 10_000, "the client never stops talking")
            }
            return client.counts.ignored == before
        }
    }
}
