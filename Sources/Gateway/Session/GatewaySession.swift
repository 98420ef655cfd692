package import Audio
import Dialects
import RTPCore
package import Timeline

/// One call through the gateway: RTP towards the caller, a WebSocket towards the agent.
///
/// Sans-IO, and deterministic: the same input at the same instants gives the same output.
/// After every call that hands something in, drain ``poll(into:)`` to `nil`, then ask for
/// ``wake``. Not thread-safe: one event loop owns it.
///
/// Caller audio that comes before the upstream is open is held, 2 s at most
/// (``GatewayLimits/held``, the oldest is dropped), and leaves at once when it opens: the agent
/// hears the call's first words, only later. Towards the caller there is a packet in every
/// slot from the beginning, silence where the agent says nothing.
package final class GatewaySession {
    package let call: String
    let edge: GatewayEdge
    let limits: GatewayLimits
    package internal(set) var counts = GatewayCounts()
    package private(set) var end: GatewayEnd?
    /// What the driver said of an upstream that failed.
    package private(set) var failure: String?

    var line: EdgeLine
    var uplink: Uplink
    var downlink: Downlink
    var dialect: CallerDialect
    let interval: Nanoseconds
    var talkspurts = TalkspurtWatch()
    var isOpen = false
    var flushesOnSpeech = true
    /// Whether the caller is told what becomes of playback, as by OpenAI's WebRTC endpoint.
    let announcesPlayback: Bool
    var held = HeldAudio()
    var heldEvents: [[UInt8]] = []
    var heldEventBytes = 0
    /// What the agent's message under way holds.
    var audio: [UInt8] = []
    private var lastSign: RunInstant

    /// Bytes of what is pending.
    var arena: [UInt8] = []
    private var pending: [Pending] = []
    private var pendingIndex = 0
    private static let keptArena = 64 << 10

    /// What waits to be polled; it is written only then.
    enum Pending {
        case note(GatewayEvent)
        case opening
        case audio(Range<Int>, octet: UInt8)
        case event(Range<Int>)
        case truncation(playedMs: Int)
        case closing
        case edgeEvent(Range<Int>)
        case playback(StaticString)
        case packet(Range<Int>, octet: UInt8, marker: Bool, slot: RunInstant)
        case silence(slot: RunInstant)
        case report(at: RunInstant)
        case goodbye(at: RunInstant)
        case close(GatewayEnd)
    }

    /// - Parameters:
    ///   - call: the caller's name in the log, and towards the agent.
    ///   - generator: draws where the RTP stream begins, and when reports are sent.
    ///   - now: when media can flow to and from the caller.
    /// - Throws: for frames that a codec does not have.
    package init(
        call: String, edge: GatewayEdge, upstream: GatewayUpstream,
        limits: GatewayLimits = GatewayLimits(), generator: SeededGenerator, at now: RunInstant
    ) throws(CodecProblem) {
        try edge.codec.check(interval: edge.ptime)
        try upstream.codec.check(interval: upstream.interval)
        self.call = call
        self.edge = edge
        self.limits = limits
        line = try EdgeLine(edge: edge, generator: generator, at: now)
        uplink = try Uplink(edge: edge, upstream: upstream, limits: limits)
        downlink = try Downlink(edge: edge, upstream: upstream, limits: limits)
        dialect = upstream.dialect
        interval = upstream.interval
        announcesPlayback = edge.hasEvents && upstream.kind == .openAIRealtime
        lastSign = now
        note(.callStart, at: now, turn: 0)
    }

    /// The median round trip to the caller, by RTCP; `nil` before the first.
    package var roundTrip: Nanoseconds? { line.reporter.medianRoundTrip }

    /// When ``tick(at:now:)`` is due; `nil` once the session has ended.
    package var wake: RunInstant? {
        guard end == nil else { return nil }
        let wake = min(line.slot, lastSign + limits.idle)
        return uplink.wake.map { min($0, wake) } ?? wake
    }

    /// Does what time has brought.
    ///
    /// - Parameters:
    ///   - scheduled: the ``wake`` that this answers.
    ///   - now: the present, never earlier.
    package func tick(at scheduled: RunInstant, now: RunInstant) {
        guard end == nil else { return }
        let now = max(scheduled, now)
        uplink.tick(at: now, counts: &counts) { frame, octet, verdict in
            forward(frame, octet, verdict, at: now)
        }
        counts.upDropped = held.dropped
        if let slot = line.nextSlot(at: now) {
            play(in: slot, at: now)
            if line.isReportDue(at: now) { add(.report(at: now)) }
        }
        if now >= lastSign + limits.idle { finish(.idle, at: now) }
    }

    /// The next thing to do; `nil` when there is none for now.
    ///
    /// - Parameter buffer: emptied, and filled where something is to be sent.
    package func poll(into buffer: inout WireBuffer) -> GatewayOutput? {
        buffer.removeAll()
        while pendingIndex < pending.count {
            let next = pending[pendingIndex]
            pendingIndex += 1
            if let output = output(next, into: &buffer) { return output }
        }
        pending.removeAll(keepingCapacity: true)
        pendingIndex = 0
        arena.removeAll(keepingCapacity: arena.capacity <= Self.keptArena)
        return nil
    }

    private func output(_ next: Pending, into buffer: inout WireBuffer) -> GatewayOutput? {
        switch next {
        case .note(let event): return .note(event)
        case .close(let end): return .close(end)
        case .opening: return .upstream(dialect.opening(into: &buffer))
        case .closing: return dialect.closing(into: &buffer).map { .upstream($0) }
        case .truncation(let playedMs):
            return dialect.truncation(playedMs: playedMs, into: &buffer).map { .upstream($0) }
        case .audio(let range, let octet):
            return withArena(range) {
                .upstream(dialect.audioMessage(frame: $0, level: octet, into: &buffer))
            }
        case .event(let range):
            withArena(range) { buffer.append($0) }
            return .upstream(.text)
        case .edgeEvent(let range):
            withArena(range) { buffer.append($0) }
            return .edgeEvent
        case .playback(let event):
            buffer.append(text: event)
            return .edgeEvent
        case .packet(let range, let octet, let marker, let slot):
            withArena(range) {
                line.write($0, octet: octet, marker: marker, at: slot, into: &buffer)
            }
        case .silence(let slot): line.writeSilence(at: slot, into: &buffer)
        case .report(let now): line.writeReport(at: now, into: &buffer)
        case .goodbye(let now): line.writeGoodbye(at: now, into: &buffer)
        }
        return .edge
    }

    private func withArena<Result>(
        _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        arena.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}

extension GatewaySession {
    func add(_ next: Pending) { pending.append(next) }

    func note(_ event: GatewayEvent.Name, at instant: RunInstant, turn: Int) {
        add(.note(GatewayEvent(call: call, turn: turn, event: event, at: instant)))
    }

    /// Keeps bytes until they are polled.
    func keep(_ bytes: UnsafeRawBufferPointer) -> Range<Int> {
        let start = arena.count
        arena.append(contentsOf: bytes)
        return start..<arena.count
    }

    func sawCaller(at now: RunInstant) { lastSign = max(lastSign, now) }

    func countEdgeProblem(at now: RunInstant) {
        counts.edgeProblems += 1
        if counts.edgeProblems >= limits.problems { finish(.garbage, at: now) }
    }

    func countUpstreamProblem(at now: RunInstant) {
        counts.upstreamProblems += 1
        if counts.upstreamProblems >= limits.problems { finish(.garbage, at: now) }
    }

    /// The caller's connection is gone.
    package func closed(at now: RunInstant) { finish(.disconnected, at: now) }

    /// The agent could not be reached, or its connection was lost.
    ///
    /// - Parameter reason: kept as ``failure``.
    package func upstreamFailed(_ reason: String, at now: RunInstant) {
        guard end == nil else { return }
        failure = reason
        isOpen = false
        finish(.upstream, at: now)
    }

    func finish(_ reason: GatewayEnd, at now: RunInstant) {
        guard end == nil else { return }
        if let event = talkspurts.end() { note(event) }
        if let stopped = downlink.stop(isOrdered: true) {
            counts.downCut += stopped.cut
            noteEnd(of: stopped.reply)
        }
        end = reason
        if reason != .disconnected, reason != .farewell { add(.goodbye(at: now)) }
        if isOpen { add(.closing) }
        add(
            .note(
                GatewayEvent(call: call, turn: 0, event: .callEnd, at: now, counts: counts)))
        add(.close(reason))
    }
}
