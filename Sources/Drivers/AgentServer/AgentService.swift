import Dialects
import Logging
import NIOConcurrencyHelpers
import Planning
import ReferenceAgent
import Timeline

/// What the connections of an agent have in common, whichever loop they are on.
final class AgentService: Sendable {
    let clock: MonotonicClock
    /// What it says and when; `nil` where callers are handed on to another agent.
    struct Voice: Sendable {
        var behaviour: AgentBehaviour
        var library: ReplyLibrary
        var crowd: AgentCrowd?
    }

    /// What connections prove with who this is; `nil` on plain TCP.
    let security: TLSContext?
    private let voice: Voice?
    private let options: AgentServer.Options
    private let logger: Logger
    private let connections = NIOLockedValueBox(0)
    private let unnamed = NIOLockedValueBox(UInt64(0))
    private let installed: NIOLockedValueBox<(any PeerReception)?>

    init(
        voice: Voice?, options: AgentServer.Options, clock: MonotonicClock, logger: Logger,
        security: TLSContext? = nil
    ) {
        self.voice = voice
        self.security = security
        self.options = options
        self.clock = clock
        self.logger = logger
        installed = NIOLockedValueBox(options.reception)
    }

    /// Who takes WebRTC calls; `nil` refuses them.
    var reception: (any PeerReception)? {
        get { installed.withLockedValue { $0 } }
        set { installed.withLockedValue { $0 = newValue } }
    }

    /// Counts a connection in; false when there are too many.
    func admit() -> Bool {
        let isAdmitted = connections.withLockedValue { count in
            guard count < options.connections else { return false }
            count += 1
            return true
        }
        if !isAdmitted { logger.debug("connection refused: too many") }
        return isAdmitted
    }

    /// An admitted connection is gone.
    func dismiss() { connections.withLockedValue { $0 -= 1 } }

    /// - Returns: `nil` where this server has no voice of its own.
    func makeSession(_ kind: DialectKind, callName: String?) -> AgentSession? {
        makeSession(.webSocket(kind), callName: callName)
    }

    func makeSession(_ line: AgentLine, callName: String?) -> AgentSession? {
        guard let voice else { return nil }
        let (name, number) = identity(callName)
        logger.debug("call begins", metadata: ["call": "\(name)"])
        return AgentSession(
            line: line, call: name, number: number, behaviour: voice.behaviour,
            library: voice.library, limits: options.limits.session, crowd: voice.crowd,
            at: clock.now
        )
    }

    /// What a call is named in the truth log, and the number its draws go by.
    func identity(_ callName: String?) -> (name: String, number: UInt64) {
        if let name = callName, Self.isName(name) {
            if let wireID = UInt32(name) {
                return (name, AgentSession.number(ofWireID: wireID))
            }
            return (name, FNV1a.hash(name.utf8))
        }
        let number = unnamed.withLockedValue { next in
            defer { next += 1 }
            return next
        }
        return ("caller-\(number)", number)
    }

    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
