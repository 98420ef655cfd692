import RTPCore
import Testing
import Timeline

@Suite struct RTCPExtendedTests {
    private static let time = NTPTimestamp(value: 0xB44D_B705_2000_0000)
    private static let echo = ReceiverTimeEcho(
        ssrc: 0x0A0B_0C0D, lastReceiverReport: 0xB705_2000, delaySinceLast: 0x0005_4000)
    private static let report = hex(
        """
        80CF 0008 01020304 04 00 0002 B44DB705 20000000
        05 00 0003 0A0B0C0D B7052000 00054000
        """)

    private static func reporter(_ ssrc: UInt32, extended: Bool) -> RTCPReporter {
        RTCPReporter(
            ssrc: ssrc, name: "caller", extended: extended,
            clockOrigin: NTPTimestamp(value: 0xB44D_0000_0000_0000),
            generator: SeededGenerator(seed: 4, stream: "reports"), start: .zero)
    }

    private static func report(_ reporter: inout RTCPReporter, at moment: RunInstant) -> [UInt8] {
        var reception = ReceptionStatistics(clockRate: 48_000)
        return written {
            reporter.write(at: moment, sender: nil, reception: &reception, into: &$0)
        }
    }

    @Test func `an extended report is written byte for byte and read again`() throws {
        let bytes = written {
            RTCPWriter.extendedReport(
                ssrc: 0x0102_0304, time: Self.time, echo: Self.echo, into: &$0)
        }

        #expect(bytes == Self.report)
        #expect(
            try items(bytes) == [
                .receiverTime(ssrc: 0x0102_0304, Self.time),
                .receiverTimeEcho(reporter: 0x0102_0304, Self.echo),
            ])
    }

    @Test func `several echoes are read and other blocks stepped over`() throws {
        let bytes = hex(
            """
            80CF 000B 01020304 07 00 0001 00000000 05 00 0006
            00000001 00000002 00000003 00000004 00000005 00000006 01 00 0000
            """)
        let both = [(1, 2, 3), (4, 5, 6)].map { ssrc, last, delay in
            RTCPItem.receiverTimeEcho(
                reporter: 0x0102_0304,
                ReceiverTimeEcho(
                    ssrc: UInt32(ssrc), lastReceiverReport: UInt32(last),
                    delaySinceLast: UInt32(delay)))
        }

        #expect(try items(bytes) == both)
    }

    @Test(arguments: [
        "80CF 0000", "80CF 0002 00000001 04000002", "80CF 0003 00000001 04000001 00000000",
        "80CF 0003 00000001 05000001 00000000", "80CF 0002 00000001 04000000",
        "80C9 0001 00000001 80CF 0002 00000001 01000001",
        "A0CF 0002 00000001 00000001",
    ])
    func `a malformed extended report is refused`(text: String) {
        #expect(throws: RTCPProblem.badExtendedReport) { try items(hex(text)) }
    }

    @Test func `off, reports are as they were; on, the extended one ends them`() throws {
        var plain = Self.reporter(1, extended: false)
        var extended = Self.reporter(1, extended: true)
        // Told the other side's time, it keeps silent about it all the same.
        _ = try hex("80CF 0004 00000002 04000002 B44D0001 00000000").withUnsafeBytes {
            try plain.receive($0, arrived: milliseconds(1))
        }

        let before = Self.report(&plain, at: milliseconds(1_500))
        let after = Self.report(&extended, at: milliseconds(1_500))

        #expect(before == hex("80C9 0001 00000001 81CA 0004 00000001 0106 63616C6C6572 00000000"))
        #expect(after == before + hex("80CF 0004 00000001 04000002 B44D0001 80000000"))
        #expect(plain.nextReport == extended.nextReport)
    }

    @Test func `the goodbye stays last`() throws {
        var reporter = Self.reporter(1, extended: true)
        var reception = ReceptionStatistics(clockRate: 48_000)
        let bytes = written {
            reporter.writeGoodbye(
                at: milliseconds(9), sender: nil, reception: &reception, into: &$0)
        }

        let found = try items(bytes)
        #expect(found.last == .goodbye(ssrc: 1))
        guard case .receiverTime(1, _) = found.dropLast().last else {
            Issue.record("no reference time in \(found)")
            return
        }
    }

    @Test func `who sends nothing measures the round trip by its own clock's echo`() throws {
        var one = Self.reporter(1, extended: true)
        var two = Self.reporter(2, extended: true)

        let first = Self.report(&one, at: milliseconds(100))
        let heard = try first.withUnsafeBytes { try two.receive($0, arrived: milliseconds(130)) }
        let second = Self.report(&two, at: milliseconds(900))
        let news = try second.withUnsafeBytes { try one.receive($0, arrived: milliseconds(950)) }

        #expect(heard.extendedRoundTrip == nil)
        #expect(news.roundTrip == nil)
        let roundTrip = try #require(news.extendedRoundTrip)
        #expect(abs(roundTrip.milliseconds - 80) < 0.05)
        #expect(one.medianRoundTrip == roundTrip)
        #expect(two.roundTrips.isEmpty)
    }

    @Test func `an echo for somebody else, of nothing, or from the future measures nothing`() {
        let exact: UInt32 = 0xB705_2000 &+ 0x0005_4000
        #expect(RTCPReporter.roundTrip(arrived: exact &+ 65_536, echo: Self.echo) == .seconds(1))
        #expect(RTCPReporter.roundTrip(arrived: exact &- 70_000, echo: Self.echo) == nil)
        var none = Self.echo
        none.lastReceiverReport = 0
        #expect(RTCPReporter.roundTrip(arrived: exact, echo: none) == nil)

        var reporter = Self.reporter(1, extended: true)
        let news = Self.report.withUnsafeBytes {
            try? reporter.receive($0, arrived: milliseconds(1))
        }
        #expect(news?.extendedRoundTrip == nil)
        #expect(news != nil)
    }

    @Test func `both round trips of one packet count once`() throws {
        var reporter = Self.reporter(0x0A0B_0C0D, extended: true)
        let bytes =
            Self.report
            + written {
                RTCPWriter.report(ssrc: 2, sender: nil, block: RTCPTests.block, into: &$0)
            }

        // A = b710:8000 for both.
        let news = try bytes.withUnsafeBytes {
            try reporter.receive($0, arrived: milliseconds(46_864_500))
        }

        #expect(news.roundTrip == .milliseconds(6_125))
        #expect(news.extendedRoundTrip == .milliseconds(6_125))
        #expect(reporter.roundTrips.count == 1)
        #expect(reporter.remoteReport?.shareLost == 0.25)
        #expect(reporter.remoteReport?.cumulativeLost == -2)
    }

    @Test func `reduced-size feedback of every kind is read past`() throws {
        // NACK, TWCC, PLI, application, then our own report in the same datagram.
        let bytes = hex(
            """
            81CD 0003 00000001 00000002 00050000  8FCD 0005 00000001 00000002 00010002 00000000
            20010000 81CE 0002 00000001 00000002  80CC 0002 00000001 6E616D65
            """)
        var reporter = Self.reporter(1, extended: true)

        _ = try (bytes + Self.report).withUnsafeBytes {
            try reporter.receive($0, arrived: milliseconds(3))
        }

        #expect(try items(bytes) == [205, 205, 206, 204].map { RTCPItem.other(type: $0) })
        let written = try items(Self.report(&reporter, at: milliseconds(4)))
        guard case .receiverTimeEcho(1, let echo) = written.last else {
            Issue.record("no echo in \(written)")
            return
        }
        #expect(echo.ssrc == 0x0102_0304)
        #expect(echo.lastReceiverReport == Self.time.middle)
        #expect(echo.delaySinceLast == 65)
    }

    @Test func `no mutation of an extended report reads outside its bytes`() {
        var generator = SeededGenerator(seed: 33, stream: "fuzz-extended")
        var reporter = Self.reporter(0x0A0B_0C0D, extended: true)
        var valid = 0
        for round in 0..<20_000 {
            var bytes = Self.report + RTCPTests.compound
            for _ in 0...generator.below(3) where !bytes.isEmpty {
                let place = generator.below(min(bytes.count, 48))
                switch generator.below(3) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
                case 1: bytes[place] ^= 1 << UInt8(generator.below(8))
                default: bytes.removeSubrange(place..<min(bytes.count, place + 4))
                }
            }
            let instant = milliseconds(Double(round))
            if (try? bytes.withUnsafeBytes { try reporter.receive($0, arrived: instant) }) != nil {
                valid += 1
            }
        }
        #expect(valid > 2_000)
        #expect(reporter.roundTrips.count <= 64)
    }
}
