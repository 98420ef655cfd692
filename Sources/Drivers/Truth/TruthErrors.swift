import Audio
package import Planning
import ReferenceAgent
package import Timeline

/// How far what callers of a path measured lies from what the agent knows, turn by turn.
///
/// Known are the agent's own instants: on loopback they are the caller's too, but for the player's
/// delay and the codec's, which are taken off. What remains is the instrument's own error, with
/// whatever moved packets meanwhile. Turns that met a stall are left out.
package struct TruthErrors: Equatable, Sendable {
    /// Arrival of a reply's first packet or message.
    package private(set) var firstPacket: [Nanoseconds] = []
    /// A reply's first audible sample heard.
    package private(set) var onset: [Nanoseconds] = []
    /// The last audible sample played before a cut.
    package private(set) var stop: [Nanoseconds] = []

    /// - Parameters:
    ///   - calls: give the name each call has in the log.
    ///   - path: whose player and codec lie between the wire and the ear; a fixed jitter buffer,
    ///     or a WebSocket player.
    package init(
        turns: [TurnRecord], calls: [CallRecord], truth: TruthJoin, path: PathConfiguration
    ) {
        let ear = path.player.delay + path.codec.delay
        let names = [CallID: UInt32](
            calls.map { ($0.id, $0.wireID) }, uniquingKeysWith: { first, _ in first })
        for turn in turns where turn.voidReason == nil {
            guard let name = names[turn.call] else { continue }
            let events = truth.events(of: name)
            func error(
                _ measured: RunInstant?, _ event: TruthEvent.Name, ear: Nanoseconds
            ) -> Nanoseconds? {
                // Of this turn, not of one before it.
                let noted = events.first { $0.event == event && $0.at >= turn.scheduledOnset }
                guard let measured, let noted else { return nil }
                return measured - noted.at - ear
            }
            if turn.kind == .utterance, turn.outcome == .answered {
                error(turn.firstPacket, .replyFirstPacket, ear: .zero).map {
                    firstPacket.append($0)
                }
                error(turn.heardOnset, .replyFirstAudible, ear: ear).map { onset.append($0) }
            } else if turn.kind == .interrupt, turn.outcome == .cut {
                error(turn.heardStop, .replyLastAudible, ear: ear).map { stop.append($0) }
            }
        }
    }
}

extension PlayerConfiguration {
    /// From the arrival of a packet that is on time to the ear.
    ///
    /// An adaptive buffer has no delay of its own to name: zero, as a WebSocket player.
    fileprivate var delay: Nanoseconds {
        switch self {
        case .jitterBuffer(let depth): depth
        case .adaptiveJitterBuffer, .playback: .zero
        }
    }
}
