import Audio
import Timeline

/// The player of a WebSocket path: everything received plays on at its own pace, without bound.
///
/// A piece plays at max(its arrival, end of the one before). A flush ends playback where it is
/// and forgets the rest. Sounds are kept as 10 ms envelopes or undecoded packets, not as samples.
struct PlaybackQueue {
    /// A stretch of received sound with its place in playback.
    struct Piece {
        let playsAt: RunInstant
        let length: Nanoseconds
        let arrived: RunInstant
        let sound: Sound

        var end: RunInstant { playsAt + length }
    }

    enum Sound {
        case frame(SoundFrame)
        /// Opus, kept by ``PacketShelf`` under this number, with its audio level.
        case packet(number: Int, level: UInt8)
    }

    /// What a flush threw away.
    struct Flushed: Equatable {
        /// Received and never played.
        var unplayed: Nanoseconds
    }

    /// Gaps shorter than this are the sender's rhythm, not an empty player.
    private let tolerance: Nanoseconds
    private var pieces = PieceRing()
    private(set) var playbackEnd: RunInstant?
    /// Since when playback has had no gap, the one before `playbackEnd`.
    private var unbrokenSince = RunInstant.zero
    /// How long, and how often, the queue ran dry within a reply.
    private(set) var underrun = Nanoseconds.zero
    private(set) var underruns = 0

    init(tolerance: Nanoseconds) { self.tolerance = tolerance }

    /// - Parameter continuing: whether this belongs to the reply that came before it, so that
    ///   a gap between them is an underrun.
    mutating func append(
        _ sound: Sound, length: Nanoseconds, arrived: RunInstant, continuing: Bool
    ) {
        let end = playbackEnd ?? arrived
        if continuing, playbackEnd != nil, arrived - end > tolerance {
            underrun += arrived - end
            underruns += 1
        }
        let playsAt = max(arrived, end)
        if playsAt > end || playbackEnd == nil { unbrokenSince = playsAt }
        pieces.append(Piece(playsAt: playsAt, length: length, arrived: arrived, sound: sound))
        playbackEnd = playsAt + length
    }

    /// The next piece that has played to its end by `now`.
    mutating func next(until now: RunInstant) -> Piece? {
        pieces.removeFirst { $0.end <= now }
    }

    /// The piece that is playing at `now`, half heard.
    var current: Piece? { pieces.first }

    /// Empties the queue at `now`; pieces that have played by then must have been taken before.
    mutating func flush(at now: RunInstant) -> Flushed {
        let unplayed = buffered(at: now)
        pieces.removeAll()
        playbackEnd = now
        unbrokenSince = now
        return Flushed(unplayed: unplayed)
    }

    /// Sound received and not yet played at `instant`, which may have been played since.
    func buffered(at instant: RunInstant) -> Nanoseconds {
        guard var end = playbackEnd else { return .zero }
        for place in stride(from: pieces.count - 1, through: 0, by: -1) {
            let piece = pieces[place]
            guard piece.arrived > instant else { break }
            end = piece.playsAt
        }
        return max(.zero, end - max(instant, unbrokenSince))
    }
}
