import Audio
import Dialects
import Timeline

/// Speaking on RTP: one packet in every slot, silence where there is nothing to say.
extension AgentSession {
    func sayPacket(in slot: RunInstant, at now: RunInstant) {
        guard let speech, case .slots(let ptime) = speech.pieces else {
            add(.packet(nil, index: 0, marker: false, slot: slot))
            return
        }
        let reply = speech.reply
        let index = Int(speech.position / ptime)
        guard index < reply.frameCount(of: ptime) else {  // its last packet has been played
            if events != nil {
                closeResponse(speech.number, cancelled: false)
                add(.event(.playbackStopped(speech.number)))
            }
            endSpeech()
            add(.packet(nil, index: 0, marker: false, slot: slot))
            return
        }
        add(.packet(reply, index: index, marker: speech.isFirst, slot: slot))
        if speech.isFirst {
            note(.replyFirstPacket, at: now, turn: speech.turn)
            add(.event(.playbackStarted(speech.number)))
            speech.isFirst = false
            speech.lag = now - slot
        }
        let start = speech.position
        let plays = slot + speech.lag
        speech.position += ptime
        speech.lastPacket = now
        let audible = reply.audible
        if !speech.isFirstAudibleKnown, audible.first < speech.position, audible.first >= start {
            note(.replyFirstAudible, at: plays + (audible.first - start), turn: speech.turn)
            speech.isFirstAudibleKnown = true
        }
        if let last = audible.last(before: speech.position - reply.held),
            last >= start - reply.held
        {
            speech.lastAudible = plays + (last - start)
        }
    }
}
