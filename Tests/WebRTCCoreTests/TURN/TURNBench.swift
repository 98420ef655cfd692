import Timeline
import WebRTCCore

/// A client, a server and what lies between them, in virtual time.
///
/// Over UDP the link loses and reorders; over TCP it keeps order and cuts the stream anywhere.
/// Peers send back whatever reaches them.
final class TURNBench {
    private struct Parcel {
        let at: RunInstant
        let order: Int
        let isForServer: Bool
        let bytes: [UInt8]
    }

    static let peer = TransportAddress(host: .v4(0x0A00_0001), port: 4_000)
    static let serverAddress = TransportAddress(host: .v4(0x0A00_0009), port: 3_478)
    static let base = TransportAddress(host: .v4(0x0A00_0002), port: 5_000)

    let client: TURNClient
    let transport: TURNTransport
    var server: TestTURNServer
    var loss = 0.0
    /// How often one bit of a datagram to the client is flipped.
    var damage = 0.0
    /// Whether anything comes back at all.
    var isServerSilent = false

    private(set) var now = RunInstant.zero
    private(set) var outputs: [TURNOutput] = []
    private(set) var received: [(from: TransportAddress, payload: [UInt8])] = []
    private(set) var transmissions: [RunInstant] = []
    private var parcels: [Parcel] = []
    private var order = 0
    private var generator: SeededGenerator
    private var streamRest: [UInt8] = []
    private var streamEnd = RunInstant.zero
    private var buffer = WireBuffer()

    init(
        _ server: TestTURNServer = TestTURNServer(), over transport: TURNTransport = .udp,
        password: String = "opensesame", base: TransportAddress = TURNBench.base, seed: UInt64 = 1
    ) {
        self.server = server
        self.transport = transport
        generator = SeededGenerator(seed: seed, stream: "turn-link")
        client = TURNClient(
            server: Self.serverAddress, transport: transport, username: "caller",
            password: password, base: base,
            generator: SeededGenerator(seed: seed, stream: "turn-client"))
    }

    /// A bench whose client has its allocation, and `peers` permitted.
    static func ready(
        _ server: TestTURNServer = TestTURNServer(), over transport: TURNTransport = .udp,
        peers: [TransportAddress] = [TURNBench.peer], seed: UInt64 = 1
    ) -> TURNBench {
        let bench = TURNBench(server, over: transport, seed: seed)
        bench.client.start(at: .zero)
        for peer in peers { bench.client.permit(peer, at: .zero) }
        bench.run(for: .seconds(1))
        return bench
    }

    var failure: TURNFailure? {
        for case .failed(let failure) in outputs { return failure }
        return nil
    }

    var refusals: [IPAddress] {
        outputs.compactMap { if case .refused(let peer, _) = $0 { peer } else { nil } }
    }

    var isAllocated: Bool {
        outputs.contains { if case .allocated = $0 { true } else { false } }
    }

    func permit(_ peer: TransportAddress) {
        client.permit(peer, at: now)
        drain()
    }

    @discardableResult
    func send(_ payload: [UInt8], to peer: TransportAddress = TURNBench.peer) -> Bool {
        let isSent = payload.withUnsafeBytes { client.send($0, to: peer, into: &buffer) }
        if isSent { post(Array(buffer.bytes), isForServer: true) }
        drain()
        return isSent
    }

    /// Bytes as if they came from the server.
    func inject(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { client.receive($0, at: now) }
        drain()
    }

    func run(for span: Nanoseconds) {
        let end = now + span
        drain()
        while true {
            let wake = client.wake.map { max($0, now) }
            let parcel = parcels.first?.at
            guard let next = [wake, parcel].compactMap(\.self).min(), next <= end else { break }
            now = next
            if let parcel, parcel <= next {
                arrive(parcels.removeFirst())
            } else {
                client.tick(at: now)
            }
            drain()
        }
        now = end
    }

    private func drain() {
        while let output = client.poll(into: &buffer) {
            switch output {
            case .transmit:
                transmissions.append(now)
                post(Array(buffer.bytes), isForServer: true)
            case .data(let from):
                received.append((from, Array(buffer.bytes)))
            case .allocated, .refused, .failed:
                outputs.append(output)
            }
        }
    }

    private func arrive(_ parcel: Parcel) {
        guard parcel.isForServer else {
            parcel.bytes.withUnsafeBytes { client.receive($0, at: now) }
            return
        }
        guard !isServerSilent else { return }
        for frame in transport == .udp ? [parcel.bytes] : frames(parcel.bytes) {
            let count = server.relayedPackets.count
            if let answer = server.receive(frame, at: now) { post(answer, isForServer: false) }
            for packet in server.relayedPackets.dropFirst(count) {
                let back = server.deliver(
                    packet.payload, from: packet.to, isPadded: transport == .tcp, at: now)
                if let back { post(back, isForServer: false) }
            }
        }
    }

    private func post(_ bytes: [UInt8], isForServer: Bool) {
        switch transport {
        case .udp:
            guard generator.unit() >= loss else { return }
            let delay = Nanoseconds.microseconds(
                Int64.random(in: 5_000...25_000, using: &generator))
            var bytes = bytes
            if !isForServer, generator.unit() < damage {
                let place = Int.random(in: bytes.indices, using: &generator)
                bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
            add(Parcel(at: now + delay, order: order, isForServer: isForServer, bytes: bytes))
        case .tcp:
            var rest = bytes[...]
            while !rest.isEmpty {
                let length = min(rest.count, Int.random(in: 1...40, using: &generator))
                // Later than what was sent before, so that the order holds.
                streamEnd = max(streamEnd, now + .milliseconds(5)) + .microseconds(10)
                add(
                    Parcel(
                        at: streamEnd, order: order, isForServer: isForServer,
                        bytes: Array(rest.prefix(length))))
                rest = rest.dropFirst(length)
            }
        }
    }

    private func add(_ parcel: Parcel) {
        order += 1
        let place = parcels.firstIndex { parcel.at < $0.at } ?? parcels.endIndex
        parcels.insert(parcel, at: place)
    }

    /// What the server finds in its end of the stream.
    private func frames(_ bytes: [UInt8]) -> [[UInt8]] {
        streamRest += bytes
        var found: [[UInt8]] = []
        while streamRest.count >= 4 {
            let length = Int(streamRest[2]) << 8 | Int(streamRest[3])
            let whole = streamRest[0] < 4 ? 20 + length : 4 + (length + 3) / 4 * 4
            guard streamRest.count >= whole else { break }
            found.append(Array(streamRest.prefix(whole)))
            streamRest.removeFirst(whole)
        }
        return found
    }
}
