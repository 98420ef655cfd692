package import Timeline

/// One turn of the slowest, with every instant that is known of it.
package struct SlowTurn: Equatable, Sendable {
    /// Its number is the one that its own run knows it by.
    package let call: CallID
    /// The run it was made in, where several are shown together.
    package let run: String?
    /// Position among the call's `say` steps, from 0.
    package let number: Int
    package let clip: String
    /// Milliseconds; `nil` where it did not happen while it was watched for.
    package let value: Double?
    /// How late its first frame left, ms; `nil` where that is not known.
    package let sentLate: Double?
    /// Where its first voiced sample was due, in seconds since media could flow.
    package let secondsIntoCall: Double?
    /// What the value is made of; empty where that is not known.
    package let parts: [PathExplanation.Part]
    /// In the order in which they happened, ms after the instant the metric counts from.
    package let marks: [Mark]

    /// An instant of a turn.
    package struct Mark: Equatable, Sendable {
        package let event: Event
        package let milliseconds: Double
    }

    /// What happened at an instant of a turn.
    package enum Event: String, Sendable, CaseIterable {
        /// Hybrid: the gateway sent the decisive sound on, and got what decided the turn.
        case forwarded
        case received
        case firstPacket = "first packet"
        case firstAudible = "first audible"
        case heard
        /// The protocol's word that the agent noticed.
        case signal
        case wireStop = "wire stop"
        case heardStop = "heard stop"
        case heardAgain = "heard again"
    }

    /// At most `limit` of a metric, the slowest first: those that never came lead.
    ///
    /// - Parameters:
    ///   - connected: when media could flow in each call.
    ///   - origins: of the path's calls.
    static func slowest(
        _ metric: TurnMetric, _ turns: [TurnInContext], player: PathPlayer? = nil,
        connected: [CallID: RunInstant] = [:], origins: [CallOrigin] = [], limit: Int = 5
    ) -> [SlowTurn] {
        var found: [(value: Double, turn: TurnInContext)] = []
        for context in turns {
            switch metric.sample(context) {
            case .value(let value): found.append((value, context))
            case .censored: found.append((.infinity, context))
            case .void, nil: continue
            }
        }
        found.sort { left, right in
            let (one, other) = (left.turn.turn, right.turn.turn)
            return (right.value, one.call, one.number) < (left.value, other.call, other.number)
        }
        return found.prefix(limit).map { value, context in
            SlowTurn(
                context, metric: metric.name, value: value.isFinite ? value : nil, player: player,
                connected: connected[context.turn.call],
                origin: CallOrigin.of(context.turn.call, among: origins))
        }
    }

    private init(
        _ context: TurnInContext, metric: String, value: Double?, player: PathPlayer?,
        connected: RunInstant?, origin: (run: String, number: Int)?
    ) {
        let turn = context.turn
        let isCut = metric == TurnMetric.bargeInCut.name
        call = origin.map { CallID(path: turn.call.path, number: $0.number) } ?? turn.call
        run = origin?.run
        number = turn.number
        clip = turn.clip
        self.value = value
        let parts = value == nil ? nil : LatencyStage.parts(of: metric, context, player: player)
        self.parts = zip(LatencyStage.stages(of: metric), parts ?? [])
            .map { PathExplanation.Part(stage: $0, milliseconds: $1) }
        sentLate = turn.actualOnset.map { ($0 - turn.scheduledOnset).milliseconds }
        secondsIntoCall = connected.map { (turn.scheduledOnset - $0).seconds }
        let zero = isCut ? turn.scheduledOnset : turn.scheduledEnd
        let instants: [(Event, RunInstant?)] =
            isCut
            ? [
                (.forwarded, turn.gatewayForwarded), (.signal, turn.signal),
                (.received, turn.gatewayReceived), (.wireStop, turn.wireStop),
                (.heardStop, turn.heardStop), (.heardAgain, turn.heardAgain),
            ]
            : [
                (.forwarded, turn.gatewayForwarded), (.received, turn.gatewayReceived),
                (.firstPacket, turn.firstPacket), (.firstAudible, turn.firstAudible),
                (.heard, turn.heardOnset),
            ]
        let marks = instants.compactMap { event, instant in
            instant.map { Mark(event: event, milliseconds: ($0 - zero).milliseconds) }
        }
        self.marks = marks.enumerated()
            .sorted { ($0.element.milliseconds, $0.offset) < ($1.element.milliseconds, $1.offset) }
            .map(\.element)
    }
}
