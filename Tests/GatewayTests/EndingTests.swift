import Audio
import Dialects
import Gateway
import RTPCore
import Testing
import Timeline

@Suite struct EndingTests {
    private static func goodbye(_ bytes: [UInt8]) -> Bool {
        var isGoodbye = false
        bytes.withUnsafeBytes { raw in
            try? RTCPReader.read(raw) { item in
                if case .goodbye = item { isGoodbye = true }
            }
        }
        return isGoodbye
    }

    /// A report of the caller, with its farewell if wanted.
    private static func report(_ rig: Rig, isGoodbye: Bool) -> [UInt8] {
        var out = WireBuffer()
        var reception = ReceptionStatistics(clockRate: 48_000)
        var reporter = RTCPReporter(
            ssrc: 1, name: "caller", clockOrigin: NTPTimestamp(unixNanoseconds: 0),
            generator: SeededGenerator(seed: 1, stream: "rtcp"), start: rig.now)
        if isGoodbye {
            reporter.writeGoodbye(
                at: rig.now, sender: rig.sender, reception: &reception, into: &out)
        } else {
            reporter.write(at: rig.now, sender: rig.sender, reception: &reception, into: &out)
        }
        return Array(out.bytes)
    }

    @Test func `a caller who says goodbye ends the call, and the agent is told`() throws {
        let rig = try Rig(edge: .opus, upstream: .opus, kind: .binary)
        rig.run(for: .seconds(1))

        rig.receive(Self.report(rig, isGoodbye: true))

        #expect(rig.end == .farewell)
        #expect(rig.messages.last?.message == .stop)
        #expect(!rig.reports.contains { Self.goodbye($0.bytes) })
        #expect(rig.notes.last?.event == .callEnd)
    }

    @Test func `an agent who is gone ends the call with a goodbye to the caller`() throws {
        let rig = try Rig()
        rig.run(for: .seconds(1))

        rig.session.upstreamFailed("closed by agent", at: rig.now)
        rig.drain()

        #expect(rig.end == .upstream)
        #expect(rig.session.failure == "closed by agent")
        #expect(rig.reports.last.map { Self.goodbye($0.bytes) } == true)
    }

    @Test func `a caller who sends nothing is gone after ten seconds, one who reports is not`()
        throws
    {
        let silent = try Rig()
        silent.run(for: .seconds(11))
        #expect(silent.end == .idle)
        #expect(silent.notes.last?.at == Rig.start + .seconds(10))
        #expect(silent.reports.last.map { Self.goodbye($0.bytes) } == true)

        let reporting = try Rig()
        for _ in 0..<4 {
            reporting.run(for: .seconds(8))
            reporting.receive(Self.report(reporting, isGoodbye: false))
        }
        #expect(reporting.end == nil)
    }

    @Test func `reports go out every few seconds and tell what was lost and how far away it is`()
        throws
    {
        let rig = try Rig(edge: .pcmu, upstream: .pcmu)
        let frame = [UInt8](repeating: 0xFF, count: 160)
        for index in 0..<1_000 {
            let datagram = rig.datagram(frame)
            if index % 10 != 5 { rig.receive(datagram) }
            rig.run(for: .milliseconds(20))
        }

        #expect((3...8).contains(rig.reports.count))
        var blocks: [ReportBlock] = []
        var senders: [SenderInfo] = []
        for report in rig.reports {
            try report.bytes.withUnsafeBytes { raw in
                try RTCPReader.read(raw) { item in
                    if case .reception(_, let block) = item { blocks.append(block) }
                    if case .sender(_, let info) = item { senders.append(info) }
                }
            }
        }
        #expect(blocks.count == rig.reports.count && senders.count == rig.reports.count)
        let last = try #require(blocks.last)
        #expect((60...100).contains(last.cumulativeLost))
        #expect(last.ssrc == 1)
    }

    @Test func `after the end nothing comes out any more, whatever goes in`() throws {
        let rig = try Rig(hasEvents: true)
        rig.session.closed(at: rig.now)
        rig.drain()
        let notes = rig.notes.count
        let packets = rig.packets.count

        rig.say([1, 2, 3])
        rig.agentSends([0, 0])
        rig.send(event: "{}")
        rig.session.tick(at: rig.now, now: rig.now)
        rig.session.upstreamOpened(at: rig.now)
        rig.session.upstreamFailed("again", at: rig.now)
        rig.session.closed(at: rig.now)
        rig.drain()

        #expect(rig.notes.count == notes && rig.packets.count == packets)
        #expect(rig.end == .disconnected)
        #expect(rig.session.failure == nil)
    }
}
