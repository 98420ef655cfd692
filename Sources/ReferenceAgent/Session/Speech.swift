import Timeline

/// A reply while it is being spoken: one session's own, looked at and changed in place.
final class Speech {
    /// In what portions it leaves.
    enum Pieces {
        /// One RTP packet in each slot.
        case slots(Nanoseconds)
        /// So many codec frames at a time, each a message.
        case frames(Nanoseconds, perChunk: Int, every: Nanoseconds)
        /// So many samples in a message.
        case samples(Nanoseconds, every: Nanoseconds)
    }

    let voice: ReplyLibrary.Voice
    let clip: Int
    /// The caller's turn that it answers.
    let turn: Int
    let pieces: Pieces
    /// What is spoken, ducked or not.
    private(set) var reply: Reply

    /// On WebSocket: names the response; counts on when a reply is sent anew.
    var number: UInt64 = 0
    /// Sent up to here.
    var position = Nanoseconds.zero
    /// On WebSocket: when what is sent is played.
    var clock = PlayoutClock(from: .zero)
    /// On WebSocket: when the next portion leaves.
    var nextChunk: RunInstant
    var isFirst = true
    /// On RTP: how long after its slot the first packet left, and with it the clock of all others.
    var lag = Nanoseconds.zero
    var isAllSent = false

    var isFirstAudibleKnown = false
    /// The last audible sample so far.
    var lastAudible: RunInstant?
    var lastPacket: RunInstant?

    init(
        voice: ReplyLibrary.Voice, clip: Int, turn: Int, pieces: Pieces, at now: RunInstant
    ) {
        self.voice = voice
        self.clip = clip
        self.turn = turn
        self.pieces = pieces
        nextChunk = now
        reply = voice.replies[clip]
    }

    /// Goes on attenuated, from `position` on.
    func duck() {
        if clip < voice.ducked.count { reply = voice.ducked[clip] }
    }

    /// Starts a new response at a place, as after a flush.
    func restart(from place: Nanoseconds, at now: RunInstant) {
        position = place
        clock = PlayoutClock(from: place)
        nextChunk = now
        isAllSent = false
    }

    /// On WebSocket: when there is something to do for it; on RTP, slots say.
    var wake: RunInstant? {
        if case .slots = pieces { return nil }
        return isAllSent ? clock.end : nextChunk
    }
}
