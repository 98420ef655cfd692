package import Timeline

extension PathMaterial {
    /// The turns, with those that touch a second in which the host stalled marked void.
    ///
    /// A stall spoils what was measured while it lasted, whichever way it would have come out.
    /// Turns already void because the agent was silent keep that reason. Voiding twice changes
    /// nothing.
    package func voidingStalls() -> [TurnRecord] {
        let stalled = Set(seconds.lazy.filter(\.isVoid).map { Int64($0.second) })
        guard !stalled.isEmpty else { return turns }
        let ends = [CallID: RunInstant](
            calls.lazy.compactMap { call in call.ended.map { (call.id, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
        return turns.map { turn in
            guard turn.voidReason != .agentSilentAtOnset else { return turn }
            let first = turn.scheduledOnset.wholeSecond
            let last = turn.decided(callEnded: ends[turn.call]).wholeSecond
            guard first <= last, (first...last).contains(where: stalled.contains) else {
                return turn
            }
            var void = turn
            void.voidReason = .hostStall
            return void
        }
    }
}

extension TurnRecord {
    /// When nothing about the turn could change any more.
    ///
    /// The latest instant recorded of it; while what it waits for did not happen, the end of the
    /// watch: `patience` after an utterance that expects a response, two seconds after the onset of
    /// an interjection. No watch outlasts its call.
    package func decided(callEnded: RunInstant?) -> RunInstant {
        let seen = [
            scheduledEnd, firstPacket, firstAudible, heardOnset, signal, wireStop, heardStop,
            duckedAt,
            heardAgain,
        ]
        var end = seen.compactMap { $0 }.max() ?? scheduledEnd
        if kind.isInterjection {
            if heardStop == nil, duckedAt == nil { end = max(end, scheduledOnset + .cutLimit) }
        } else if expect == .response, heardOnset == nil {
            end = max(end, scheduledEnd + patience)
        }
        return callEnded.map { min(end, max($0, scheduledOnset)) } ?? end
    }
}

extension RunInstant {
    /// The second of the run that it falls into.
    var wholeSecond: Int64 { Int64((Double(nanoseconds) / 1e9).rounded(.down)) }
}
