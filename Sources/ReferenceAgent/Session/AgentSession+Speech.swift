import Dialects
import Timeline

/// Ending, cutting and ducking a reply, on either kind of line.
extension AgentSession {
    /// The reply has been played to its end.
    func endSpeech() {
        guard let speech else { return }
        noteEnd(of: speech)
        self.speech = nil
        conversation.replyEnded()
    }

    /// Nothing more of the reply leaves.
    ///
    /// - Parameter isFlushed: what was sent and not played yet is never played. Only for RTP,
    ///   where nothing is sent ahead, it makes no difference.
    func cutSpeech(at now: RunInstant, isFlushed: Bool) {
        guard let speech else { return }
        if case .slots = speech.pieces {
            noteEnd(of: speech)
            if events != nil {
                closeResponse(speech.number, cancelled: true)
                add(.event(.clear(speech.number)))
            }
        } else {
            settleAudible(speech, until: isFlushed ? now : speech.clock.end)
            noteEnd(of: speech)
            if !speech.isAllSent { closeResponse(speech.number, cancelled: true) }
            if isFlushed { add(.event(.clear(speech.number))) }
        }
        self.speech = nil
        conversation.replyEnded()
    }

    /// The reply goes on, quieter: on WebSocket, what is unplayed is taken back and sent anew.
    func duckSpeech(at now: RunInstant) {
        guard let speech else { return }
        if case .slots = speech.pieces {
            speech.duck()
        } else {
            settleAudible(speech, until: now)  // of the reply as it was until now
            speech.duck()
            settleAudible(speech, until: now)
            let played = speech.clock.position(at: now) ?? speech.position
            if !speech.isAllSent { closeResponse(speech.number, cancelled: true) }
            add(.event(.clear(speech.number)))
            speech.restart(from: wholeFrames(played, of: speech.pieces), at: now)
            announceReply(at: now)
        }
    }

    private func wholeFrames(_ place: Nanoseconds, of pieces: Speech.Pieces) -> Nanoseconds {
        guard case .frames(let interval, _, _) = pieces else { return place }
        return interval * Int(place / interval)
    }

    private func noteEnd(of speech: Speech) {
        if let audible = speech.lastAudible {
            note(.replyLastAudible, at: audible, turn: speech.turn)
        }
        if let packet = speech.lastPacket {
            note(.replyLastPacket, at: packet, turn: speech.turn)
        }
    }
}
