import Audio
import Testing
import Timeline

@testable import Callers

@Suite struct RememberedSoundTests {
    private static func encoded(_ name: String, _ interval: Double) throws -> EncodedClip {
        let clip = try Gallery.clip(name)
        return try EncodedClip(
            clip: try #require(Gallery.padded(clip.pcm, before: .ms(507), after: .ms(900))),
            codec: .opus, interval: .ms(interval))
    }

    private static func events(
        of clip: EncodedClip, in room: ListeningRoom, sent: Int? = nil, lost: Set<Int> = []
    ) -> [Ear.Event] {
        var bench = OpusEarBench(.levels, interval: clip.interval, room: room)
        for index in 0..<(sent ?? clip.count) {
            if lost.contains(index) {
                bench.lose()
            } else {
                bench.play(clip.frame(index), level: clip.level(index))
            }
        }
        bench.hearNothing(for: .ms(600))
        bench.opus.close(room: room)
        return bench.events
    }

    @Test(arguments: [10.0, 20, 40, 60])
    func `whoever hears a reply after another decodes nothing of it and hears the same`(
        interval: Double
    ) throws {
        let clip = try Self.encoded("reply_hours", interval)
        let room = ListeningRoom()

        let first = Self.events(of: clip, in: room)
        let decoding = room.decoding
        let second = Self.events(of: clip, in: room)

        #expect(first.count >= 2 && decoding.decoded > 0)
        #expect(second == first)
        #expect(room.decoding.decoded == decoding.decoded)
        #expect(room.decoding.remembered > decoding.remembered)
        #expect(room.decoders.idleCount == 1)
    }

    @Test func `losses, cuts and other replies change nothing of what is heard, known or not`()
        throws
    {
        let shared = [
            ListeningRoom(), ListeningRoom(sounds: SoundMemory(slots: 64)),
        ]
        for interval in [20.0, 60] {
            let clips = try ["reply_short", "reply_steps"].map { try Self.encoded($0, interval) }
            for seed in UInt64(1)...30 {
                var chance = SeededGenerator(seed: seed, stream: "calls")
                let clip = clips[Int(seed) % 2]
                let lost = Set((0..<clip.count).filter { _ in chance.unit() < 0.02 })
                let sent = Int.random(in: clip.count / 2...clip.count, using: &chance)
                let alone = Self.events(of: clip, in: ListeningRoom(), sent: sent, lost: lost)
                for room in shared {
                    let together = Self.events(of: clip, in: room, sent: sent, lost: lost)
                    #expect(together == alone, "\(interval) ms, seed \(seed)")
                }
            }
        }
        #expect(shared[0].decoding.remembered > 0)
        #expect(shared[0].decoders.idleCount == 1, "one at a time is enough, and given back")
    }

    @Test func `packets that are no Opus sound to all as they would to one`() {
        let room = ListeningRoom()
        for seed in UInt64(1)...8 {
            func events(in room: ListeningRoom) -> [Ear.Event] {
                var bench = OpusEarBench(.levels, interval: .ms(20), room: room)
                var chance = SeededGenerator(seed: seed, stream: "garbage")
                for _ in 0..<300 {
                    let bytes = (0..<Int.random(in: 0...40, using: &chance)).map { _ in
                        UInt8.random(in: 0...255, using: &chance)
                    }
                    bench.play(bytes, level: UInt8.random(in: 0...80, using: &chance))
                }
                bench.hearNothing(for: .seconds(1))
                return bench.events
            }
            let alone = events(in: ListeningRoom())

            #expect(events(in: room) == alone, "seed \(seed)")
            #expect(events(in: room) == alone, "seed \(seed), once more")
        }
    }

    @Test func `an ear that listens longer than packets are kept decodes in time`() throws {
        let silence = try EncodedClip.silence(codec: .opus, interval: .ms(20))
        let room = ListeningRoom()
        var decoded: [Int] = []
        for _ in 0..<2 {
            let before = room.decoding
            var bench = OpusEarBench(.levels, interval: .ms(20), room: room)
            // Called loud, and not: that keeps the ear listening.
            for _ in 0..<300 { bench.play(silence.frame(0), level: 20) }
            bench.opus.close(room: room)
            #expect(bench.events.isEmpty)
            decoded.append((room.decoding - before).decoded)
        }

        #expect(decoded == [300, 300])
        #expect(room.decoders.idleCount == 1)
    }

    @Test func `time is measured where there is a clock`() throws {
        let clip = try Self.encoded("reply_short", 20)
        let room = ListeningRoom()
        var now = Nanoseconds.zero
        room.cpuClock = {
            now = now + .microseconds(3)
            return now
        }
        _ = Self.events(of: clip, in: room)

        #expect(room.decoding.decoded > 0)
        #expect(room.decoding.time == .microseconds(3) * room.decoding.decoded)
    }

    // MARK: History and memory

    private static func history(
        _ packets: [[UInt8]], interval: Nanoseconds = .ms(20)
    ) -> PacketHistory {
        var history = PacketHistory(interval: interval)
        for packet in packets { packet.withUnsafeBytes { history.add($0) } }
        return history
    }

    @Test func `histories differ with every byte, length, order, gap and interval`() {
        let packet = (0..<61).map { UInt8($0) }
        var histories = [
            Self.history([]), Self.history([[]]), Self.history([[], []]),
            Self.history([[0]]), Self.history([[0, 0]]), Self.history([[0], [0]]),
            Self.history([packet]), Self.history([packet, []]), Self.history([[], packet]),
            Self.history([packet], interval: .ms(40)),
            Self.history([Array(packet[..<8]), Array(packet[8...])]),
            Self.history([Array(packet[..<16])]), Self.history([Array(packet[..<17])]),
        ]
        for index in packet.indices {
            var other = packet
            other[index] ^= 1
            histories.append(Self.history([other]))
        }
        for (index, history) in histories.enumerated() {
            #expect(!histories[..<index].contains(history), "history \(index)")
        }
        #expect(Self.history([packet, []]) == Self.history([packet, []]))
    }

    @Test func `a full memory forgets what nobody asks for, and nothing else`() {
        let memory = SoundMemory(slots: 64)
        func sound(_ level: Int) -> SoundMemory.Sound {
            var sound = SoundMemory.Sound()
            _ = sound.append(
                SoundFrame(level: Int8(-level % 100), firstAudible: 0, lastAudible: 99))
            return sound
        }
        func history(_ number: Int) -> PacketHistory {
            Self.history([[UInt8(number & 0xFF), UInt8(number >> 8)]])
        }
        #expect(memory.sound(of: history(0)) == nil)
        for number in 0..<1_000 {
            memory.keep(sound(number), of: history(number))
            #expect(memory.sound(of: history(number)) == sound(number))
            #expect(memory.sound(of: history(0)) == sound(0), "asked for all the time")
        }

        let newest = 1_000 - memory.limit / 2..<1_000
        for number in newest { #expect(memory.sound(of: history(number)) == sound(number)) }
        for number in 1..<1_000 - 2 * memory.limit {
            #expect(memory.sound(of: history(number)) == nil, "\(number) is long forgotten")
        }
    }

    @Test func `a sound of more frames than fit is not taken for one that fits`() {
        var sound = SoundMemory.Sound()
        let fits = (0..<7).map { _ in sound.append(.silence) }

        #expect(fits == [true, true, true, true, true, true, false])
        #expect(sound.count == 6)
    }
}
