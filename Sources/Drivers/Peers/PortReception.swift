import Dialects
import NIOCore
import ReferenceAgent
import Timeline
import WebRTCCore

/// Takes WebRTC calls for a server: offers come on any event loop, calls live on one.
final class PortReception: PeerReception {
    /// Who answers a call that was offered; asked on the port's event loop once media can flow.
    typealias MakeCallee =
        @Sendable (PeerOffer, PeerAgreement, _ ssrc: UInt32, RunInstant) -> (any PeerCallee)?

    private let eventLoop: any EventLoop
    private let port: NIOLoopBound<PeerPort>
    private let makeCallee: MakeCallee

    /// - Parameter eventLoop: of the port.
    init(
        eventLoop: any EventLoop, port: NIOLoopBound<PeerPort>, makeCallee: @escaping MakeCallee
    ) {
        self.eventLoop = eventLoop
        self.port = port
        self.makeCallee = makeCallee
    }

    func offer(
        _ offer: PeerOffer,
        reply: @escaping @Sendable (Result<PeerAnswer, SignallingRefusal>) -> Void
    ) {
        eventLoop.execute { [self] in
            var chance = SystemRandomNumberGenerator()
            let id = String(chance.next(), radix: 36) + String(chance.next(), radix: 36)
            do throws(PeerFailure) {
                let answer = try port.value.answer(
                    offer.sdp, id: id, host: offer.local?.ipAddress,
                    generator: SeededGenerator(seed: chance.next(), stream: "peer")
                ) { [makeCallee] in makeCallee(offer, $0, $1, $2) }
                reply(.success(answer))
            } catch {
                reply(
                    .failure(
                        SignallingRefusal(
                            status: error.code == "full" ? 503 : 400, message: error.detail)))
            }
        }
    }

    func trickle(
        _ id: String, fragment: String, reply: @escaping @Sendable (SignallingRefusal?) -> Void
    ) {
        eventLoop.execute { [self] in
            reply(port.value.trickle(fragment, id: id) ? nil : .unknownCall)
        }
    }

    func end(_ id: String, reply: @escaping @Sendable (SignallingRefusal?) -> Void) {
        eventLoop.execute { [self] in reply(port.value.hangUp(id: id) ? nil : .unknownCall) }
    }
}

extension SignallingRefusal {
    static let unknownCall = SignallingRefusal(
        status: 404, message: "There is no such call, or no longer.")
}
