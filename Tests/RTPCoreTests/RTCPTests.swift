import RTPCore
import Testing
import Timeline

@Suite struct RTCPTests {
    static let block = ReportBlock(
        ssrc: 0x0A0B_0C0D, fractionLost: 64, cumulativeLost: -2, highestSequence: 0x0001_0203,
        jitter: 40, lastSenderReport: 0xB705_2000, delaySinceLast: 0x0005_4000)
    static let info = SenderInfo(
        ntp: NTPTimestamp(value: 0xB44D_B705_2000_0000), rtpTimestamp: 0x1111_1111, packets: 5,
        octets: 600)
    static let compound = hex(
        """
        81C8 000C 01020304 B44DB705 20000000 11111111 00000005 00000258
        0A0B0C0D 40FFFFFE 00010203 00000028 B7052000 00054000
        81CA 0003 01020304 01 03 61 62 63 000000
        81CB 0001 01020304
        """)

    @Test func `a sender's compound packet is written byte for byte`() {
        let bytes = written { buffer in
            RTCPWriter.report(
                ssrc: 0x0102_0304, sender: Self.info, block: Self.block, into: &buffer)
            RTCPWriter.description(
                ssrc: 0x0102_0304, name: Array("abc".utf8), into: &buffer)
            RTCPWriter.goodbye(ssrc: 0x0102_0304, into: &buffer)
        }

        #expect(bytes == Self.compound)
    }

    @Test func `a compound packet reads as the facts it was written from`() throws {
        #expect(
            try items(Self.compound) == [
                .sender(ssrc: 0x0102_0304, Self.info),
                .reception(reporter: 0x0102_0304, Self.block),
                .name(ssrc: 0x0102_0304, text: 62..<65),
                .goodbye(ssrc: 0x0102_0304),
            ])
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5, 255, 300])
    func `a name of any length ends on a word`(length: Int) throws {
        let bytes = written {
            RTCPWriter.description(
                ssrc: 1, name: [UInt8](repeating: 0x61, count: length), into: &$0)
        }

        #expect(bytes.count % 4 == 0)
        #expect(bytes.last == 0)
        #expect(try items(bytes) == [.name(ssrc: 1, text: 10..<(10 + min(255, length)))])
    }

    @Test func `a receiver without packets writes an empty receiver report`() {
        let bytes = written {
            RTCPWriter.report(ssrc: 1, sender: nil, block: nil, into: &$0)
        }

        #expect(bytes == hex("80C9 0001 00000001"))
    }

    @Test func `reduced-size packets and foreign types are read past`() throws {
        // Feedback first (RFC 5506), an extended report, a goodbye for two, padding at the end.
        let bytes = hex(
            """
            81CD 0002 00000001 00000002  80CF 0001 00000001
            A2CB 0003 00000001 00000002 00000004
            """)

        #expect(
            try items(bytes) == [
                .other(type: 205), .other(type: 207), .goodbye(ssrc: 1), .goodbye(ssrc: 2),
            ])
    }

    @Test(arguments: [
        ("", RTCPProblem.tooShort), ("80C9", .tooShort),
        ("40C9 0001 00000001", .badVersion),
        ("80C9 0001 00000001 00C9 0001 00000001", .badVersion),
        ("80C9 0002 00000001", .badLength), ("80C9 0001 00000001 80", .badLength),
        ("A0C9 0001 00000001", .badReport),
        ("A0C9 0001 00000000", .badPadding),
        ("A0C9 0001 00000004 80C9 0001 00000001", .badPadding),
        ("80C8 0001 00000001", .badReport), ("81C9 0001 00000001", .badReport),
        ("81CA 0001 00000001", .badDescription),
        ("81CA 0002 00000001 01036162", .badDescription),
        ("81CA 0002 00000001 01026162", .badDescription),
        ("82CB 0001 00000001", .badGoodbye),
    ])
    func `malformed packets are refused with their reason`(text: String, problem: RTCPProblem) {
        #expect(throws: problem) { try items(hex(text)) }
    }

    @Test func `nothing of a packet is used when its last part is malformed`() {
        let bytes = Self.compound + hex("81C9 0001 00000001")

        var seen = 0
        let problem = bytes.withUnsafeBytes { raw in
            #expect(throws: RTCPProblem.badReport) { try RTCPReader.read(raw) { _ in seen += 1 } }
        }

        #expect(problem == .badReport)
        #expect(seen == 0)
    }

    @Test func `wall-clock time becomes the timestamp of RFC 3550's example`() {
        let instant = NTPTimestamp(unixNanoseconds: 816_003_205_125_000_000)

        #expect(instant.value == 0xB44D_B705_2000_0000)
        #expect(instant.middle == 0xB705_2000)
        #expect(instant.advanced(by: .milliseconds(-1_125)).value == 0xB44D_B704_0000_0000)
    }
}

@Suite struct RTCPReporterTests {
    private static func reporter(
        _ ssrc: UInt32 = 1, origin: NTPTimestamp = NTPTimestamp(value: 0xB44D_0000_0000_0000)
    ) -> RTCPReporter {
        RTCPReporter(
            ssrc: ssrc, name: "caller", clockOrigin: origin,
            generator: SeededGenerator(seed: 4, stream: "reports"), start: .zero)
    }

    @Test func `the round trip is that of RFC 3550's figure 2`() throws {
        var reporter = Self.reporter()
        var block = RTCPTests.block
        block.ssrc = 1
        let bytes = written {
            RTCPWriter.report(ssrc: 2, sender: nil, block: block, into: &$0)
        }

        // A = b710:8000, 46,864.5 s after the origin's 0000:0000.
        let news = try bytes.withUnsafeBytes {
            try reporter.receive($0, arrived: milliseconds(46_864_500))
        }

        #expect(news.roundTrip == .milliseconds(6_125))
        #expect(reporter.medianRoundTrip == .milliseconds(6_125))
        #expect(reporter.remoteReport?.fractionLost == 64)
    }

    @Test func `a report that echoes nothing or makes time run backwards gives no round trip`() {
        var block = RTCPTests.block
        block.lastSenderReport = 0
        #expect(RTCPReporter.roundTrip(arrived: 0xB710_8000, report: block) == nil)

        let exact: UInt32 = 0xB705_2000 &+ 0x0005_4000
        #expect(RTCPReporter.roundTrip(arrived: exact - 3, report: RTCPTests.block) == .zero)
        #expect(RTCPReporter.roundTrip(arrived: exact - 70_000, report: RTCPTests.block) == nil)
    }

    @Test func `two reporters measure the path between them`() throws {
        var one = Self.reporter(1)
        var two = Self.reporter(2)
        var heardByOne = ReceptionStatistics(clockRate: 8_000)
        var heardByTwo = ReceptionStatistics(clockRate: 8_000)
        var sender = RTPSender(
            ssrc: 1, payloadType: 0, clockRate: 8_000, frame: .milliseconds(20), sequence: 0,
            timestamp: 0)
        _ = written { buffer in
            [UInt8](repeating: 0, count: 160).withUnsafeBytes {
                sender.writePacket(
                    payload: $0, level: nil, marker: true, at: milliseconds(0), into: &buffer)
            }
        }
        heardByTwo.receive(header(0, 0, ssrc: 1), arrived: milliseconds(30))

        let first = written {
            one.write(at: milliseconds(100), sender: sender, reception: &heardByOne, into: &$0)
        }
        _ = try first.withUnsafeBytes { try two.receive($0, arrived: milliseconds(130)) }
        let second = written {
            two.write(at: milliseconds(900), sender: nil, reception: &heardByTwo, into: &$0)
        }
        let news = try second.withUnsafeBytes {
            try one.receive($0, arrived: milliseconds(950))
        }

        let roundTrip = try #require(news.roundTrip)
        #expect(abs(roundTrip.milliseconds - 80) < 0.05)
        guard case .sender(1, let info) = try items(first).first else {
            Issue.record("no sender report")
            return
        }
        #expect(info.rtpTimestamp == 800)
        #expect(info.packets == 1)
        #expect(info.octets == 160)
    }

    @Test func `reports follow each other in half to one and a half intervals, the first sooner`() {
        var reporter = Self.reporter()
        var reception = ReceptionStatistics(clockRate: 8_000)
        var intervals: [Double] = [reporter.nextReport.nanoseconds].map { Double($0) / 1e6 }

        for _ in 0..<2_000 {
            let now = reporter.nextReport
            _ = written { reporter.write(at: now, sender: nil, reception: &reception, into: &$0) }
            intervals.append((reporter.nextReport - now).milliseconds)
        }

        #expect((1_250...3_750).contains(intervals[0]))
        #expect(intervals.dropFirst().allSatisfy { (2_500...7_500).contains($0) })
        let mean = intervals.dropFirst().reduce(0, +) / 2_000
        #expect(abs(mean - 5_000) < 3 * 5_000 / (12 * 2_000.0).squareRoot())
    }

    @Test func `the farewell is a report, a name and a goodbye`() throws {
        var reporter = Self.reporter()
        var reception = ReceptionStatistics(clockRate: 8_000)
        let bytes = written {
            reporter.writeGoodbye(
                at: milliseconds(0), sender: nil, reception: &reception, into: &$0)
        }

        var other = Self.reporter(2)
        let news = try bytes.withUnsafeBytes { try other.receive($0, arrived: milliseconds(1)) }

        #expect(bytes.prefix(4) == hex("80C9 0001")[...])
        #expect(try items(bytes).last == .goodbye(ssrc: 1))
        #expect(news.saysGoodbye)
    }

    @Test func `of several goodbyes in one packet the heard source's counts`() throws {
        // A receiver report, then a goodbye for 2, 7 and 3.
        let bytes = hex("80C9 0001 0000 0007 83CB 0003 0000 0002 0000 0007 0000 0003")
        for (peer, isOver) in [(UInt32(7), true), (3, true), (4, false), (nil, true)] {
            var reporter = Self.reporter(1)
            let news = try bytes.withUnsafeBytes {
                try reporter.receive($0, arrived: milliseconds(1), from: peer)
            }
            #expect(news.saysGoodbye == isOver, "peer \(peer.map(String.init) ?? "unknown")")
        }
    }
}
