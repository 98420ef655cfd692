import RTPCore
import Testing
import Timeline

/// A 20 ms stream at 8 kHz whose payloads name their packet.
struct Feeder: ~Copyable {
    var buffer: JitterBuffer
    var played: [PlayedFrame] = []

    init(_ delay: JitterBuffer.Delay = .fixed(.milliseconds(60))) {
        buffer = JitterBuffer(clockRate: 8_000, delay: delay)
    }

    /// Packet `number` arrives at `at` ms; its timestamp is `media` ms, 20 × number unless given.
    @discardableResult
    mutating func packet(
        _ number: Int, at: Double, media: Double? = nil, marker: Bool = false, size: Int = 60
    ) -> Admission {
        let payload = Self.payload(number, size: size)
        let ticks = Int((media ?? 20 * Double(number)) * 8)
        return payload.withUnsafeBytes {
            buffer.receive(
                sequence: UInt16(truncatingIfNeeded: 65_530 + number),
                timestamp: UInt32(truncatingIfNeeded: 4_294_960_000 + ticks), marker: marker,
                level: AudioLevel(decibels: -(number & 63), isVoice: true), payload: $0,
                arrived: milliseconds(at))
        }
    }

    mutating func play(until now: Double) {
        buffer.play(until: milliseconds(now)) { played.append($0) }
    }

    static func payload(_ number: Int, size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0) }
    }

    /// Number of a packet from its serial.
    static func number(_ packet: PlayedPacket) -> Int {
        Int(packet.serial) - 65_536 - 65_530
    }

    /// What was played: `60:0` is packet 0 at 60 ms, `80:?` a concealment, `100:-` silence.
    var score: [String] {
        played.map { frame in
            let at = (frame.playsAt - .zero).milliseconds
            let what =
                switch frame.kind {
                case .packet(let packet): "\(Self.number(packet))"
                case .concealed: "?"
                case .nothing: "-"
                }
            return "\(Int(at.rounded())):\(what)"
        }
    }
}

@Suite struct JitterBufferTests {
    @Test func `packets play their timestamps' distance after the first one's delay`() {
        var feeder = Feeder()

        feeder.packet(0, at: 5)
        feeder.packet(1, at: 32)
        feeder.packet(2, at: 41)
        feeder.play(until: 64.9)
        let early = feeder.score
        feeder.play(until: 105)

        #expect(early.isEmpty)
        #expect(feeder.score == ["65:0", "85:1", "105:2"])
        #expect(feeder.buffer.counts.played == 3)
        #expect(feeder.buffer.meanWait == .milliseconds(59))
        guard case .packet(let packet) = feeder.played[1].kind else {
            Issue.record("no packet")
            return
        }
        #expect(packet.arrived == milliseconds(32))
        #expect(packet.level == AudioLevel(decibels: -1, isVoice: true))
        #expect(packet.length == 60)
    }

    @Test func `reordered packets play in order and copies are discarded`() {
        var feeder = Feeder()

        let admissions = [(0, 0.0), (2, 40), (1, 45), (1, 46), (3, 60)].map {
            feeder.packet($0.0, at: $0.1)
        }
        feeder.play(until: 130)
        let again = feeder.packet(2, at: 131)

        #expect(admissions == [.queued, .queued, .queued, .duplicate, .queued])
        #expect(again == .duplicate)
        #expect(feeder.score == ["60:0", "80:1", "100:2", "120:3"])
        #expect(feeder.buffer.counts.duplicates == 2)
    }

    @Test func `a lost packet is concealed in its place`() {
        var feeder = Feeder()

        for number in [0, 1, 4] { feeder.packet(number, at: 20 * Double(number)) }
        feeder.play(until: 140)

        #expect(feeder.score == ["60:0", "80:1", "100:?", "120:?", "140:4"])
        #expect(feeder.buffer.counts.concealed == 2)
        #expect(feeder.buffer.lossRuns.meanLength == 2)
    }

    @Test func `a late packet is discarded and counts as concealed`() {
        var feeder = Feeder()

        feeder.packet(0, at: 0)
        feeder.packet(2, at: 40)
        feeder.play(until: 81)
        let late = feeder.packet(1, at: 81)
        feeder.play(until: 100)
        let copy = feeder.packet(1, at: 101)

        #expect(late == .late)
        #expect(copy == .duplicate)
        #expect(feeder.score == ["60:0", "80:?", "100:2"])
        #expect(feeder.buffer.counts.late == 1)
        #expect(feeder.buffer.counts.concealed == 1)
    }

    @Test func `an arrival at the very instant is in time, whenever the runner comes by`() {
        var feeder = Feeder()

        feeder.packet(0, at: 0)
        feeder.packet(1, at: 80)
        feeder.packet(2, at: 100.001)
        feeder.packet(3, at: 110)
        feeder.play(until: 200)

        #expect(feeder.score.prefix(4) == ["60:0", "80:1", "100:?", "120:3"])
        #expect(feeder.buffer.counts.late == 1)
    }

    @Test func `silence by absence is no concealment`() {
        var feeder = Feeder()

        feeder.packet(0, at: 0)
        feeder.packet(1, at: 200, media: 200, marker: true)
        feeder.packet(2, at: 220, media: 220)
        feeder.play(until: 280)

        #expect(
            feeder.score == [
                "60:0", "80:-", "100:-", "120:-", "140:-", "160:-", "180:-", "200:-", "220:-",
                "240:-", "260:1", "280:2",
            ])
        #expect(feeder.buffer.counts.concealed == 0)
    }

    @Test func `a loss beside silence lies before the packet that showed it, or behind the last`() {
        var unmarked = Feeder()
        var marked = Feeder()

        for number in 0...1 {
            unmarked.packet(number, at: 20 * Double(number))
            marked.packet(number, at: 20 * Double(number))
        }
        unmarked.packet(3, at: 100, media: 100)
        marked.packet(3, at: 100, media: 100, marker: true)
        unmarked.play(until: 160)
        marked.play(until: 160)

        #expect(unmarked.score == ["60:0", "80:1", "100:-", "120:-", "140:?", "160:3"])
        #expect(marked.score == ["60:0", "80:1", "100:?", "120:-", "140:-", "160:3"])
    }

    @Test func `an outage longer than the buffer is silence, and counted as loss afterwards`() {
        var feeder = Feeder()

        for number in 0..<5 { feeder.packet(number, at: 20 * Double(number)) }
        feeder.play(until: 300)
        for number in 20..<25 { feeder.packet(number, at: 20 * Double(number)) }
        feeder.play(until: 540)

        let counts = feeder.buffer.counts
        #expect(counts.played == 10)
        #expect(counts.concealed == 15)
        #expect(feeder.score.contains("460:20"))
        #expect(feeder.score.contains("280:-"))
    }

    @Test func `a timestamp that jumps while numbers go on sets a new anchor`() {
        var feeder = Feeder()

        for number in 0..<5 { feeder.packet(number, at: 20 * Double(number)) }
        let jump = feeder.packet(5, at: 100, media: 3_900)
        let next = feeder.packet(6, at: 120, media: 3_920)
        feeder.play(until: 180)

        #expect(jump == .resynchronised)
        #expect(next == .queued)
        #expect(feeder.score == (0..<7).map { "\(60 + 20 * $0):\($0)" })
    }

    @Test func `numbers that begin anew play on`() {
        var feeder = Feeder()

        for number in 0..<5 { feeder.packet(number, at: 20 * Double(number)) }
        for index in 0..<3 {
            let later = 20 * Double(index)
            feeder.packet(30_000 + index, at: 100 + later, media: 90_000 + later)
        }
        feeder.play(until: 200)

        #expect(feeder.buffer.counts.played == 8)
        #expect(feeder.buffer.counts.concealed == 0)
        #expect(feeder.buffer.counts.resynchronised == 1)
        // The buffer's own count goes on.
        #expect(feeder.score == (0..<8).map { "\(60 + 20 * $0):\($0)" })
    }

    @Test(arguments: [(3.0, true), (1.0, false), (-3.0, true), (-1.0, false)])
    func `drift is taken out at a talkspurt once it is over 2 ms`(drift: Double, moves: Bool) {
        var feeder = Feeder()

        for number in 0..<5 { feeder.packet(number, at: 40 + 20 * Double(number)) }
        let admission = feeder.packet(5, at: 340 + drift, media: 300, marker: true)
        feeder.play(until: 1_000)

        #expect(admission == (moves ? .resynchronised : .queued))
        let expected = 400 + (moves ? drift : 0)
        #expect(feeder.score.contains("\(Int(expected)):5"))
    }

    @Test func `a first packet that came late does not put later talkspurts late`() {
        var feeder = Feeder()

        feeder.packet(0, at: 18, media: 0)
        for number in 1..<5 { feeder.packet(number, at: 20 * Double(number)) }
        feeder.packet(5, at: 500, media: 500, marker: true)
        feeder.play(until: 1_000)

        #expect(feeder.score.first == "78:0")
        #expect(feeder.score.contains("560:5"))
    }

    @Test(arguments: [12.0, 33, 150])
    func `a stream without a pause that began late is caught up with`(lateness: Double) {
        var feeder = Feeder()

        feeder.packet(0, at: lateness, media: 0)
        for number in 1..<120 {
            let at = max(lateness, 20 * Double(number) + (number == 30 ? 5 : 0))
            feeder.packet(number, at: at)
            feeder.play(until: at)
        }
        feeder.play(until: 3_000)

        let packets = feeder.played.filter { if case .packet = $0.kind { true } else { false } }
        #expect(packets.count == 120)
        #expect(packets[0].playsAt == milliseconds(60 + lateness))
        // Not at once, and nothing is left out: frames are cut short by half at most.
        #expect(packets[40].playsAt == milliseconds(60 + lateness + 20 * 40))
        #expect(packets.allSatisfy { $0.duration >= .milliseconds(10) })
        #expect(packets[119].playsAt >= milliseconds(60 + 20 * 119))
        #expect(packets[119].playsAt < milliseconds(61 + 20 * 119))
        #expect(feeder.buffer.counts.concealed == 0)
    }

    @Test func `within a talkspurt the anchor stays`() {
        var feeder = Feeder()

        for number in 0..<50 {
            feeder.packet(number, at: 20 * Double(number) + (number > 9 ? 45 : 0))
        }

        #expect(feeder.buffer.counts.resynchronised == 0)
        #expect(feeder.buffer.counts.late == 0)
    }

    @Test func `a path that became longer for good is followed after 25 late packets`() {
        var feeder = Feeder()

        var admissions: [Admission] = []
        for number in 0..<60 {
            let at = 20 * Double(number) + (number > 9 ? 100 : 0)
            admissions.append(feeder.packet(number, at: at))
            feeder.play(until: at)
        }
        feeder.play(until: 2_000)

        #expect(admissions[10..<35].allSatisfy { $0 == .late })
        #expect(admissions[35] == .resynchronised)
        #expect(feeder.score.contains("\(20 * 35 + 160):35"))
        let counts = feeder.buffer.counts
        #expect(counts.played + counts.concealed == 60)
        #expect(counts.concealed == 25)
    }

    @Test func `an anchor moved back waits for the end of the queue`() {
        var feeder = Feeder()

        // Delayed by 600 ms, then a burst, then on time again with a marker.
        feeder.packet(0, at: 0)
        feeder.play(until: 500)
        for number in 1...5 { feeder.packet(number, at: 620, media: 20 * Double(number)) }
        feeder.packet(6, at: 621, media: 120, marker: true)
        feeder.packet(7, at: 740)
        feeder.play(until: 1_000)

        // 1 would have played at 80: it is 600 ms off, so the queue begins at 680.
        let packets = feeder.score.filter { !$0.hasSuffix("-") }
        #expect(packets == ["60:0"] + (1...7).map { "\(660 + 20 * $0):\($0)" })
    }

    @Test func `a packet from before a new anchor plays by the old one`() {
        var feeder = Feeder()

        for number in 0...3 { feeder.packet(number, at: 20 * Double(number)) }
        feeder.packet(5, at: 130, media: 100, marker: true)
        let overtaken = feeder.packet(4, at: 139)
        feeder.play(until: 190)

        #expect(overtaken == .queued)
        #expect(feeder.score.suffix(5) == ["120:3", "140:4", "160:-", "180:-", "190:5"])
    }

    @Test func `an outage longer than the ring is counted as loss`() {
        var feeder = Feeder()

        for number in 0..<5 { feeder.packet(number, at: 20 * Double(number)) }
        feeder.play(until: 2_000)
        for number in 105..<110 { feeder.packet(number, at: 20 * Double(number)) }
        feeder.play(until: 3_000)

        let counts = feeder.buffer.counts
        #expect(counts.played == 10)
        #expect(counts.concealed == 100)
        #expect(feeder.buffer.lossRuns.runs == 1)
        #expect(counts.resynchronised == 0)
        #expect(feeder.played.contains { $0.playsAt == milliseconds(2_160) })
    }

    @Test func `frames of another length are learned`() {
        var feeder = Feeder()

        for number in 0..<6 {
            feeder.packet(number, at: 60 * Double(number), media: 60 * Double(number))
        }
        feeder.play(until: 400)

        #expect(feeder.buffer.frame == .milliseconds(60))
        #expect(feeder.played.last?.duration == .milliseconds(60))
    }

    @Test func `what waits is bounded and the rest is refused`() {
        var feeder = Feeder()

        let admissions = (0..<80).map { feeder.packet($0, at: 0.001 * Double($0)) }

        #expect(admissions[..<64].allSatisfy { $0 != .overflowed })
        #expect(admissions[64...].allSatisfy { $0 == .overflowed })
        #expect(feeder.packet(70, at: 1) == .overflowed)
        feeder.play(until: 1_400)
        #expect(feeder.buffer.counts.played == 64)
        let payload = [UInt8](repeating: 0, count: 1_501)
        let large = payload.withUnsafeBytes {
            feeder.buffer.receive(
                sequence: 1, timestamp: 0, marker: false, level: nil, payload: $0,
                arrived: milliseconds(1_500))
        }
        #expect(large == .overflowed)
    }

    @Test(arguments: [(60, 3_100), (160, 3_100), (1_200, 10_000)])
    func `payloads are whole as they play, in bounded memory`(size: Int, most: Int) {
        var feeder = Feeder()
        #expect(feeder.buffer.memory == 0)
        let ring = feeder.buffer.ring
        var played = 0

        for number in 0..<400 {
            // Every seventh is overtaken by the one behind it.
            let arriving = number % 7 == 1 ? number + 1 : number % 7 == 2 ? number - 1 : number
            feeder.packet(arriving, at: 20 * Double(number), size: size - arriving % 5)
            feeder.buffer.play(until: milliseconds(20 * Double(number))) { frame in
                guard case .packet(let packet) = frame.kind else { return }
                let number = Feeder.number(packet)
                let payload = ring.bytes(at: packet.position, count: packet.length)
                #expect(
                    payload.map(Array.init) == Feeder.payload(number, size: size - number % 5),
                    "packet \(number)")
                played += 1
            }
        }

        #expect(played == 397)
        #expect(feeder.buffer.memory <= most)
    }

    @Test func `an adaptive delay follows the jitter between talkspurts`() {
        var feeder = Feeder(.adaptive)
        var generator = SeededGenerator(seed: 5, stream: "adaptive")
        #expect(feeder.buffer.delay == .milliseconds(80))

        var number = 0
        func talk(_ packets: Int, jitter: Double) {
            for index in 0..<packets {
                let at = 20 * Double(number) + generator.unit() * jitter
                feeder.packet(number, at: at, marker: index == 0)
                feeder.play(until: at)
                number += 1
            }
        }
        talk(300, jitter: 4)
        let calm = feeder.buffer.delay
        talk(300, jitter: 19)
        talk(300, jitter: 150)
        let stormy = feeder.buffer.delay
        talk(600, jitter: 4)

        #expect(calm == .milliseconds(20))
        #expect((125...160).contains(stormy.milliseconds))
        #expect(feeder.buffer.delay == .milliseconds(20))
    }

    @Test func `an adaptive delay has the fastest packet set the time`() {
        var feeder = Feeder(.adaptive)
        for number in 0..<100 { feeder.packet(number, at: 20 * Double(number) + 30) }
        feeder.play(until: 3_000)

        // 15 ms slower than the others, after silence: plays as if it had been as fast.
        feeder.packet(100, at: 4_045, media: 4_000, marker: true)
        feeder.play(until: 4_100)

        #expect(feeder.buffer.delay == .milliseconds(20))
        #expect(feeder.score.contains("4050:100"))
    }

    @Test func `another source plays on behind what waits`() {
        var feeder = Feeder()
        for number in 0..<3 { feeder.packet(number, at: 20 * Double(number)) }

        feeder.buffer.expectNewSource()
        let admission = feeder.packet(2, at: 60, media: 500_000)
        feeder.play(until: 130)

        #expect(admission == .resynchronised)
        #expect(feeder.buffer.counts.played == 4)
        #expect(feeder.played.last?.playsAt == milliseconds(120))
    }
}
