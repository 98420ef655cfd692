import Timeline

@testable import WebRTCCore

/// What one side was told.
enum Heard: Equatable {
    case told(DataChannelOutput)
    case message(channel: UInt16, isText: Bool, bytes: [UInt8])
}

/// Two sides, and between them a seeded network that loses, doubles and reorders.
final class ChannelPair {
    struct Weather {
        var loss = 0.0
        var duplication = 0.0
        var delay = Nanoseconds.milliseconds(10)
        var spread = Nanoseconds.zero
    }

    private struct Flying {
        let arrival: RunInstant
        let receiver: Int
        let bytes: [UInt8]
    }

    var sides: [DataChannels]
    var heard: [[Heard]] = [[], []]
    var weather: Weather
    var now = RunInstant.zero
    /// Packets that each side has sent, lost ones too.
    var sent: [[[UInt8]]] = [[], []]
    /// Whether to keep a log of them; costs memory.
    var keepsPackets = false
    /// May lose more: sender, packet.
    var letsPass: (Int, [UInt8]) -> Bool = { _, _ in true }
    private var flying: [Flying] = []
    private var generator: SeededGenerator
    private var buffer = WireBuffer()

    init(seed: UInt64, weather: Weather = Weather(), peerMaxMessageSize: Int = 65_536) {
        self.weather = weather
        generator = SeededGenerator(seed: seed, stream: "sctp-link")
        sides = [DTLSRole.client, .server].enumerated().map { number, role in
            DataChannels(
                role: role,
                generator: SeededGenerator(seed: seed, stream: "sctp", number: UInt64(number)),
                peerMaxMessageSize: peerMaxMessageSize)
        }
    }

    /// Takes everything out of one side and puts its packets on the wire.
    func drain(_ side: Int) {
        while let output = sides[side].poll(into: &buffer) {
            switch output {
            case .transmit: fly(Array(buffer.bytes), from: side)
            case .message(let channel, let isText):
                heard[side].append(
                    .message(channel: channel, isText: isText, bytes: Array(buffer.bytes)))
            case .established, .opened, .closed, .ended, .failed:
                heard[side].append(.told(output))
            }
        }
    }

    private func fly(_ bytes: [UInt8], from side: Int) {
        if keepsPackets { sent[side].append(bytes) }
        guard letsPass(side, bytes), generator.unit() >= weather.loss else { return }
        let copies = generator.unit() < weather.duplication ? 2 : 1
        for _ in 0..<copies {
            let extra = Int64(generator.unit() * Double(weather.spread.count))
            let arrival = now + weather.delay + Nanoseconds(extra)
            let place = flying.lastIndex { $0.arrival <= arrival }.map { $0 + 1 } ?? 0
            flying.insert(Flying(arrival: arrival, receiver: 1 - side, bytes: bytes), at: place)
        }
    }

    func deliver(_ bytes: [UInt8], to side: Int) {
        bytes.withUnsafeBytes { sides[side].receive($0, at: now) }
        drain(side)
    }

    /// Goes to the next thing that happens; false where nothing will until `end`.
    func step(until end: RunInstant = RunInstant(nanoseconds: .max)) -> Bool {
        drain(0)
        drain(1)
        let wakes = sides.map(\.wake)
        let due = (wakes.compactMap { $0 } + flying.prefix(1).map(\.arrival)).min()
        guard let due, due <= end else { return false }
        now = max(now, due)
        if let first = flying.first, first.arrival <= now {
            flying.removeFirst()
            deliver(first.bytes, to: first.receiver)
        }
        for side in 0..<2 where wakes[side].map({ $0 <= now }) == true {
            sides[side].tick(at: now)
            drain(side)
        }
        return true
    }

    /// Steps until `isDone`, at most `limit` of virtual time from now.
    @discardableResult
    func run(for limit: Nanoseconds = .seconds(60), until isDone: () -> Bool) -> Bool {
        let end = now + limit
        while !isDone() {
            guard step(until: end) else {
                now = max(now, end)
                return isDone()
            }
        }
        return true
    }

    /// Lets everything that is still flying, or due within a span, happen.
    func settle(for span: Nanoseconds = .seconds(2)) {
        run(for: span) { false }
    }

    func start(_ which: Int...) {
        for side in which {
            sides[side].start(at: now)
            drain(side)
        }
    }

    func send(_ bytes: [UInt8], isText: Bool = false, on channel: UInt16, from side: Int) throws {
        try bytes.withUnsafeBytes {
            try sides[side].send($0, isText: isText, on: channel, at: now)
        }
        drain(side)
    }

    func send(_ text: String, on channel: UInt16, from side: Int) throws {
        try send(Array(text.utf8), isText: true, on: channel, from: side)
    }

    var areEstablished: Bool { sides.allSatisfy(\.isEstablished) }

    func messages(to side: Int) -> [[UInt8]] {
        heard[side].compactMap {
            if case .message(_, _, let bytes) = $0 { bytes } else { nil }
        }
    }

    func texts(to side: Int) -> [String] {
        messages(to: side).map { String(decoding: $0, as: UTF8.self) }
    }

    func failure(of side: Int) -> DataChannelFailure.Code? {
        for case .told(.failed(let failure)) in heard[side] { return failure.code }
        return nil
    }

    func hasEnded(_ side: Int) -> Bool { heard[side].contains(.told(.ended)) }
}

/// The types of a packet's chunks, in order.
func chunkTypes(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { raw in
        SCTPItems(raw, in: min(12, raw.count)..<raw.count).map { UInt8($0.head >> 8) }
    }
}

/// Writes a packet with a right checksum.
func sealed(
    tag: UInt32, from source: UInt16 = 5_000, to destination: UInt16 = 5_000,
    _ write: (inout WireBuffer) -> Void
) -> [UInt8] {
    var buffer = WireBuffer()
    SCTPPacket(sourcePort: source, destinationPort: destination, tag: tag).begin(in: &buffer)
    write(&buffer)
    SCTPPacket.seal(&buffer)
    return Array(buffer.bytes)
}

/// Gives a packet that was changed a right checksum again.
func resealed(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count >= 12 else { return bytes }
    var bytes = bytes
    let checksum = bytes.withUnsafeBytes { CRC32c.checksum(ofPacket: $0) }
    for place in 0..<4 { bytes[8 + place] = UInt8(truncatingIfNeeded: checksum >> (8 * place)) }
    return bytes
}

func appendData(
    _ buffer: inout WireBuffer, tsn: UInt32, stream: UInt16 = 1, order: UInt16 = 0,
    flags: UInt8 = 3, type: UInt32 = 51, _ payload: [UInt8]
) {
    SCTPChunk.append(.data, flags: flags, to: &buffer) { buffer in
        buffer.append(bigEndian: tsn)
        buffer.append(bigEndian: stream)
        buffer.append(bigEndian: order)
        buffer.append(bigEndian: type)
        buffer.append(payload)
    }
}
