package import Timeline

/// Splits what a caller measured through a gateway into the part before the agent and the rest.
///
/// For an utterance the legs part where its last voiced packet left for the agent, and where the
/// first audible message of the reply arrived; for an interjection, where its first voiced packet
/// left, and where the message arrived that stopped the reply. Between the two is the agent's
/// leg; the gateway's is what is left of the whole, so that the legs add up to it.
package enum GatewayLegs {
    /// What is known of a turn at the caller's end.
    package struct Turn: Equatable, Sendable {
        package var kind: SpeechKind
        /// Scheduled instants of the first and the last voiced sample.
        package var onset: RunInstant
        package var end: RunInstant
        /// When the reply's first audible packet arrived at the caller, or was heard.
        package var answered: RunInstant?
        /// Whether the agent was heard to stop.
        package var isStopped: Bool
        /// False in the control arm, where nothing was sent.
        package var isSaid: Bool

        package init(
            kind: SpeechKind, onset: RunInstant, end: RunInstant, answered: RunInstant? = nil,
            isStopped: Bool = false, isSaid: Bool = true
        ) {
            self.kind = kind
            self.onset = onset
            self.end = end
            self.answered = answered
            self.isStopped = isStopped
            self.isSaid = isSaid
        }

        /// The turn that a caller recorded.
        package init(_ record: TurnRecord) {
            self.init(
                kind: record.kind, onset: record.scheduledOnset, end: record.scheduledEnd,
                answered: record.firstAudible ?? record.heardOnset,
                isStopped: record.heardStop != nil, isSaid: !record.isControl)
        }
    }

    /// Where the legs of one turn part; `nil` where it did not happen, or cannot be told.
    package struct Legs: Equatable, Sendable {
        /// The caller's decisive packet left the gateway for the agent.
        package var forwarded: RunInstant?
        /// The agent's decisive message arrived at the gateway.
        package var received: RunInstant?

        package init(forwarded: RunInstant? = nil, received: RunInstant? = nil) {
            self.forwarded = forwarded
            self.received = received
        }

        /// The agent's leg; `nil` unless both ends are known.
        package var agent: Nanoseconds? {
            guard let forwarded, let received else { return nil }
            return received - forwarded
        }
    }

    /// A packet may be voiced by its level a little before, or end a little before, the clip is.
    private static let early = Nanoseconds.milliseconds(60)
    /// The longest way from a caller to its gateway.
    private static let late = Nanoseconds.seconds(1)
    /// A reply may begin this long before the caller's end and still be the answer.
    private static let overlap = Nanoseconds.milliseconds(250)
    /// A caller may hear a reply in a packet that the gateway counts as not yet audible.
    private static let slack = Nanoseconds.milliseconds(40)
    /// A stop later than this has another cause.
    private static let stopping = Nanoseconds.seconds(2)

    /// Finds the legs of a call's turns, in the order of the turns.
    ///
    /// Talkspurts and replies that belong to no turn are passed over, and none belongs to two.
    /// A reply that ends without a message that stops it has no `received`.
    ///
    /// - Parameter events: of this call alone, on the same clock as the turns.
    package static func legs(of turns: [Turn], events: [GatewayEvent]) -> [Legs] {
        var log = Log(events)
        var legs = [Legs](repeating: Legs(), count: turns.count)
        for index in turns.indices.sorted(by: { turns[$0].onset < turns[$1].onset }) {
            let turn = turns[index]
            guard turn.isSaid else { continue }
            legs[index] =
                turn.kind == .utterance ? answer(to: turn, &log) : stop(after: turn, &log)
        }
        return legs
    }

    private static func answer(to turn: Turn, _ log: inout Log) -> Legs {
        let forwarded = log.take(.upSpeechEnd, in: (turn.end - early)...(turn.end + late))
        guard let answered = turn.answered else { return Legs(forwarded: forwarded) }
        let played = log.latest(.downFirstAudible, upTo: answered + slack)
        let received = played.flatMap { log.take(.upstreamFirstAudible, of: $0.turn) }
        guard let received, received >= turn.end - overlap else {
            return Legs(forwarded: forwarded)
        }
        return Legs(forwarded: forwarded, received: received)
    }

    private static func stop(after turn: Turn, _ log: inout Log) -> Legs {
        let forwarded = log.take(.upSpeechStart, in: (turn.onset - early)...(turn.onset + late))
        guard let forwarded, turn.isStopped else { return Legs(forwarded: forwarded) }
        let received = log.take(.upstreamStop, in: forwarded...(forwarded + stopping))
        return Legs(forwarded: forwarded, received: received)
    }

    /// The events that can still be given to a turn.
    private struct Log {
        private var events: [GatewayEvent]

        init(_ events: [GatewayEvent]) {
            // Ties keep the log's own order.
            let order = events.indices.sorted {
                (events[$0].at, $0) < (events[$1].at, $1)
            }
            self.events = order.map { events[$0] }
        }

        /// Takes the earliest of a kind in a stretch of time.
        mutating func take(
            _ name: GatewayEvent.Name, in stretch: ClosedRange<RunInstant>
        ) -> RunInstant? {
            let index = events.firstIndex { $0.event == name && stretch.contains($0.at) }
            return index.map { events.remove(at: $0).at }
        }

        mutating func take(_ name: GatewayEvent.Name, of turn: Int) -> RunInstant? {
            let index = events.firstIndex { $0.event == name && $0.turn == turn }
            return index.map { events.remove(at: $0).at }
        }

        func latest(_ name: GatewayEvent.Name, upTo instant: RunInstant) -> GatewayEvent? {
            events.last { $0.event == name && $0.at <= instant }
        }
    }
}
