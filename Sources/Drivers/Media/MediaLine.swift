import CSockets
import Timeline

/// One caller's UDP line: its socket, its peer, and what became of its datagrams.
///
/// What every packet touches stands first.
struct MediaLine<Session: LineSession> {
    /// What every packet touches, in bytes from the begin.
    static var nearBytes: Int { 160 }

    /// `nil` in a place that is free.
    var session: Session? {
        didSet {
            sessionAddress = session.map {
                UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque())
            }
        }
    }
    /// The session's, so that its memory can be asked for: to hold it would be to wait for it.
    private(set) var sessionAddress: UnsafeRawPointer?
    /// What stands between the call and its packets on WebRTC; `nil` on plain RTP.
    var link: PeerLink? { didSet { unheldLink = link.map(Unmanaged.passUnretained) } }
    /// The same, to be asked for its memory.
    private(set) var unheldLink: Unmanaged<PeerLink>?
    /// Whether frames are due: at once on plain RTP, once media can flow on WebRTC.
    var isConnected = false
    /// Whether the socket is connected, so that it hears the peer alone, and read in the call's slots.
    var isLatched = false
    var descriptor: Int32 = -1
    /// Counts the lines that had this place.
    var generation: UInt32 = 0
    var path = 0
    var interval = Nanoseconds.zero
    var nextSlot = RunInstant.zero
    /// The call's, to be known without touching it.
    var restsUntil = RunInstant.zero
    /// What the call says until then.
    var ahead = FramesAhead()
    /// Reports of an unreachable peer since the last datagram that came from it.
    var refusals = 0
    var firstSlot = RunInstant.zero
    var firstRefusal = RunInstant.zero
    /// Datagrams from addresses that are not the peer's, or too large for a packet.
    var turnedAway = 0
    /// Where packets go; on WebRTC, once a way was found.
    var peer = talkover_address()
}
