import Audio
import Dialects
import Timeline

/// Speaking on a WebSocket: portions that leave at their own pace, faster than they are played.
extension AgentSession {
    /// Opens a response for the reply, or for what is left of it.
    func announceReply(at now: RunInstant) {
        guard let speech else { return }
        responses += 1
        speech.number = responses
        add(.event(.replyStarted(speech.number)))
        add(.event(.itemAdded(speech.number)))
        add(.event(.partAdded(speech.number)))
    }

    func closeResponse(_ number: UInt64, cancelled: Bool) {
        add(.event(.audioDone(number)))
        add(.event(.partDone(number)))
        add(.event(.itemDone(number)))
        add(.event(.replyEnded(number, cancelled: cancelled)))
    }

    /// Sends what is due, and ends the reply once it has been played.
    func streamSpeech(at now: RunInstant) {
        guard let speech else { return }
        while !speech.isAllSent, now >= speech.nextChunk { sendChunk(speech, at: now) }
        // Where it ends is asked when it ends; where it began is said as soon as it is known.
        if !speech.isFirstAudibleKnown { settleFirstAudible(speech, until: now) }
        guard speech.isAllSent, now >= speech.clock.end else { return }
        settleAudible(speech, until: now)
        endSpeech()
    }

    private func sendChunk(_ speech: Speech, at now: RunInstant) {
        let reply = speech.reply
        if speech.isFirst { note(.replyFirstPacket, at: now, turn: speech.turn) }
        speech.isFirst = false
        speech.lastPacket = now
        switch speech.pieces {
        case .slots: return
        case .frames(let interval, let perChunk, let every):
            let first = Int(speech.position / interval)
            let count = reply.frameCount(of: interval)
            let frames = first..<max(first, min(count, first + perChunk))
            for index in frames {
                add(.frame(reply, index: index, number: speech.number))
            }
            speech.advance(interval * frames.count, every: every, at: now)
            speech.isAllSent = frames.upperBound >= count
        case .samples(let chunk, let every):
            let end = min(reply.duration, speech.position + chunk)
            if end > speech.position {
                add(.samples(reply, from: speech.position, to: end, number: speech.number))
                speech.advance(end - speech.position, every: every, at: now)
            }
            speech.isAllSent = end >= reply.duration
        }
        if speech.isAllSent { closeResponse(speech.number, cancelled: false) }
    }

    /// Learns what has become audible of the reply by an instant, at which it may be flushed.
    func settleAudible(_ speech: Speech, until now: RunInstant) {
        guard let played = speech.clock.position(at: now) else { return }
        settleFirstAudible(speech, until: now)
        if let last = speech.reply.audible.last(before: played - speech.reply.held),
            let instant = speech.clock.instant(of: last)
        {
            speech.lastAudible = instant
        }
    }

    private func settleFirstAudible(_ speech: Speech, until now: RunInstant) {
        guard !speech.isFirstAudibleKnown,
            let place = speech.clock.sustained(from: speech.reply.audible.first),
            let first = speech.clock.instant(of: place), first <= now
        else { return }
        note(.replyFirstAudible, at: first, turn: speech.turn)
        speech.isFirstAudibleKnown = true
    }
}

extension Speech {
    /// A portion has left.
    fileprivate func advance(
        _ span: Nanoseconds, every: Nanoseconds, at now: RunInstant
    ) {
        position += span
        clock.send(span, at: now)
        nextChunk += every
    }
}
