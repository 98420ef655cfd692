import Audio
import Dialects
import RTPCore
package import Timeline

/// What comes from the caller.
extension GatewaySession {
    /// Takes a datagram of the caller, in the clear: RTP or RTCP.
    ///
    /// - Parameters:
    ///   - arrived: the kernel's arrival time; reports count from it.
    ///   - now: when what is in it leaves for the agent.
    package func receive(
        datagram: UnsafeRawBufferPointer, arrived: RunInstant, now: RunInstant
    ) {
        guard end == nil else { return }
        switch line.receive(datagram, arrived: arrived) {
        case .nothing: break
        case .problem: countEdgeProblem(at: now)
        case .stray: counts.upLate += 1
        case .report: sawCaller(at: now)
        case .goodbye: finish(.farewell, at: now)
        case .media(let packet, let isRestart):
            sawCaller(at: now)
            if isRestart { uplink.restart() }
            take(packet, of: datagram, at: now)
        }
    }

    private func take(_ packet: RTPPacket, of datagram: UnsafeRawBufferPointer, at now: RunInstant)
    {
        // Comfort noise, digits: no audio of this stream, and no gap in its numbers.
        let isAudio = packet.header.payloadType == edge.payloadType
        let place = isAudio ? packet.payload : packet.payload.prefix(0)
        uplink.receive(
            sequence: packet.header.sequence, timestamp: packet.header.timestamp,
            octet: line.octet(packet, in: datagram),
            payload: UnsafeRawBufferPointer(rebasing: datagram[place]),
            at: now, counts: &counts
        ) { frame, octet, verdict in
            forward(frame, octet, verdict, at: now)
        }
        counts.upDropped = held.dropped
        if counts.edgeProblems >= limits.problems { finish(.garbage, at: now) }
    }

    /// Sends a frame to the agent, or holds it until there is one.
    func forward(
        _ frame: UnsafeRawBufferPointer, _ octet: UInt8, _ verdict: SpeechMeter.Verdict,
        at now: RunInstant
    ) {
        guard isOpen else {
            return held.append(
                frame, octet: octet, verdict: verdict, length: interval, limit: limits.held)
        }
        add(.audio(keep(frame), octet: octet))
        if let event = talkspurts.left(verdict, length: interval, at: now) { note(event) }
    }

    func note(_ event: TalkspurtWatch.Event) {
        switch event {
        case .started(let turn, let instant): note(.upSpeechStart, at: instant, turn: turn)
        case .ended(let turn, let instant): note(.upSpeechEnd, at: instant, turn: turn)
        }
    }

    /// Takes an event of the caller from the data channel.
    ///
    /// It goes to the agent as it is, but for what would change the audio between agent and
    /// gateway: see ``CallerEventRule``. Events before the upstream is open are held.
    package func receiveEdge(event: UnsafeRawBufferPointer, now: RunInstant) {
        guard end == nil else { return }
        guard edge.hasEvents, event.count <= limits.event else {
            return countEdgeProblem(at: now)
        }
        switch CallerEventRule.judge(event) {
        case .refuse: countEdgeProblem(at: now)
        case .clear:
            if let stopped = downlink.stop(isOrdered: false) { settle(stopped, at: now) }
        case .forward: forward(event: event, at: now)
        case .replace(let bytes): bytes.withUnsafeBytes { forward(event: $0, at: now) }
        }
    }

    private func forward(event: UnsafeRawBufferPointer, at now: RunInstant) {
        guard isOpen else {
            guard heldEvents.count < limits.heldEvents,
                heldEventBytes + event.count <= limits.event
            else { return countEdgeProblem(at: now) }
            heldEvents.append(Array(event))
            heldEventBytes += event.count
            return
        }
        add(.event(keep(event)))
    }
}
