import Callers
import Dialects
import NIOCore
import Timeline

/// One call's signalling: puts its offer, tells of candidates found later, ends it.
///
/// Belongs to its event loop. It keeps itself alive while something is under way.
final class SignallingClient {
    /// What came of the offer, and how long each phase took.
    typealias Outcome = Result<(SignallingAnswer, SetupTimes), CallFailure>

    private enum Stage { case idle, offering, answered, ending, over }

    /// How long an agent may take to be told that a call is over.
    private static let endPatience = TimeAmount.seconds(1)

    private let eventLoop: any EventLoop
    private let clock: MonotonicClock
    private let target: SignallingTarget
    private let callName: String
    private var caller: SignallingCaller
    private var stage = Stage.idle
    private var connection: SignallingConnection?
    private var setup = SetupTimes()
    private var offerBegan: RunInstant?
    private var deadline: Scheduled<Void>?
    private var outcome: ((Outcome) -> Void)?
    /// Fragments that wait for the answer, or for the one before.
    private var fragments: [String] = []
    private var isTrickling = false

    /// - Parameter callName: what the agent calls it by, as `X-Talkover-Call`.
    init(
        eventLoop: any EventLoop, clock: MonotonicClock, target: SignallingTarget,
        callName: String
    ) {
        self.eventLoop = eventLoop
        self.clock = clock
        self.target = target
        self.callName = callName
        caller = SignallingCaller(shape: target.shape, url: target.url, callName: callName)
    }

    // MARK: The offer

    /// Puts the offer.
    ///
    /// - Parameters:
    ///   - patience: for all of it, redirections too.
    ///   - then: hears once what came of it, unless ``end()`` or ``cancel()`` came first.
    func offer(_ sdp: String, patience: Nanoseconds, then: @escaping (Outcome) -> Void) {
        guard stage == .idle else { return }
        stage = .offering
        outcome = then
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        deadline = eventLoop.scheduleTask(in: .nanoseconds(patience.count)) {
            let client = bound.value
            let missing = client.connection?.missing ?? "the agent did not answer the offer"
            client.settle(.failure(.unanswered(missing, within: patience)))
        }
        put(caller.offer(sdp))
    }

    private func put(_ request: SignallingRequest) {
        carry(request) { [self] result in
            guard stage == .offering else { return }
            do throws(CallFailure) {
                try take(result.get(), to: request)
            } catch {
                settle(.failure(error))
            }
        }
    }

    private func take(
        _ response: SignallingResponse, to request: SignallingRequest
    ) throws(CallFailure) {
        let step: SignallingCaller.Step
        do throws(SignallingProblem) {
            step = try caller.receive(response, to: request)
        } catch {
            throw CallFailure(error)
        }
        switch step {
        case .redirected(let next): put(next)
        case .answered(let answer):
            if let offerBegan { setup.signalling = clock.now - offerBegan }
            settle(.success((answer, setup)))
        }
    }

    private func settle(_ result: Outcome) {
        guard stage == .offering else { return }
        deadline?.cancel()
        deadline = nil
        let outcome = outcome
        self.outcome = nil
        switch result {
        case .success: stage = .answered
        case .failure: cancel()
        }
        outcome?(result)
        trickleNext()
    }

    // MARK: Behind the offer

    /// Tells the agent of candidates found later, once it has answered and where it takes them.
    ///
    /// - Parameter fragment: as RFC 8840 §9 has it.
    func trickle(fragment: String) {
        guard stage == .offering || stage == .answered else { return }
        fragments.append(fragment)
        trickleNext()
    }

    private func trickleNext() {
        guard stage == .answered, !isTrickling, !fragments.isEmpty else { return }
        guard let request = caller.trickle(fragments.removeFirst()) else {
            fragments = []
            return
        }
        isTrickling = true
        put(later: request) { [self] _ in
            isTrickling = false
            trickleNext()
        }
    }

    /// Tells the agent that the call is over, if it wants to be told, and lets go of the connection.
    ///
    /// Nobody hears how that went; it takes a second at most.
    func end() {
        guard stage == .answered, let request = caller.end() else {
            cancel()
            return
        }
        stage = .ending
        fragments = []
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        deadline = eventLoop.scheduleTask(in: Self.endPatience) { bound.value.cancel() }
        put(later: request) { [self] _ in cancel() }
    }

    /// Breaks off whatever is under way; nobody hears of it.
    func cancel() {
        stage = .over
        deadline?.cancel()
        deadline = nil
        outcome = nil
        fragments = []
        connection?.close()
        connection = nil
    }

    /// Carries a request whose answer hardly matters, redirected or not.
    private func put(
        later request: SignallingRequest, isAgain: Bool = false, then done: @escaping (Bool) -> Void
    ) {
        let began = stage
        let isReused = connection?.isIdle == true
        carry(request) { [self] result in
            guard stage == began else { return }
            switch result {
            case .success(let response):
                guard let next = try? SignallingCaller.redirection(of: request, by: response) else {
                    done((200..<300).contains(response.status))
                    return
                }
                put(later: next, then: done)
            case .failure:
                // An agent may close a connection it has long been idle on just when it is used.
                guard isReused, !isAgain else {
                    done(false)
                    return
                }
                put(later: request, isAgain: true, then: done)
            }
        }
    }

    // MARK: Connections

    /// Sends a request on the open connection where it leads to the same server, else on a new one.
    private func carry(
        _ request: SignallingRequest,
        then done: @escaping (Result<SignallingResponse, CallFailure>) -> Void
    ) {
        let head = target.head(of: request, callName: callName)
        if let connection, connection.isIdle, connection.url.isSameOrigin(as: request.url) {
            connection.ask(head, body: request.body, then: done)
            return
        }
        connection?.close()
        guard request.url.scheme == .http || target.security != nil else {
            done(.failure(CallFailure(code: "tls", detail: "no certificates to trust are known")))
            return
        }
        let connection = SignallingConnection(
            eventLoop: eventLoop, clock: clock, url: request.url,
            security: request.url.scheme == .https ? target.security : nil
        )
        self.connection = connection
        connection.open { [self] failure in
            if let failure {
                done(.failure(failure))
                return
            }
            if offerBegan == nil {
                setup = connection.setup
                offerBegan = clock.now
            }
            connection.ask(head, body: request.body, then: done)
        }
    }
}
