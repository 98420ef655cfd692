import Timeline
import WebRTCCore

/// Two sides of data channels whose conversation is the same every time.
private final class SCTPStage {
    let channels: [DataChannels]
    /// What the first side has been told, and has said.
    private(set) var told: [[UInt8]] = []
    private(set) var said: [[UInt8]] = []
    var now = RunInstant.zero
    private var buffer = WireBuffer()
    private let limit: Int

    /// - Parameters:
    ///   - limit: of packets that reach the first side.
    ///   - isTalkative: whether they say anything once they are connected.
    init(limit: Int = .max, isTalkative: Bool = true) {
        self.limit = limit
        channels = [DTLSRole.client, .server].enumerated().map { number, role in
            DataChannels(
                role: role,
                generator: SeededGenerator(seed: 5, stream: "sctp-fuzz", number: UInt64(number)))
        }
        for side in channels { side.start(at: now) }
        settle(8)
        guard isTalkative else { return }
        let ours = channels[0].open(label: "ours", protocol: "") ?? 0
        let theirs = channels[1].open(label: "theirs", protocol: "p") ?? 1
        for (side, channel) in [(0, ours), (1, theirs)] {
            for size in [0, 5, 3_000] {
                [UInt8](repeating: 7, count: size).withUnsafeBytes {
                    try? channels[side].send($0, isText: size == 5, on: channel, at: now)
                }
            }
        }
        settle(12)
        channels[1].close(channel: theirs, at: now)
        settle(8)
        now += .seconds(31)
        settle(4)
        channels[1].close(at: now)
        settle(4)
    }

    private func settle(_ rounds: Int) {
        for _ in 0..<rounds {
            for side in 0..<2 {
                channels[side].tick(at: now)
                while let output = channels[side].poll(into: &buffer) {
                    if output == .transmit { deliver(Array(buffer.bytes), to: 1 - side) }
                }
            }
            now += .milliseconds(20)
        }
    }

    private func deliver(_ bytes: [UInt8], to side: Int) {
        if side == 1 {
            said.append(bytes)
        } else {
            guard told.count < limit else { return }
            told.append(bytes)
        }
        bytes.withUnsafeBytes { channels[side].receive($0, at: now) }
    }
}

extension FuzzTarget {
    static func sctp() -> [FuzzTarget] {
        let stage = SCTPStage()
        let told = stage.told
        let opening: [UInt8] =
            [3, 0, 1, 0, 0, 0, 0, 0, 0, 4, 0, 2] + Array("namepq".utf8)
        return [
            FuzzTarget(name: "sctp", corpus: told) { generator in
                let limit = Int(generator.next() % UInt64(told.count + 1))
                var stage = SCTPStage(limit: limit)
                let room = OutputRoom()
                return { bytes, generator in
                    if stage.channels[0].isEnded { stage = SCTPStage(limit: limit) }
                    if generator.next() % 16 != 0 { seal(bytes) }
                    let raw = UnsafeRawBufferPointer(bytes)
                    return feed(raw, to: stage, room, &generator)
                }
            },
            FuzzTarget(
                name: "dcep", corpus: [opening, [2], Array("text".utf8), [0]], capacity: 1_024,
                begin: feedChannelMessages),
        ]
    }

    private static func feed(
        _ packet: UnsafeRawBufferPointer, to stage: SCTPStage, _ room: OutputRoom,
        _ generator: inout SeededGenerator
    ) -> Bool {
        let victim = stage.channels[0]
        let before = victim.refused
        victim.receive(packet, at: stage.now)
        stage.now += .milliseconds(Int64(generator.next() % 500))
        victim.tick(at: stage.now)
        var polled = 0
        while victim.poll(into: &room.buffer) != nil {
            polled += 1
            require(polled < 10_000, "the channels never stop talking")
        }
        require(victim.buffered <= 1 << 20, "\(victim.buffered) bytes pile up")
        return victim.refused == before && !victim.isEnded
    }

    /// Gives a packet the checksum that it needs to be read at all.
    private static func seal(_ packet: UnsafeMutableRawBufferPointer) {
        guard packet.count >= 12 else { return }
        let checksum = CRC32c.checksum(ofPacket: UnsafeRawBufferPointer(packet))
        packet.storeBytes(of: checksum.littleEndian, toByteOffset: 8, as: UInt32.self)
    }

    /// Messages on any stream, of any sort, inside a packet that is right.
    private static func feedChannelMessages(_ generator: inout SeededGenerator) -> Feed {
        var stage = SCTPStage(isTalkative: false)
        let room = OutputRoom()
        // Where an INIT holds its side's tag and first number.
        let tag = stage.said.first.map { Array($0[16..<20]) } ?? []
        let told = stage.told.first.map { $0[28..<32].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
        let first = told ?? 0
        var number = first
        return { bytes, generator in
            guard !bytes.isEmpty else { return false }
            if stage.channels[0].isEnded {
                stage = SCTPStage(isTalkative: false)
                number = first
            }
            let types: [UInt32] = [50, 51, 53, 56, 57, 0, UInt32.max]
            var packet = WireBuffer()
            packet.append([0x13, 0x88, 0x13, 0x88] + tag + [0, 0, 0, 0, 0, 0x07])
            packet.append(bigEndian: UInt16(16 + bytes.count))
            packet.append(bigEndian: number)
            packet.append(bigEndian: UInt16(generator.next() % 64))
            packet.append(bigEndian: UInt16(0))
            let isControl = (2...3).contains(bytes[0]) && generator.next() % 8 != 0
            let any = types[Int(generator.next() % UInt64(types.count))]
            packet.append(bigEndian: isControl ? 50 : any)
            packet.append(UnsafeRawBufferPointer(bytes))
            number &+= 1
            let place = room.guarded.hold(Array(packet.bytes))
            seal(place)
            return feed(UnsafeRawBufferPointer(place), to: stage, room, &generator)
        }
    }
}
