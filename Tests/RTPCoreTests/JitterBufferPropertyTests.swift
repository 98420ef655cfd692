import RTPCore
import Testing
import Timeline

@Suite struct JitterBufferPropertyTests {
    private struct Packet {
        var number: Int
        var at: Double
        var media: Double
        var marker: Bool
    }

    /// Talkspurts and pauses over a network that loses, delays and doubles all but first and last.
    private static func traffic(seed: UInt64, packets: Int, longest: Double) -> [Packet] {
        var generator = SeededGenerator(seed: seed, stream: "traffic")
        let loss = generator.unit() * 0.3
        var media = 0.0
        var arrivals: [Packet] = []
        for number in 0..<packets {
            let isPause = number > 0 && generator.unit() < 0.02
            media += isPause ? 20 * Double(2 + generator.next() % 40) : number == 0 ? 0 : 20
            let isEdge = number == 0 || number == packets - 1
            let copies = isEdge ? 1 : generator.unit() < loss ? 0 : generator.unit() < 0.05 ? 2 : 1
            for _ in 0..<copies {
                let delay = isEdge ? 0 : generator.unit() * generator.unit() * longest
                arrivals.append(
                    Packet(number: number, at: media + delay, media: media, marker: isPause))
            }
        }
        return arrivals.sorted { ($0.at, $0.number) < ($1.at, $1.number) }
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `every packet expected is played or concealed, in order and never early`(seed: UInt64) {
        let packets = 600
        let longest = seed % 3 == 0 ? 250.0 : 90
        var feeder = Feeder(seed % 4 == 0 ? .adaptive : .fixed(.milliseconds(60)))
        var generator = SeededGenerator(seed: seed, stream: "ticks")
        var tick = 0.0
        var early = 0
        var lates = 0
        func advance(to end: Double) {
            while tick < end {
                let before = feeder.played.count
                feeder.play(until: tick)
                for frame in feeder.played[before...] {
                    if frame.playsAt > milliseconds(tick) { early += 1 }
                }
                tick += 0.5 + 30 * generator.unit() * generator.unit()
            }
        }

        for packet in Self.traffic(seed: seed, packets: packets, longest: longest) {
            advance(to: packet.at)
            let admission = feeder.packet(
                packet.number, at: packet.at, media: packet.media, marker: packet.marker)
            if admission == .late { lates += 1 }
        }
        advance(to: tick + 1_500)

        let counts = feeder.buffer.counts
        #expect(counts.played + counts.concealed == packets, "seed \(seed)")
        #expect(counts.late == lates, "seed \(seed)")
        #expect(counts.overflowed == 0, "seed \(seed)")
        #expect(early == 0, "seed \(seed)")
        var latest = -1
        var end: RunInstant?
        for frame in feeder.played {
            if let end, frame.playsAt < end { Issue.record("seed \(seed): overlap at \(frame)") }
            if let end, frame.playsAt - end > .milliseconds(1) {
                Issue.record("seed \(seed): hole before \(frame)")
            }
            if frame.duration <= .zero { Issue.record("seed \(seed): empty \(frame)") }
            end = frame.playsAt + frame.duration
            guard case .packet(let packet) = frame.kind else { continue }
            let number = Feeder.number(packet)
            if number <= latest { Issue.record("seed \(seed): \(number) after \(latest)") }
            if frame.playsAt < packet.arrived { Issue.record("seed \(seed): \(number) early") }
            latest = number
        }
        #expect(latest == packets - 1)
        #expect(counts.played > packets / 4, "seed \(seed)")
    }

    @Test func `timestamps that wrap over half a day keep their anchor`() {
        var buffer = JitterBuffer(clockRate: 48_000, frame: .seconds(10))
        var played = 0
        // A packet every ten minutes for thirty hours: 2³² ticks are 24.9 hours.
        for index in 0..<180 {
            let at = RunInstant.zero + .seconds(600) * index
            _ = [UInt8(1)].withUnsafeBytes {
                buffer.receive(
                    sequence: UInt16(index),
                    timestamp: UInt32(truncatingIfNeeded: 28_800_000 * index), marker: false,
                    level: nil, payload: $0, arrived: at)
            }
            buffer.play(until: at + .milliseconds(60)) { frame in
                if case .packet = frame.kind { played += 1 }
            }
        }

        #expect(played == 180)
        #expect(buffer.counts.resynchronised == 0)
    }

    @Test func `payloads stay whole when their positions wrap after 4 GiB`() {
        var buffer = JitterBuffer(clockRate: 8_000, maxPayload: 65_535)
        var payload = [UInt8](repeating: 0, count: 65_535)
        let packets = 65_700  // 4.01 GiB
        var played = 0
        for index in 0..<packets {
            let mark = UInt8(truncatingIfNeeded: index)
            payload[0] = mark
            payload[65_534] = mark
            let at = RunInstant.zero + .milliseconds(20) * index
            let admission = payload.withUnsafeBytes {
                buffer.receive(
                    sequence: UInt16(truncatingIfNeeded: index),
                    timestamp: UInt32(160 * index), marker: false, level: nil, payload: $0,
                    arrived: at)
            }
            if admission != .queued { Issue.record("packet \(index): \(admission)") }
            let ring = buffer.ring
            buffer.play(until: at) { frame in
                guard case .packet(let packet) = frame.kind else { return }
                let number = Int(packet.serial) - 65_536
                let mark = UInt8(truncatingIfNeeded: number)
                let payload = ring.bytes(at: packet.position, count: packet.length)
                let isWhole = payload.map {
                    $0.count == 65_535 && $0[0] == mark && $0[65_534] == mark
                }
                if isWhole != true { Issue.record("packet \(number) is gone or changed") }
                played += 1
            }
        }
        #expect(played == packets - 3)
        #expect(buffer.memory < 4 << 20)
    }

    @Test func `no order of numbers and timestamps stops the player`() {
        var generator = SeededGenerator(seed: 77, stream: "chaos")
        var buffer = JitterBuffer(clockRate: 48_000, delay: .adaptive)
        var now = RunInstant.zero
        var played = 0
        for round in 0..<200_000 {
            let wild = generator.next()
            let payload = [UInt8](repeating: 1, count: Int(wild % 200))
            let near = UInt16(truncatingIfNeeded: round)
            _ = payload.withUnsafeBytes {
                buffer.receive(
                    sequence: wild >> 60 == 0 ? UInt16(truncatingIfNeeded: wild >> 8) : near,
                    timestamp: wild >> 58 & 3 == 0
                        ? UInt32(truncatingIfNeeded: wild >> 20)
                        : UInt32(truncatingIfNeeded: 960 * round),
                    marker: wild >> 57 & 1 == 0, level: nil, payload: $0, arrived: now)
            }
            now += .microseconds(Int64(wild >> 40 & 0x7FFF))
            var end = RunInstant.zero
            buffer.play(until: now) { frame in
                if frame.playsAt < end { Issue.record("round \(round): overlap") }
                end = frame.playsAt + frame.duration
                played += 1
            }
        }
        #expect(played > 10_000)
        #expect(buffer.memory < 64 * 1_024)
    }
}
