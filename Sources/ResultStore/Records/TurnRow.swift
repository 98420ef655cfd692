import Analysis
import GRDB
import Timeline

/// A turn as a row of `turn`: what was observed, and what each metric makes of it.
enum TurnRow {
    /// Each turn metric with the names of its columns, spelled once and not for every row.
    private static let metricColumns = TurnMetric.all.map { metric in
        (
            definition: metric,
            value: "\(metric.name)_ms",
            censored: metric.censoring == .never ? nil : "\(metric.name)_censored"
        )
    }

    static func columns(_ context: TurnInContext, callRow: Int64) -> Columns {
        let turn = context.turn
        var row = Columns()
        row.set("call_id", callRow)
        row.set("number", turn.number)
        row.set("kind", turn.kind.rawValue)
        row.set("expect", turn.expect.rawValue)
        row.set("clip", turn.clip)
        row.set("cold", turn.isCold)
        row.set("control", turn.isControl)
        row.set("has_pause", turn.hasPause)
        row.set("void_reason", turn.voidReason?.rawValue)
        row.set("scheduled_onset_ns", turn.scheduledOnset)
        row.set("scheduled_end_ns", turn.scheduledEnd)
        row.set("actual_onset_ns", turn.actualOnset)
        row.set("first_packet_ns", turn.firstPacket)
        row.set("first_audible_ns", turn.firstAudible)
        row.set("heard_onset_ns", turn.heardOnset)
        row.set("signal_ns", turn.signal)
        row.set("wire_stop_ns", turn.wireStop)
        row.set("heard_stop_ns", turn.heardStop)
        row.set("ducked_ns", turn.duckedAt)
        row.set("heard_again_ns", turn.heardAgain)
        row.set("gateway_forwarded_ns", turn.gatewayForwarded)
        row.set("gateway_received_ns", turn.gatewayReceived)
        row.set("agent_audible_at_onset", turn.agentAudibleAtOnset)
        row.set("agent_interrupted", turn.agentInterrupted)
        row.set("pause_taken_over", turn.pauseTakenOver)
        row.set("buffered_at_onset_ns", turn.bufferedAtOnset)
        row.set("stale_audio_ns", turn.staleAudio)
        row.set("patience_ns", turn.patience)
        row.set("round_trip_ns", turn.roundTrip)
        row.set("outcome", turn.outcome.rawValue)
        for metric in metricColumns {
            let sample = metric.definition.sample(context)
            var milliseconds: Double?
            if case .value(let value) = sample { milliseconds = value }
            row.set(metric.value, milliseconds)
            if let censored = metric.censored { row.set(censored, sample == .censored) }
        }
        return row
    }

    static func turn(_ row: Row, call: CallID) throws -> TurnRecord {
        var turn = TurnRecord(
            call: call,
            number: try row.required("number"),
            kind: try row.word("kind"),
            expect: try row.word("expect"),
            clip: try row.required("clip"),
            scheduledOnset: RunInstant(nanoseconds: try row.required("scheduled_onset_ns")),
            scheduledEnd: RunInstant(nanoseconds: try row.required("scheduled_end_ns")),
            patience: Nanoseconds(try row.required("patience_ns"))
        )
        turn.isCold = try row.required("cold")
        turn.isControl = try row.required("control")
        turn.hasPause = try row.required("has_pause")
        turn.voidReason = try row.optionalWord("void_reason")
        turn.actualOnset = row.instant("actual_onset_ns")
        turn.firstPacket = row.instant("first_packet_ns")
        turn.firstAudible = row.instant("first_audible_ns")
        turn.heardOnset = row.instant("heard_onset_ns")
        turn.signal = row.instant("signal_ns")
        turn.wireStop = row.instant("wire_stop_ns")
        turn.heardStop = row.instant("heard_stop_ns")
        turn.duckedAt = row.instant("ducked_ns")
        turn.heardAgain = row.instant("heard_again_ns")
        turn.gatewayForwarded = row.instant("gateway_forwarded_ns")
        turn.gatewayReceived = row.instant("gateway_received_ns")
        turn.agentAudibleAtOnset = try row.required("agent_audible_at_onset")
        turn.agentInterrupted = try row.required("agent_interrupted")
        turn.pauseTakenOver = try row.required("pause_taken_over")
        turn.bufferedAtOnset = row.span("buffered_at_onset_ns")
        turn.staleAudio = row.span("stale_audio_ns")
        turn.roundTrip = row.span("round_trip_ns")
        turn.outcome = try row.word("outcome")
        return turn
    }
}
