import Dialects
import Planning
import ReferenceAgent
import Testing
import Timeline

@Suite struct TruthTests {
    @Test func `a line holds what the contract says`() {
        var buffer = WireBuffer()
        TruthEvent(
            call: "a\"b", turn: 2, event: .replyFirstAudible,
            at: RunInstant(nanoseconds: 5_000_000_123)
        ).jsonLine(into: &buffer, epochNs: 1_000_000_000_000)

        #expect(
            String(decoding: buffer.bytes, as: UTF8.self)
                == #"{"call":"a\"b","turn":2,"event":"reply_first_audible","mono_ns":1005000000123}"#
                + "\n")
    }

    @Test(arguments: TruthEvent.Name.allCases)
    func `every line reads back as it was`(name: TruthEvent.Name) throws {
        var uplink = UplinkTally(origin: RunInstant(nanoseconds: 77), interval: .milliseconds(20))
        for us in [-70_000, -129, -1, 0, 1, 127, 128, 5_000, 5_003, 900_000] as [Int64] {
            uplink.record(media: .zero, arrived: uplink.origin + .microseconds(us))
        }
        let event = TruthEvent(
            call: "call-7", turn: 0, event: name, at: RunInstant(nanoseconds: -3),
            uplink: name == .callEnd ? uplink : nil)
        var buffer = WireBuffer()
        event.jsonLine(into: &buffer, epochNs: 10_000)

        #expect(try TruthLine.parse(buffer.bytes, epochNs: 10_000) == event)
        let later = try TruthLine.parse(buffer.bytes, epochNs: 9_000)
        #expect(later.at == RunInstant(nanoseconds: 997))
    }

    @Test(
        arguments: [
            "", "{", #"{"call":"x","turn":0,"event":"call_start"}"#,
            #"{"call":"x","turn":0,"event":"party","mono_ns":1}"#,
            #"{"call":"x","turn":0,"event":"call_end","mono_ns":1,"uplink":{"origin_ns":1}}"#,
            #"{"call":"x","turn":0,"event":"call_end","mono_n"#,
        ])
    func `a broken line is a problem`(text: String) {
        let bytes = Array(text.utf8)
        #expect(throws: DialectProblem.self) {
            try bytes.withUnsafeBytes { try TruthLine.parse($0, epochNs: 0) }
        }
    }

    @Test func `excess keeps its sign and is exact to 1.6 percent, rounded down`() {
        for us in [
            -1_000_000, -4_097, -128, -64, -1, 0, 1, 63, 64, 127, 128, 129, 4_097, 60_000_000,
        ] as [Int64] {
            var tally = UplinkTally(origin: .zero, interval: .milliseconds(20))
            tally.record(media: .seconds(9), arrived: .zero + .seconds(9) + .microseconds(us))
            let bucket = tally.buckets[0]
            #expect(bucket.count == 1)
            #expect(bucket.lowestUs <= us)
            #expect(
                Double(us - bucket.lowestUs) <= 0.016 * Double(abs(us)), "\(us): \(bucket.lowestUs)"
            )
        }
    }

    @Test func `frames of any delay are counted, smallest first`() {
        var chance = SeededGenerator(seed: 3, stream: "excess")
        var tally = UplinkTally(origin: .zero, interval: .milliseconds(20))
        var counts: [Int64: UInt64] = [:]
        for frame in 0..<3_000 {
            // Mostly a few dozen µs, now and then anything up to a minute, early or late.
            let size = Int64(chance.next() % (frame % 50 == 7 ? 60_000_000 : 60))
            let us = frame % 3 == 0 ? -size : size
            tally.record(media: .zero, arrived: .zero + .microseconds(us))
            var alone = UplinkTally(origin: .zero, interval: .milliseconds(20))
            alone.record(media: .zero, arrived: .zero + .microseconds(us))
            counts[alone.buckets[0].lowestUs, default: 0] += 1
        }
        let expected = counts.sorted { $0.key < $1.key }
            .map { UplinkTally.Bucket(lowestUs: $0.key, count: $0.value) }

        #expect(tally.buckets == expected)
        #expect(tally.frames == 3_000)
        let again = UplinkTally(
            origin: .zero, interval: .milliseconds(20), buckets: expected.reversed())
        #expect(again == tally)
    }

    @Test(arguments: TestLine.allCases)
    func `the end of a call tells when each frame came`(line: TestLine) throws {
        let call = try TestCall(
            line, .fixed(), saying: Monologue([(200_000, 500_000)], length: .milliseconds(1_200)))
        // Every fourth frame is 3 ms late.
        call.run { $0 % 4 == 1 ? .milliseconds(3) : .zero }
        let now = TestCall.start + .seconds(2)
        call.session.closed(at: now)
        call.drain(now)

        let uplink = try #require(call.truth.last?.uplink)
        let frames = UInt64(Nanoseconds.milliseconds(1_200) / line.ptime)
        #expect(uplink.interval == line.ptime)
        #expect(uplink.origin == TestCall.start + line.ptime)
        #expect(uplink.frames == frames)
        #expect(
            uplink.buckets.map(\.count) == [frames - (frames + 2) / 4, (frames + 2) / 4])
        #expect(uplink.buckets.map(\.lowestUs) == [0, 2_976])
    }
}
