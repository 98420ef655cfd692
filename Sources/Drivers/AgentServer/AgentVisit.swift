import Dialects
import NIOCore

/// A conversation over plain HTTP with one connection of the agent: the page, and signalling.
///
/// One request after the other; what is sent ahead waits. Belongs to its worker's event loop.
final class AgentVisit {
    private enum Stage {
        case asking
        /// The body of a request is under way.
        case reading(Request, length: Int)
        /// The reception has been asked, for a visitor who wants it said in a shape.
        case waiting(Request, token: UInt64)
        case over
    }

    private struct Request {
        var head: HTTPHead
        var place: Place
        var method: String
        var answer: VisitAnswer
        var body: [UInt8] = []
    }

    private enum Place {
        case page
        case signalling(SignallingAgent.Place)

        var methods: String {
            switch self {
            case .page: "GET, HEAD, OPTIONS"
            case .signalling(let place): place.methods
            }
        }

        var mediaTypes: [String] {
            switch self {
            case .page: []
            case .signalling(let place): place.mediaTypes
            }
        }
    }

    /// Bytes sent ahead of an answer that are kept.
    private static let aheadBound = SignallingBounds.body + HeadReader.bound

    private unowned let caller: AgentCaller
    private unowned let worker: AgentWorker
    private let local: PeerAddress?
    private var stage = Stage.asking
    private var reader = HeadReader()
    private var ahead: [UInt8] = []

    /// - Parameter local: this host as the visitor reached it.
    init(caller: AgentCaller, worker: AgentWorker, local: PeerAddress?) {
        self.caller = caller
        self.worker = worker
        self.local = local
    }

    /// Whether a request is for a place where plain HTTP is spoken.
    static func isMeant(by head: HTTPHead) -> Bool {
        head.request.map { place($0.target) != nil } ?? false
    }

    private static func place(_ target: Substring) -> Place? {
        if target.prefix(while: { $0 != "?" }) == "/" { return .page }
        return SignallingAgent.place(target).map { .signalling($0) }
    }

    // MARK: Reading

    /// Takes bytes of the connection.
    func take(_ rest: inout UnsafeMutableRawBufferPointer) {
        while !rest.isEmpty {
            switch stage {
            case .asking:
                do throws(HeadReader.Problem) {
                    guard let head = try reader.take(&rest) else { return }
                    begin(head)
                } catch {
                    refuse(.init(status: 400, message: "This is no HTTP request."))
                }
            case .reading(var request, let length):
                // Held twice, the body would be copied for each piece of it.
                stage = .over
                let piece = rest.prefix(length - request.body.count)
                request.body += piece
                rest = UnsafeMutableRawBufferPointer(rebasing: rest[piece.count...])
                stage = .reading(request, length: length)
                if request.body.count == length { perform(request) }
            case .waiting:
                guard ahead.count + rest.count <= Self.aheadBound else {
                    caller.hangUp()
                    return
                }
                ahead += rest
                return
            case .over: return
            }
        }
    }

    /// Takes the head of a request.
    func begin(_ head: HTTPHead) {
        guard let (method, target) = head.request, let place = Self.place(target) else {
            refuse(.init(status: 404, message: "There is nothing here; / is a page."))
            return
        }
        let answer = VisitAnswer(
            to: head, methods: place.methods, mediaTypes: place.mediaTypes
        )
        var request = Request(head: head, place: place, method: String(method), answer: answer)
        let length: Int
        do throws(SignallingRefusal) {
            length = try Self.bodyLength(of: request)
        } catch {
            request.answer.isLast = true
            refuse(error, request.answer)
            return
        }
        guard length > 0 else {
            perform(request)
            return
        }
        if head.value("expect")?.lowercased() == "100-continue" {
            caller.say(interim: Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
        }
        stage = .reading(request, length: length)
    }

    /// Bytes of the request's body, once it is clear that it is wanted.
    private static func bodyLength(of request: Request) throws(SignallingRefusal) -> Int {
        guard request.answer.isAllowed else {
            throw .init(status: 403, message: "A page of another host may not call this agent.")
        }
        let length: Int
        switch request.head.bodyLength {
        case .known(let count): length = count
        case .unknown: length = 0
        case .broken: throw .init(status: 400, message: "Content-Length is no number of bytes.")
        case .chunked:
            throw .init(status: 411, message: "Send the body whole, with its Content-Length.")
        }
        switch request.place {
        case .signalling(let place) where request.method != "OPTIONS":
            try SignallingAgent.check(
                place, method: request.method, fields: request.head.fields, length: length
            )
        case .page where !["GET", "HEAD", "OPTIONS"].contains(request.method):
            let methods = request.place.methods
            throw .init(
                status: 405, message: "This place takes \(methods).", allowed: methods
            )
        case .signalling, .page:
            guard length <= SignallingBounds.body else {
                throw .init(status: 413, message: "No body is wanted here.")
            }
        }
        return length
    }

    // MARK: Answering

    private func perform(_ request: Request) {
        if request.method == "OPTIONS" {
            say(request.answer.bytes(request.answer.options), isLast: request.answer.isLast)
            return
        }
        switch request.place {
        case .page:
            let page = request.answer.bytes(
                AgentPage.response(), isHead: request.method == "HEAD"
            )
            say(page, isLast: request.answer.isLast)
        case .signalling(let place):
            do throws(SignallingRefusal) {
                ask(
                    try SignallingAgent.read(
                        place, fields: request.head.fields, body: request.body
                    ),
                    request
                )
            } catch {
                refuse(error, request.answer)
            }
        }
    }

    private func ask(_ call: SignallingAgent.Call, _ request: Request) {
        guard let reception = worker.service.reception else {
            refuse(
                .init(status: 503, message: "This agent takes no WebRTC calls."), request.answer
            )
            return
        }
        let (token, reply) = worker.enlist(caller)
        stage = .waiting(request, token: token)
        switch call {
        case .offer(let offer):
            let offered = PeerOffer(
                sdp: offer.sdp, callName: request.head.value("x-talkover-call"),
                session: offer.session, kind: offer.kind, local: local
            )
            reception.offer(offered) { result in
                switch result {
                case .success(let answer): reply(.taken(answer))
                case .failure(let refusal): reply(.refused(refusal))
                }
            }
        case .trickle(let id, let fragment):
            reception.trickle(id, fragment: fragment) { refusal in
                reply(refusal.map { .refused($0) } ?? .done(SignallingAgent.trickled))
            }
        case .end(let id):
            reception.end(id) { refusal in
                reply(refusal.map { .refused($0) } ?? .done(SignallingAgent.ended))
            }
        }
    }

    /// What the reception had to say.
    func answered(_ reply: PeerReply) {
        guard case .waiting(let request, _) = stage else { return }
        let response: SignallingResponse
        switch reply {
        case .taken(let answer):
            guard case .signalling(.offers(let kind)) = request.place else { return }
            response = SignallingAgent.taken(kind, sdp: answer.sdp, id: answer.id)
        case .done(let done): response = done
        case .refused(let refusal): response = refusal.response
        }
        say(request.answer.bytes(response), isLast: request.answer.isLast)
        // What came in the meantime.
        var waiting = ahead
        ahead = []
        waiting.withUnsafeMutableBytes { bytes in
            var rest = bytes
            take(&rest)
        }
    }

    private func refuse(_ refusal: SignallingRefusal, _ answer: VisitAnswer = .last) {
        say(answer.bytes(refusal.response), isLast: answer.isLast)
    }

    private func say(_ bytes: [UInt8], isLast: Bool) {
        stage = isLast ? .over : .asking
        caller.say(bytes, isLast: isLast)
    }

    // MARK: Ending

    /// The connection is given up: an answer that is still due is given as well as can be.
    func ranOutOfTime() {
        guard case .waiting(let request, let token) = stage else { return }
        worker.abandon(token)
        var answer = request.answer
        answer.isLast = true
        refuse(.init(status: 503, message: "The agent did not answer in time."), answer)
    }

    /// The connection is gone.
    func left() {
        if case .waiting(_, let token) = stage { worker.abandon(token) }
        stage = .over
    }
}
