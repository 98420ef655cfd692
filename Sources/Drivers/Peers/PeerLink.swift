import CSockets
import Callers
import Dialects
import NIOCore
import NIOPosix
import Timeline
import WebRTCCore

/// What stands between a WebRTC call and its packets: its peer session, its signalling, and the
/// TCP connections to its relays.
///
/// Belongs to its event loop.
final class PeerLink {
    /// What happened outside the line's own socket.
    enum Event {
        case answered(String)
        case failed(CallFailure)
        /// A relay's connection brought something.
        case streamRead
    }

    /// What packets touch of the link, from its begin.
    static let nearBytes = 256

    let peer: PeerSession
    /// What they touch beside it, once there are keys.
    private var memoryOfArrivals = NearMemory()
    private var memoryOfFrames = NearMemory()
    /// The relay's connection that media take; `nil` where datagrams do.
    var streamRoute: Int?
    /// Where datagrams go, once a way was found.
    var remote: TransportAddress?
    private(set) var base: TransportAddress?
    private let signalling: SignallingClient
    private let streams: StreamLoop
    private let clock: MonotonicClock
    private let target: WebRTCTarget
    private let patience: Nanoseconds
    private var tell: ((Event) -> Void)?
    private var relays: [Int: RelayStream] = [:]
    private var hasOffered = false
    private var hasFurtherServers = false
    /// The answer named servers, whether or not their names are known yet.
    private var mayHearServers = false
    private let eventLoop: any EventLoop

    var setup = SetupTimes()
    private let whereabouts = Whereabouts()

    /// Whether the link is still there, for what may outlive it: a weak reference would make every
    /// use of the link slower.
    private final class Whereabouts {
        var link: Unmanaged<PeerLink>?
    }

    /// - Parameters:
    ///   - generator: draws what nobody may foresee.
    ///   - patience: how long signalling may take.
    init(
        target: WebRTCTarget, callName: String, ssrc: UInt32, context: DTLSContext,
        eventLoop: any EventLoop, streams: StreamLoop, clock: MonotonicClock,
        generator: SeededGenerator, patience: Nanoseconds
    ) {
        self.target = target
        self.eventLoop = eventLoop
        self.streams = streams
        self.clock = clock
        self.patience = patience
        peer = PeerSession(
            settings: target.settings, context: context, fingerprint: target.identity.fingerprint,
            ssrc: ssrc, name: "caller-\(ssrc)@talkover", isOfferer: true, generator: generator)
        signalling = SignallingClient(
            eventLoop: eventLoop, clock: clock, target: target.signalling, callName: callName)
        whereabouts.link = .passUnretained(self)
    }

    deinit { whereabouts.link = nil }

    /// There are keys now.
    func noteMemory() {
        guard let (outwards, inwards) = peer.passages else { return }
        memoryOfArrivals = NearMemory(peer, inwards)
        memoryOfFrames = NearMemory(peer, outwards)
    }

    /// What a turn touches beside the link itself.
    @inline(__always)
    func prefetch(_ turn: SessionTurn) {
        switch turn {
        case .arrival: memoryOfArrivals.prefetch()
        case .slot: memoryOfFrames.prefetch()
        }
    }

    /// - Parameter tell: hears of every event, on the event loop.
    func attach(base: TransportAddress, tell: @escaping (Event) -> Void) {
        self.base = base
        self.tell = tell
        connect(target.settings.servers, from: 0)
        // Where candidates can follow, the offer does not wait for servers to answer.
        if target.trickles { offer() }
    }

    /// Every candidate there will be has been found.
    func gathered() {
        offer()
        if target.trickles, hasServers {
            signalling.trickle(fragment: peer.fragment([]))
        }
    }

    /// A candidate that the offer may not have had.
    func found(_ candidate: ICECandidate) {
        guard hasOffered, target.trickles else { return }
        signalling.trickle(fragment: peer.fragment([candidate]))
    }

    private func offer() {
        guard !hasOffered else { return }
        hasOffered = true
        signalling.offer(peer.offer(), patience: patience) { [whereabouts] outcome in
            guard let link = whereabouts.link?.takeUnretainedValue() else { return }
            switch outcome {
            case .success(let (answer, times)):
                link.setup = times
                link.tell?(.answered(answer.sdp))
                link.ask(answer.iceServers)
            case .failure(let failure): link.tell?(.failed(failure))
            }
        }
    }

    /// What relays' connections bring now came after this.
    var previousLook: RunInstant { streams.previousLook }

    /// Whether everything that comes to the socket comes from the agent: ICE servers answer there.
    var hearsOnlyThePeer: Bool { !hasServers && !mayHearServers && streamRoute == nil }

    private var hasServers: Bool { !target.settings.servers.isEmpty || hasFurtherServers }

    /// Asks the servers that came with the answer, where candidates can still be told of and the
    /// path names none itself (RFC 9725 §4.6).
    private func ask(_ named: [SignallingICEServer]) {
        guard target.trickles, target.settings.servers.isEmpty, !named.isEmpty else { return }
        mayHearServers = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) {
            PeerSettings.Server.all(named)
        }.whenSuccess { found in
            let link = bound.value
            guard link.tell != nil, !found.isEmpty else { return }
            link.hasFurtherServers = true
            link.connect(found, from: 0)
            link.peer.gather(found, at: link.clock.now)
            link.tell?(.streamRead)
        }
    }

    private func connect(_ servers: [PeerSettings.Server], from first: Int) {
        for (index, server) in zip(first..., servers) where server.isTCP {
            let relay = RelayStream(server: server.address, streams: streams) {
                [whereabouts] event in
                whereabouts.link?.takeUnretainedValue().relay(index, event)
            }
            relays[index] = relay
            if let problem = relay.problem {
                peer.lost(
                    server: index, PeerFailure(code: "turn_unreachable", detail: problem))
            }
        }
    }

    private func relay(_ index: Int, _ event: RelayStream.Event) {
        switch event {
        case .read(let bytes): peer.receive(stream: bytes, server: index, now: clock.now)
        case .failed(let detail):
            peer.lost(server: index, PeerFailure(code: "turn_unreachable", detail: detail))
        }
        tell?(.streamRead)
    }

    /// Sends on the TCP connection to a relay.
    func send(_ bytes: UnsafeRawBufferPointer, server: Int) -> Bool {
        relays[server]?.send(bytes) ?? false
    }

    /// The line is closed: the agent is told, relays are let go.
    func close() {
        tell = nil
        // Outside of the tick: it may have to connect first.
        let bound = NIOLoopBound(signalling, eventLoop: eventLoop)
        eventLoop.execute { bound.value.end() }
        for relay in relays.values { relay.close() }
        relays = [:]
    }
}
