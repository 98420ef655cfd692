import Audio
package import Dialects
package import Timeline

/// What comes from the agent, and how it is played.
extension GatewaySession {
    /// The agent's WebSocket is open: its session is configured, and what was held leaves.
    package func upstreamOpened(at now: RunInstant) {
        guard end == nil, !isOpen else { return }
        isOpen = true
        add(.opening)
        for event in heldEvents { event.withUnsafeBytes { add(.event(keep($0))) } }
        heldEvents = []
        heldEventBytes = 0
        held.release { frame, octet, verdict in forward(frame, octet, verdict, at: now) }
    }

    /// Takes a message of the agent.
    ///
    /// - Parameter arrived: when it was read; the log has this instant.
    package func upstreamReceived(
        _ form: MessageForm, message: UnsafeRawBufferPointer, arrived: RunInstant, now: RunInstant
    ) {
        guard end == nil else { return }
        audio.removeAll(keepingCapacity: audio.capacity <= 64 << 10)
        let news: AgentMessage
        do throws(DialectProblem) {
            news = try dialect.decode(form, message, audio: &audio)
        } catch {
            return countUpstreamProblem(at: now)
        }
        switch news {
        case .audio(let reply): take(reply, level: nil, arrived: arrived, now: now)
        case .leveledAudio(let reply, let level):
            take(reply, level: level, arrived: arrived, now: now)
        default:
            act(on: news, arrived: arrived, now: now)
            if form == .text { pass(event: message, at: now) }
        }
    }

    private func act(on news: AgentMessage, arrived: RunInstant, now: RunInstant) {
        switch news {
        case .audio, .leveledAudio, .ignored: break
        case .ready(let flushes): flushesOnSpeech = flushes
        case .replyStarted(let reply): downlink.begin(reply)
        case .speechStarted: if flushesOnSpeech { stop(isOrdered: false, at: arrived) }
        case .speechStopped: downlink.callerFellSilent()
        case .clear: stop(isOrdered: true, at: arrived)
        case .replyEnded(let reply, cancelled: true):
            if downlink.queue.last?.tag == reply { stop(isOrdered: true, at: arrived) }
        case .replyEnded(let reply, cancelled: false): downlink.end(reply)
        case .failure: countUpstreamProblem(at: now)
        }
    }

    private func take(_ reply: ReplyTag, level: UInt8?, arrived: RunInstant, now: RunInstant) {
        guard !audio.isEmpty else { return }
        guard let length = downlink.length(of: audio) else {
            return countUpstreamProblem(at: now)
        }
        guard !downlink.givenUp.contains(reply) else {
            counts.stale += length
            return
        }
        if let number = downlink.begins(reply, at: arrived) {
            note(.upstreamFirstAudio, at: arrived, turn: number)
        }
        let (isFirstAudible, dropped) = downlink.append(
            audio, length: length, level: level, at: arrived)
        counts.downDropped += dropped
        if isFirstAudible, let number = downlink.queue.last?.number {
            note(.upstreamFirstAudible, at: arrived, turn: number)
        }
    }

    /// Hands an event of the agent on to a caller who has a channel for it.
    private func pass(event: UnsafeRawBufferPointer, at now: RunInstant) {
        guard edge.hasEvents, end == nil else { return }
        guard event.count <= limits.event else { return countUpstreamProblem(at: now) }
        add(.edgeEvent(keep(event)))
    }

    private func stop(isOrdered: Bool, at arrived: RunInstant) {
        guard let stopped = downlink.stop(isOrdered: isOrdered) else { return }
        if !stopped.wasOver { note(.upstreamStop, at: arrived, turn: stopped.reply.number) }
        settle(stopped, at: arrived)
    }

    /// Accounts for a reply that was stopped, and tells the agent how far it was heard.
    func settle(_ stopped: Downlink.Stopped, at now: RunInstant) {
        counts.downCut += stopped.cut
        noteEnd(of: stopped.reply)
        announce(
            stopped.wasOver
                ? #"{"type":"output_audio_buffer.stopped"}"#
                : #"{"type":"output_audio_buffer.cleared"}"#)
        guard !stopped.wasOver, isOpen else { return }
        add(.truncation(playedMs: Int(stopped.played / .milliseconds(1))))
    }

    /// Tells the caller what becomes of playback, which is the gateway's here.
    private func announce(_ event: StaticString) {
        if announcesPlayback { add(.playback(event)) }
    }

    func noteEnd(of reply: GatewayReply) {
        guard let last = reply.lastAudible else { return }
        note(.downLastAudible, at: last, turn: reply.number)
    }

    /// Sends the packet of a slot.
    func play(in slot: RunInstant, at now: RunInstant) {
        var place = 0..<0
        let played = downlink.play(
            at: now, counts: &counts,
            over: { reply in
                noteEnd(of: reply)
                announce(#"{"type":"output_audio_buffer.stopped"}"#)
            },
            { frame, _ in place = keep(frame) })
        guard case .audio(let isFirst, let octet) = played else {
            return add(.silence(slot: slot))
        }
        add(.packet(place, octet: octet, marker: isFirst, slot: slot))
        if isFirst { announce(#"{"type":"output_audio_buffer.started"}"#) }
        guard SpeechMeter.judge(level: octet & 0x7F, length: edge.ptime).isVoiced,
            let number = downlink.queue.first?.number
        else { return }
        if downlink.heard(at: now) { note(.downFirstAudible, at: now, turn: number) }
    }
}
