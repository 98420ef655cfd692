import Audio
import Timeline

/// The caller's packets on their way to the agent: in order, whole in time, in its codec.
///
/// The agent gets as much audio as the caller's timestamps span: what was lost is concealed,
/// what was never sent (discontinuous transmission) is silence. Silence goes out while it
/// lasts, ``GatewayLimits/silenceAfter`` behind the caller, so that an agent that counts
/// samples notices that the caller has stopped. Should packets turn out to have been late, they
/// are forwarded all the same: the agent gets more time then, never less.
struct Uplink {
    /// What goes to the agent in one message.
    typealias Forward = (UnsafeRawBufferPointer, UInt8, SpeechMeter.Verdict) -> Void

    private let codec: CodecName
    private let ptime: Nanoseconds
    private let interval: Nanoseconds
    private let silenceAfter: Nanoseconds
    private let longestFill: Nanoseconds
    private var window: ReorderWindow
    private var transcoder: Transcoder
    private var meter: SpeechMeter
    /// Of what has not been forwarded yet.
    private var verdict = SpeechMeter.Verdict()
    /// Timestamp of the next sample.
    private var nextTimestamp: UInt32?
    private var missing = 0
    /// When silence is to stand in for the next packet.
    private var silenceDue: RunInstant?

    /// Concealment is worth no more than this; beyond, silence.
    private static let longestConcealment = Nanoseconds.milliseconds(60)
    /// A jump of timestamps beyond this is a new stream.
    private static let longestJump = Nanoseconds.seconds(30)

    init(
        edge: GatewayEdge, upstream: GatewayUpstream, limits: GatewayLimits
    ) throws(CodecProblem) {
        codec = edge.codec
        ptime = edge.ptime
        interval = upstream.interval
        silenceAfter = max(limits.silenceAfter, edge.ptime)
        longestFill = limits.held
        window = ReorderWindow(limits: limits)
        transcoder = try Transcoder(
            from: edge.codec, ptime: edge.ptime, to: upstream.codec, frame: upstream.interval)
        meter = SpeechMeter(codec: edge.codec)
    }

    /// The caller begins a new stream.
    mutating func restart() {
        window.reset()
        nextTimestamp = nil
    }

    /// Takes a packet, and forwards what is in order.
    ///
    /// - Parameter payload: empty for packets that are no audio but have a number.
    mutating func receive(
        sequence: UInt16, timestamp: UInt32, octet: UInt8?, payload: UnsafeRawBufferPointer,
        at now: RunInstant, counts: inout GatewayCounts, _ forward: Forward
    ) {
        guard
            window.insert(
                sequence: sequence, timestamp: timestamp, octet: octet, payload: payload, at: now)
        else {
            counts.upLate += 1
            return
        }
        if !payload.isEmpty { silenceDue = now + ptime + silenceAfter }
        drain(at: now, &counts, forward)
    }

    /// When ``tick(at:counts:_:)`` is due.
    var wake: RunInstant? {
        guard let due = window.due else { return silenceDue }
        return silenceDue.map { min($0, due) } ?? due
    }

    /// Gives up on what is missing, and stands in for a caller who does not send.
    mutating func tick(at now: RunInstant, counts: inout GatewayCounts, _ forward: Forward) {
        drain(at: now, &counts, forward)
        guard var due = silenceDue, now >= due else { return }
        due = max(due, now - longestFill)  // what a stalled gateway has missed is bounded
        while now >= due {
            fill(ptime, counts: &counts)
            nextTimestamp = nextTimestamp.map { $0 &+ ticks(ptime) }
            due += ptime
        }
        silenceDue = due
        emit(counts: &counts, forward)
    }

    private mutating func drain(
        at now: RunInstant, _ counts: inout GatewayCounts, _ forward: Forward
    ) {
        while let taken = window.take(at: now) {
            missing += taken.missing
            counts.upLost += taken.missing
            take(taken, &counts, forward)
        }
    }

    private mutating func take(
        _ taken: ReorderWindow.Taken, _ counts: inout GatewayCounts, _ forward: Forward
    ) {
        let length = window.withPayload(taken) { payload in
            payload.isEmpty ? Nanoseconds.zero : Transcoder.duration(payload, codec)
        }
        guard let length, length <= .seconds(1) else {
            counts.edgeProblems += 1
            missing += 1
            return
        }
        guard length > .zero else { return }
        bridge(to: taken.timestamp, &counts)
        let isAligned = transcoder.pending == .zero
        let isMeasured = taken.octet == nil
        let isTaken = window.withPayload(taken) {
            transcoder.push($0, octet: taken.octet, isMeasured: isMeasured)
        }
        guard isTaken else {
            counts.edgeProblems += 1
            missing += 1
            return
        }
        nextTimestamp = taken.timestamp &+ ticks(length)
        counts.upPackets += 1
        note(taken, length)
        // Packets that pass untouched have their levels with them.
        let isWhole = transcoder.way != .packets && isAligned && length == interval
        emit(octet: isWhole ? taken.octet : nil, counts: &counts, forward)
    }

    /// Stands in for what is missing between the last packet and one with this timestamp.
    private mutating func bridge(to timestamp: UInt32, _ counts: inout GatewayCounts) {
        defer { missing = 0 }
        guard let nextTimestamp else { return }
        let gap = Nanoseconds(
            samples: Int(Int32(bitPattern: timestamp &- nextTimestamp)), rate: codec.sampleRate)
        guard gap > .zero, gap <= Self.longestJump else { return }
        let span = min(gap, longestFill)
        let concealed = min(span, Self.longestConcealment, ptime * missing)
        if concealed > .zero {
            transcoder.conceal(concealed)
            counts.upFilled += concealed
        }
        fill(span - concealed, counts: &counts)
    }

    private mutating func fill(_ span: Nanoseconds, counts: inout GatewayCounts) {
        transcoder.fill(span)
        counts.upFilled += span
    }

    /// Judges the packet that was pushed last.
    private mutating func note(_ taken: ReorderWindow.Taken, _ length: Nanoseconds) {
        let heard: SpeechMeter.Verdict
        if let octet = taken.octet {
            heard = SpeechMeter.judge(level: octet & 0x7F, length: length)
        } else if codec == .opus {
            heard = transcoder.withDecoded { meter.hear($0) }
        } else {
            heard = window.withPayload(taken) { meter.hear($0) }
        }
        verdict.isVoiced = verdict.isVoiced || heard.isVoiced
        verdict.isTail = verdict.isTail || heard.isTail
    }

    private mutating func emit(
        octet: UInt8? = nil, counts: inout GatewayCounts, _ forward: Forward
    ) {
        guard transcoder.isReady else { return }
        let verdict = verdict
        self.verdict = SpeechMeter.Verdict()
        while transcoder.isReady {
            transcoder.next { frame, level in forward(frame, octet ?? level, verdict) }
            counts.upMessages += 1
        }
    }

    private func ticks(_ span: Nanoseconds) -> UInt32 {
        UInt32(truncatingIfNeeded: span.samples(rate: codec.sampleRate))
    }
}
