package import Timeline

/// One participant's reports: writes its own at intervals and reads the other side's.
///
/// Sans-IO: send what `write` appends, when `nextReport` has come, and hand in what
/// arrives. A call has two participants, so the interval is RFC 3550's minimum with
/// its random factor (§6.2, §6.3.1); timer reconsideration is for groups and left out,
/// and with it the division by e − 3/2 that makes up for it.
package struct RTCPReporter: Sendable {
    /// What a received packet told.
    package struct News: Equatable, Sendable {
        /// A round trip measured by it (RFC 3550 §6.4.1).
        package var roundTrip: Nanoseconds?
        /// A round trip measured by an extended report, without packets of ours (RFC 3611 §4.5).
        package var extendedRoundTrip: Nanoseconds?
        /// The other side's report on our stream.
        package var report: ReportBlock?
        /// The other side has left (RFC 3550 §6.6).
        package var saysGoodbye = false

        package init() {}
    }

    package let ssrc: UInt32
    /// When the next report is due.
    package private(set) var nextReport: RunInstant
    /// The other side's latest report on our stream.
    package private(set) var remoteReport: ReportBlock?
    /// Round trips measured so far, latest last; the last 64 are kept.
    ///
    /// A packet that gives two counts once, by its reception report.
    package private(set) var roundTrips: [Nanoseconds] = []
    /// The last of them; asked for at every frame.
    package private(set) var lastRoundTrip: Nanoseconds?

    private let name: [UInt8]
    private let interval: Nanoseconds
    private let writesExtended: Bool
    private let clockOrigin: NTPTimestamp
    private var generator: SeededGenerator
    /// Middle bits of the latest sender report heard, who wrote it, and when it arrived.
    private var heard: (ssrc: UInt32, middle: UInt32, at: RunInstant)?
    /// The same of the latest extended report.
    private var heardExtended: (ssrc: UInt32, middle: UInt32, at: RunInstant)?

    /// - Parameters:
    ///   - name: canonical name, unique in the call (RFC 7022).
    ///   - interval: mean time between reports; half of it before the first.
    ///   - extended: whether reports tell our time and echo the other side's (RFC 3611), as both
    ///     sides have to have agreed on; what arrives is read in any case.
    ///   - clockOrigin: wall-clock time of the run's origin; any constant in simulation.
    ///   - generator: draws the intervals' random factor.
    ///   - start: when the stream begins.
    package init(
        ssrc: UInt32, name: String, interval: Nanoseconds = .seconds(5),
        extended: Bool = false, clockOrigin: NTPTimestamp, generator: SeededGenerator,
        start: RunInstant
    ) {
        precondition(interval > .zero, "report interval must be positive, got \(interval)")
        self.ssrc = ssrc
        self.name = Array(name.utf8)
        self.interval = interval
        writesExtended = extended
        self.clockOrigin = clockOrigin
        self.generator = generator
        nextReport = start
        nextReport = start + randomised(interval / 2)
    }

    /// Appends a compound report and schedules the next one.
    ///
    /// - Parameters:
    ///   - sender: our own stream; a receiver report is written before its first packet.
    ///   - reception: what is heard of the other side; its loss interval starts anew.
    package mutating func write(
        at now: RunInstant, sender: RTPSender?, reception: inout ReceptionStatistics,
        into buffer: inout WireBuffer
    ) {
        appendReport(at: now, sender: sender, reception: &reception, into: &buffer)
        nextReport = now + randomised(interval)
    }

    /// Appends the last report, with the farewell (RFC 3550 §6.6).
    package mutating func writeGoodbye(
        at now: RunInstant, sender: RTPSender?, reception: inout ReceptionStatistics,
        into buffer: inout WireBuffer
    ) {
        appendReport(at: now, sender: sender, reception: &reception, into: &buffer)
        RTCPWriter.goodbye(ssrc: ssrc, into: &buffer)
    }

    /// Takes in what the other side reports.
    ///
    /// - Parameters:
    ///   - arrived: the kernel's arrival time where there is one.
    ///   - peer: the source whose media is heard: another one's goodbye is not the other side's. It
    ///     may be that of a call that had the port before. `nil` while nothing is heard.
    /// - Throws: what is wrong with the bytes, none of which were used then.
    @discardableResult
    package mutating func receive(
        _ bytes: UnsafeRawBufferPointer, arrived: RunInstant, from peer: UInt32? = nil
    ) throws(RTCPProblem) -> News {
        var news = News()
        var sender: (ssrc: UInt32, middle: UInt32, at: RunInstant)?
        var extended: (ssrc: UInt32, middle: UInt32, at: RunInstant)?
        var echo: ReceiverTimeEcho?
        let own = ssrc
        try RTCPReader.read(bytes) { item in
            switch item {
            case .sender(let source, let info):
                sender = (source, info.ntp.middle, arrived)
            case .reception(_, let block) where block.ssrc == own:
                news.report = block
            case .goodbye(let source) where source != own && source == peer ?? source:
                news.saysGoodbye = true
            case .receiverTime(let source, let time) where source != own:
                extended = (source, time.middle, arrived)
            case .receiverTimeEcho(_, let block) where block.ssrc == own:
                echo = block
            case .reception, .goodbye, .receiverTime, .receiverTimeEcho, .name, .other:
                break
            }
        }
        if let sender { heard = sender }
        if let extended { heardExtended = extended }
        let middle = clockOrigin.advanced(by: arrived - .zero).middle
        if let block = news.report {
            remoteReport = block
            news.roundTrip = Self.roundTrip(arrived: middle, report: block)
        }
        if let echo { news.extendedRoundTrip = Self.roundTrip(arrived: middle, echo: echo) }
        if let roundTrip = news.roundTrip ?? news.extendedRoundTrip {
            if roundTrips.count == 64 { roundTrips.removeFirst() }
            roundTrips.append(roundTrip)
            lastRoundTrip = roundTrip
        }
        return news
    }

    /// Median of the round trips; `nil` before the first.
    package var medianRoundTrip: Nanoseconds? {
        guard !roundTrips.isEmpty else { return nil }
        return roundTrips.sorted()[(roundTrips.count - 1) / 2]
    }

    /// Arrival less last sender report less delay since (RFC 3550 §6.4.1), to 1/65,536 s.
    ///
    /// - Parameter arrived: middle 32 bits of the arrival's NTP time.
    /// - Returns: `nil` where the other side had heard no report yet. A span that comes out
    ///   negative by rounding is zero; by more than a second, it is no measurement.
    package static func roundTrip(arrived: UInt32, report: ReportBlock) -> Nanoseconds? {
        roundTrip(arrived: arrived, left: report.lastSenderReport, held: report.delaySinceLast)
    }

    /// The same from an extended report's echo (RFC 3611 §4.5).
    package static func roundTrip(arrived: UInt32, echo: ReceiverTimeEcho) -> Nanoseconds? {
        roundTrip(arrived: arrived, left: echo.lastReceiverReport, held: echo.delaySinceLast)
    }

    private static func roundTrip(arrived: UInt32, left: UInt32, held: UInt32) -> Nanoseconds? {
        guard left != 0 else { return nil }
        let units = Int32(bitPattern: arrived &- left &- held)
        guard units > -65_536 else { return nil }
        return ShortNTP.span(UInt32(max(0, units)))
    }

    private mutating func appendReport(
        at now: RunInstant, sender: RTPSender?, reception: inout ReceptionStatistics,
        into buffer: inout WireBuffer
    ) {
        var info: SenderInfo?
        if let sender, sender.packetsSent > 0 {
            info = SenderInfo(
                ntp: clockOrigin.advanced(by: now - .zero),
                rtpTimestamp: sender.timestamp(at: now),
                packets: sender.packetsSent,
                octets: sender.octetsSent
            )
        }
        var block = reception.reportBlock()
        if let source = block?.ssrc, let heard, heard.ssrc == source {
            block?.lastSenderReport = heard.middle
            block?.delaySinceLast = ShortNTP.units(now - heard.at)
        }
        RTCPWriter.report(ssrc: ssrc, sender: info, block: block, into: &buffer)
        RTCPWriter.description(ssrc: ssrc, name: name, into: &buffer)
        guard writesExtended else { return }
        let echo = heardExtended.map {
            ReceiverTimeEcho(
                ssrc: $0.ssrc, lastReceiverReport: $0.middle,
                delaySinceLast: ShortNTP.units(now - $0.at))
        }
        RTCPWriter.extendedReport(
            ssrc: ssrc, time: clockOrigin.advanced(by: now - .zero), echo: echo, into: &buffer)
    }

    /// 0.5 to 1.5 times a span.
    private mutating func randomised(_ span: Nanoseconds) -> Nanoseconds {
        Nanoseconds(Int64(Double(span.count) * (0.5 + generator.unit())))
    }
}
