import Dialects
import NIOConcurrencyHelpers
import NIOCore
import ReferenceAgent
import Timeline
import WebRTCCore

/// Takes WebRTC calls for a server: offers come on any event loop, each call lives on one.
final class PortReception: PeerReception {
    /// Who answers a call that was offered; asked on the port's event loop once media can flow.
    typealias MakeCallee =
        @Sendable (PeerOffer, PeerAgreement, _ ssrc: UInt32, RunInstant) -> (any PeerCallee)?

    /// One port, with the event loop that it belongs to.
    struct Window: Sendable {
        let eventLoop: any EventLoop
        let port: NIOLoopBound<PeerPort>
        let makeCallee: MakeCallee
    }

    private let windows: [Window]
    private let next = NIOLockedValueBox(0)

    /// - Parameter windows: that offers are dealt out to in turn, one at least.
    init(_ windows: [Window]) { self.windows = windows }

    /// - Parameter eventLoop: of the port.
    convenience init(
        eventLoop: any EventLoop, port: NIOLoopBound<PeerPort>, makeCallee: @escaping MakeCallee
    ) {
        self.init([Window(eventLoop: eventLoop, port: port, makeCallee: makeCallee)])
    }

    func offer(
        _ offer: PeerOffer,
        reply: @escaping @Sendable (Result<PeerAnswer, SignallingRefusal>) -> Void
    ) {
        let number = next.withLockedValue { next in
            defer { next = (next + 1) % windows.count }
            return next
        }
        let window = windows[number]
        window.eventLoop.execute {
            var chance = SystemRandomNumberGenerator()
            let name = String(chance.next(), radix: 36) + String(chance.next(), radix: 36)
            do throws(PeerFailure) {
                let answer = try window.port.value.answer(
                    offer.sdp, id: "\(number)-\(name)", host: offer.local?.ipAddress,
                    generator: SeededGenerator(seed: chance.next(), stream: "peer")
                ) { window.makeCallee(offer, $0, $1, $2) }
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
        guard let window = window(of: id) else {
            reply(.unknownCall)
            return
        }
        window.eventLoop.execute {
            reply(window.port.value.trickle(fragment, id: id) ? nil : .unknownCall)
        }
    }

    func end(_ id: String, reply: @escaping @Sendable (SignallingRefusal?) -> Void) {
        guard let window = window(of: id) else {
            reply(.unknownCall)
            return
        }
        window.eventLoop.execute { reply(window.port.value.hangUp(id: id) ? nil : .unknownCall) }
    }

    /// Whose call it is, which the name of a call begins with.
    private func window(of id: String) -> Window? {
        guard let number = Int(id.prefix { $0 != "-" }), windows.indices.contains(number) else {
            return nil
        }
        return windows[number]
    }
}

extension SignallingRefusal {
    static let unknownCall = SignallingRefusal(
        status: 404, message: "There is no such call, or no longer.")
}
