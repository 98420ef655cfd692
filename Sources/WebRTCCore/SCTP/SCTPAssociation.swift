import Timeline

/// One SCTP association over DTLS (RFC 9260, RFC 8261): reliable messages on numbered streams.
///
/// What goes out is built when asked for, into the buffer that is lent. There is no cookie to
/// be verified: DTLS has told who the peer is and that it is there, which is all that RFC 9260's
/// sealed cookie proves. So the side that answers an INIT keeps what it said, once, and the
/// cookie is a number drawn to tell one answer from another.
struct SCTPAssociation {
    enum State: Equatable {
        case closed, cookieWait, cookieEchoed, established
        case shutdownPending, shutdownSent, shutdownReceived, shutdownAckSent
        case ended
    }

    enum Event: Equatable {
        case established
        case message(SCTPMessage)
        /// The peer began streams anew; all of them if none is named.
        case streamsReset([UInt16])
        /// The peer has agreed that this side began a stream anew.
        case resetDone(UInt16)
        case streamRefused(UInt16)
        case ended
        case failed(DataChannelFailure)
    }

    struct Settings {
        var localPort: UInt16
        var remotePort: UInt16
        /// Of a packet with its common header.
        var maxPacket: Int
        /// Of a message received.
        var maxMessageSize: Int
    }

    /// Announced both ways; a browser counts as far.
    static let streams: UInt16 = 1_024
    /// Of what the peer may have sent that cannot be handed over yet.
    static let receiveWindow = 256 * 1_024
    /// The next fragment in line is taken even beyond the window, which else might never empty.
    static let hardLimit = receiveWindow + 128 * 1_024

    let settings: Settings
    let localTag: UInt32
    let cookie: UInt64
    let localTSN: UInt32

    var state = State.closed
    var peerTag: UInt32 = 0
    /// What the last INIT said; its answer's cookie stands for it.
    var offer: SCTPInitiation?
    /// The peer's cookie, until it has been accepted.
    var echo: [UInt8] = []

    var received = ReceivedTSNs(first: 0)
    var reassembly: SCTPReassembly
    var queue = SCTPSendQueue()
    var flight: SCTPFlight
    var roundTrip = SCTPRoundTrip()
    var congestion: SCTPCongestion
    var reset = SCTPStreamReset()
    /// What the peer would still take, as of its last word.
    var peerWindow = 0
    var peerStreams: UInt16 = 0
    /// Bytes of messages appended and not yet acknowledged.
    var buffered = 0

    var timers = SCTPTimers()
    /// Expiries since the peer's last sign of life.
    var failures = 0
    var isSackDue = false
    var packetsSinceSack = 0
    var isFastRetransmitDue = false
    var lastSentAt = RunInstant.zero
    var heartbeat: (nonce: UInt64, sentAt: RunInstant)?

    /// Chunks ready to go, each whole with its padding.
    var control: [[UInt8]] = []
    var pending = PendingPackets()
    var events = SCTPQueue<Event>()
    /// Packets and chunks that were not what they should be.
    var refused = 0
    var generator: SeededGenerator

    /// Packets of one chunk each that cannot share one with others.
    struct PendingPackets {
        var isInitDue = false
        var isInitAckDue = false
        /// ABORT, as the last thing that is said.
        var farewell: (cause: UInt16, text: String)?
        /// SHUTDOWN COMPLETE, also after the end.
        var isShutdownCompleteDue = false
    }

    init(settings: Settings, generator: SeededGenerator) {
        var generator = generator
        self.settings = settings
        localTag = UInt32(truncatingIfNeeded: generator.next()) | 1
        localTSN = UInt32(truncatingIfNeeded: generator.next())
        cookie = generator.next()
        self.generator = generator
        flight = SCTPFlight(firstTSN: localTSN)
        congestion = SCTPCongestion(packet: settings.maxPacket, peerWindow: 0)
        reassembly = SCTPReassembly(maxMessageSize: settings.maxMessageSize)
    }

    /// Whether messages can still be appended.
    var takesMessages: Bool {
        switch state {
        case .closed, .cookieWait, .cookieEchoed, .established: true
        case .shutdownPending, .shutdownSent, .shutdownReceived, .shutdownAckSent, .ended: false
        }
    }

    var carriesData: Bool {
        switch state {
        case .established, .shutdownPending, .shutdownReceived: true
        case .closed, .cookieWait, .cookieEchoed, .shutdownSent, .shutdownAckSent, .ended: false
        }
    }

    /// What the peer may still send, a whole window where nothing waits.
    var localWindow: UInt32 { UInt32(max(0, Self.receiveWindow - reassembly.held)) }

    mutating func append(
        _ bytes: [UInt8], stream: UInt16, payloadType: UInt32, isUnordered: Bool
    ) {
        buffered += bytes.count
        queue.append(bytes, stream: stream, payloadType: payloadType, isUnordered: isUnordered)
    }

    /// Ends it at once: nothing more is sent but, perhaps, an ABORT.
    mutating func fail(
        _ code: DataChannelFailure.Code, _ message: String, cause: UInt16? = nil
    ) {
        guard state != .ended else { return }
        if let cause { pending.farewell = (cause, message) }
        end()
        events.append(.failed(DataChannelFailure(code: code, message: message)))
    }

    mutating func finish() {
        guard state != .ended else { return }
        end()
        events.append(.ended)
    }

    private mutating func end() {
        state = .ended
        timers = SCTPTimers()
        queue.removeAll()
        flight = SCTPFlight(firstTSN: flight.nextTSN)
        reassembly = SCTPReassembly(maxMessageSize: settings.maxMessageSize)
        control = []
        isSackDue = false
        pending.isInitDue = false
        pending.isInitAckDue = false
        buffered = 0
    }

    mutating func deliverReady() {
        for message in reassembly.takeReady() { events.append(.message(message)) }
    }
}
