import Planning
import Timeline

extension Dialogue {
    /// Decides about the frame that begins at `frameStart`; call once a frame with all heard so far.
    mutating func advance(frameStart: RunInstant, now: RunInstant, hearing: Hearing) {
        if let onset = onsetToPass, now >= onset { passOnset(hearing: hearing) }
        if let duckedAt = hearing.duckedAt, watch?.record.duckedAt == nil {
            watch?.ducked(at: duckedAt)
        }
        var passes = 0
        while state != .over {
            let before = (step, state)
            takeStep(frameStart: frameStart, now: now, hearing: hearing)
            if (step, state) == before { break }
            // Each pass finishes at most one step; the bound keeps a broken script from spinning.
            passes += 1
            if passes > script.steps.count { break }
        }
        if let late = aftermath, now - late.record.scheduledEnd > patience.turnTimeout {
            settleAftermath()
        }
        undisturbedUntil = undisturbed(now: now, hearing: hearing)
    }

    private mutating func takeStep(frameStart: RunInstant, now: RunInstant, hearing: Hearing) {
        switch state {
        case .entering:
            enter(now: now, hearing: hearing)
        case .anchoring(let deadline):
            if hearing.isAgentTalking, let onset = hearing.lastOnset {
                anchor(at: onset)
            } else if now > deadline {
                passOver(at: now)
            }
        case .due(let earliest):
            guard frameStart >= earliest, case .say(let line) = script.steps[step] else { return }
            begin(line, frameStart: frameStart)
        case .talking(let end):
            if now >= end { state = .expecting }
        case .expecting:
            settleIfDecided(now: now, hearing: hearing)
        case .waitingForReply(let deadline, let heardAny):
            if hearing.isAgentTalking {
                state = .waitingForReply(until: deadline, heardAny: true)
                if isGreetingAnAnchor { finishStep(at: now) }
            } else if heardAny || now > deadline {
                finishStep(at: now)
            }
        case .waitingForSilence:
            if !hearing.isAgentTalking { finishStep(at: now) }
        case .pausing(let end):
            if now >= end { finishStep(at: now) }
        case .over:
            break
        }
    }

    private mutating func enter(now: RunInstant, hearing: Hearing) {
        switch script.steps[step] {
        case .say(let line):
            switch line.anchor {
            case .callStart: state = due(line, after: connected)
            case .previous: state = due(line, after: previousDone)
            case .agentSpeechStart: state = .anchoring(until: now + patience.turnTimeout)
            }
        case .wait(.response):
            // A caller who kept an interjection to himself waits for no answer to it.
            let wasKeptBack = script.isControl && lastLineIsInterjection
            state = .waitingForReply(
                until: wasKeptBack ? now : now + patience.turnTimeout,
                heardAny: hearing.isAgentTalking
            )
        case .wait(.silence):
            state = .waitingForSilence
        case .listenToGreeting:
            state = .waitingForReply(
                until: now + patience.turnTimeout, heardAny: hearing.isAgentTalking)
        case .pause(let span):
            state = .pausing(until: now + span)
        case .hangUp:
            if let watch { output(.settled(watch.settled())) }
            watch = nil
            settleAftermath()
            state = .over
            output(.hangUp)
        }
    }

    private var lastLineIsInterjection: Bool {
        for case .say(let line) in script.steps[..<step].reversed() {
            return line.kind.isInterjection
        }
        return false
    }

    /// Whether the greeting being listened to is what the next utterance counts from.
    private var isGreetingAnAnchor: Bool {
        guard script.steps[step] == .listenToGreeting, script.steps.indices.contains(step + 1),
            case .say(let line) = script.steps[step + 1]
        else { return false }
        return line.anchor == .agentSpeechStart
    }

    private mutating func anchor(at onset: RunInstant) {
        guard case .say(let line) = script.steps[step] else { return }
        state = due(line, after: onset)
    }

    /// The clip begins so that its first voiced sample is not before its delay is over.
    private func due(_ line: Script.Line, after instant: RunInstant) -> State {
        .due(frameStart: instant + line.delay - line.timing.onset)
    }

    private mutating func begin(_ line: Script.Line, frameStart: RunInstant) {
        settleAftermath()
        let record = nextTurn(line, frameStart: frameStart)
        watch = TurnWatch(
            record: record,
            pauses: line.timing.pauses.map { frameStart + $0.start...frameStart + $0.end },
            hold: patience.hold,
            doneWhenReplyBegins: line.doneWhenReplyBegins
        )
        state = .talking(until: frameStart + line.timing.end)
        if !record.isControl { output(.begin(clip: line.clip)) }
    }

    /// The agent never spoke, and so this is never said: a turn all the same, and a void one.
    private mutating func passOver(at now: RunInstant) {
        guard case .say(let line) = script.steps[step] else { return }
        var record = nextTurn(line, frameStart: now)
        record.outcome = line.kind.isInterjection ? .silent : .abandoned
        record.voidReason = .agentSilentAtOnset
        output(.settled(record))
        finishStep(at: now)
    }

    private mutating func nextTurn(_ line: Script.Line, frameStart: RunInstant) -> TurnRecord {
        var record = TurnRecord(
            call: call,
            number: turnNumber,
            kind: line.kind,
            expect: line.expect,
            clip: line.name,
            scheduledOnset: frameStart + line.timing.onset,
            scheduledEnd: frameStart + line.timing.end,
            patience: patience.turnTimeout
        )
        record.isControl = script.isControl && line.kind.isInterjection
        record.isCold = turnNumber < patience.warmupTurns
        turnNumber += 1
        return record
    }

    private mutating func settleIfDecided(now: RunInstant, hearing: Hearing) {
        guard let turn = watch else { return }
        switch turn.record.expect {
        case .response where turn.record.kind.isInterjection:
            settleRepair(turn, now: now, hearing: hearing)
        case .response:
            settleReply(turn, now: now, hearing: hearing)
        case .cut, .duck:
            if turn.isStopDecided(now: now, lastAudible: hearing.lastAudible) {
                settleStop(at: now)
            }
        case .continue, .nothing:
            // Whether something is answered shows after it was said, not while.
            let start =
                turn.record.expect == .nothing
                ? turn.record.scheduledEnd : turn.record.scheduledOnset
            let limit = start + TurnWatch.stopLimit
            let hasEnded = turn.record.heardStop != nil || turn.hasReplyEnded
            let isReplyOver = hasEnded && !hearing.isAgentTalking
            if now >= limit + patience.hold || isReplyOver { settleStop(at: now) }
        }
    }

    private mutating func settleReply(_ turn: TurnWatch, now: RunInstant, hearing: Hearing) {
        if turn.record.heardOnset != nil {
            guard turn.doneWhenReplyBegins || turn.hasReplyEnded else { return }
        } else if turn.record.agentInterrupted || turn.record.pauseTakenOver,
            hearing.isAgentTalking, let lastAudible = hearing.lastAudible,
            lastAudible > turn.record.scheduledEnd
        {
            // It never yielded: what it says past the caller's end is its answer.
            turn.tookTheTurn()
            guard turn.doneWhenReplyBegins else { return }
        } else if turn.record.outcome == .answered, !hearing.isAgentTalking {
            // The early answer has ended.
        } else if now - turn.record.scheduledEnd <= patience.turnTimeout {
            return
        }
        if let watch { output(.settled(watch.settled())) }
        watch = nil
        finishStep(at: now)
    }

    /// An interruption that asks for something is done when what the agent says to it has ended.
    private mutating func settleRepair(_ turn: TurnWatch, now: RunInstant, hearing: Hearing) {
        let isDone: Bool
        if turn.record.isControl {
            isDone = turn.isStopDecided(now: now, lastAudible: hearing.lastAudible)
        } else {
            let hasBegun = hearing.lastOnset.map { $0 > turn.record.scheduledOnset } ?? false
            let isEnough = turn.doneWhenReplyBegins || !hearing.isAgentTalking
            isDone = hasBegun && isEnough || now - turn.record.scheduledEnd > patience.turnTimeout
        }
        if isDone { settleStop(at: now) }
    }

    /// The interjection's step is done; its turn goes on while an aftermath may follow.
    private mutating func settleStop(at now: RunInstant) {
        if let turn = watch {
            if turn.record.heardStop != nil, turn.record.heardAgain == nil {
                aftermath = turn
            } else {
                output(.settled(turn.settled()))
            }
        }
        watch = nil
        finishStep(at: now)
    }

    private mutating func finishStep(at now: RunInstant) {
        previousDone = now
        step += 1
        state = .entering
    }
}
