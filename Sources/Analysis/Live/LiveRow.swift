package import Planning
package import Timeline

/// One observation of a run that is still going, flat: what an export writes as one line.
package struct LiveRow: Equatable, Sendable {
    /// What was observed.
    package enum Event: String, Sendable, CaseIterable { case call, turn, second }

    /// One cell; what was not measured has none.
    package enum Cell: Equatable, Sendable {
        case text(String)
        case whole(Int)
        case number(Double)
        case flag(Bool)
    }

    package var event: Event
    /// When it was over, on the run's own clock.
    package var at: RunInstant
    /// Name of the path.
    package var path: String
    /// By column; only columns of ``LiveColumn/facts``.
    package var facts: [LiveColumn: Cell] = [:]
    /// Values by metric, in the metric's unit.
    package var metrics: [String: Double] = [:]
    /// Metrics that did not happen while they were watched for, in the order of the metric table.
    package var censored: [String] = []

    private init(_ event: Event, at: RunInstant, path: String) {
        self.event = event
        self.at = at
        self.path = path
    }
}

/// The columns of an export before its metrics, in their order.
package enum LiveColumn: String, Sendable, CaseIterable {
    /// Number of the call on its path, from 0.
    case call
    /// Number of the turn in its call, from 0.
    case turn
    case kind, expect, clip
    /// One of the first `warmup_turns` of its call.
    case cold
    /// In the control arm: interjections are scheduled and not said.
    case control
    case outcome
    /// Why a call failed, or why a turn does not count.
    case reason
    /// Most callers connected at once within the second.
    case callers
    case framesScheduled = "frames_scheduled"
    case framesOnTime = "frames_on_time"
    /// Greatest lateness of a tick within the second, ms.
    case tickLateness = "tick_lateness_ms"

    /// Every metric that a line may hold, in the order of the metric tables.
    package static let metrics = TurnMetric.all.map(\.name) + CallMetric.all.map(\.name)
}

extension LiveRow {
    /// A turn whose watch is over, with every turn metric that it shows.
    ///
    /// Its call may still be up: what only the call's end tells (`first_audio_agent` without a round
    /// trip of the turn, the legs of a hybrid) is in the store and not here.
    package init(turn: TurnRecord, path: String) {
        self.init(.turn, at: Self.end(of: turn), path: path)
        let context = TurnInContext(turn, in: nil)
        facts[.call] = .whole(turn.call.number)
        facts[.turn] = .whole(turn.number)
        facts[.kind] = .text(turn.kind.rawValue)
        facts[.expect] = .text(turn.expect.rawValue)
        facts[.clip] = .text(turn.clip)
        facts[.cold] = .flag(turn.isCold)
        facts[.control] = .flag(turn.isControl)
        facts[.outcome] = .text(turn.outcome.rawValue)
        facts[.reason] = context.void.map { .text($0.rawValue) }
        for metric in TurnMetric.all {
            switch metric.sample(context) {
            case .value(let value): metrics[metric.name] = value
            case .censored: censored.append(metric.name)
            case .void, nil: break
            }
        }
    }

    /// A call that has ended, with every call metric that it shows.
    ///
    /// - Parameter configuration: of the call's path.
    package init(call: CallRecord, path: String, configuration: PathConfiguration?) {
        self.init(
            .call, at: call.ended ?? call.connected ?? call.started ?? call.planned, path: path)
        facts[.call] = .whole(call.id.number)
        facts[.control] = .flag(call.isControl)
        facts[.outcome] = .text(call.outcome.rawValue)
        facts[.reason] = call.reason.map { .text($0) }
        for metric in CallMetric.all {
            metrics[metric.name] = metric.value(call, configuration)
        }
    }

    /// A second that is over.
    package init(second: SecondRecord, path: String) {
        self.init(.second, at: .zero + .seconds(Int64(second.second) + 1), path: path)
        facts[.callers] = .whole(second.callers)
        facts[.framesScheduled] = .whole(second.framesScheduled)
        facts[.framesOnTime] = .whole(second.framesOnTime)
        facts[.tickLateness] = .number(second.tickLateness.milliseconds)
        if second.isVoid { facts[.reason] = .text(VoidReason.hostStall.rawValue) }
    }

    /// The last instant that a turn tells of.
    private static func end(of turn: TurnRecord) -> RunInstant {
        let instants = [
            turn.scheduledEnd, turn.firstPacket, turn.heardOnset, turn.heardStop, turn.duckedAt,
            turn.heardAgain,
        ]
        return instants.compactMap(\.self).max() ?? turn.scheduledEnd
    }
}
