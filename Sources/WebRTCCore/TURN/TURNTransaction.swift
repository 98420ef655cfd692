import Timeline

/// What a client may ask its server for.
enum TURNRequest: Equatable {
    case allocate
    case refresh
    /// A refresh with lifetime 0.
    case release
    case permission(IPAddress)
    case channel(UInt16, TransportAddress)

    var method: STUNMethod {
        switch self {
        case .allocate: .allocate
        case .refresh, .release: .refresh
        case .permission: .createPermission
        case .channel: .channelBind
        }
    }

    var step: TURNFailure.Step {
        switch self {
        case .allocate: .allocate
        case .refresh, .release: .refresh
        case .permission: .permission
        case .channel: .channel
        }
    }
}

/// A request that waits for its response.
struct TURNTransaction {
    enum Step { case wait, sendAgain, giveUp }

    let id: STUNTransactionID
    let request: TURNRequest
    let bytes: [UInt8]
    /// How often the server has wanted another nonce, or credentials at all, for this request.
    let renewals: Int
    /// Whether credentials were sent along.
    let isSigned: Bool
    var isUnsent = true

    private enum Timer {
        case repeated(STUNRetransmission)
        case once(RunInstant)
    }
    private var timer: Timer

    init(
        _ request: TURNRequest, id: STUNTransactionID, bytes: [UInt8], isSigned: Bool,
        renewals: Int, over transport: TURNTransport, at now: RunInstant
    ) {
        self.id = id
        self.request = request
        self.bytes = bytes
        self.isSigned = isSigned
        self.renewals = renewals
        switch transport {
        case .udp: timer = .repeated(STUNRetransmission(start: now))
        // As long as all retransmissions over UDP take together (RFC 8489 §6.2.2).
        case .tcp: timer = .once(now + .milliseconds(39_500))
        }
    }

    var due: RunInstant {
        switch timer {
        case .repeated(let retransmission): retransmission.due
        case .once(let deadline): deadline
        }
    }

    mutating func step(at now: RunInstant) -> Step {
        switch timer {
        case .once(let deadline):
            return now >= deadline ? .giveUp : .wait
        case .repeated(var retransmission):
            let step = retransmission.step(at: now)
            timer = .repeated(retransmission)
            switch step {
            case .wait: return .wait
            case .sendAgain:
                isUnsent = true
                return .sendAgain
            case .giveUp: return .giveUp
            }
        }
    }
}
