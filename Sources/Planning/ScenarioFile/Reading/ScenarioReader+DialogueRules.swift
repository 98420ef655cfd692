import Timeline

/// Rules over the order of steps: what is said when the agent could hear it, and nothing that never comes.
extension ScenarioReader {
    /// What the agent may be doing when a step begins.
    private enum AgentState {
        /// Nothing was asked of it yet.
        case unasked
        /// A reply was asked for and may begin, or be under way.
        case mayBeSpeaking
        /// It stopped for an interruption, and will answer that.
        case cutOff
        /// Its last reply has ended.
        case finished
    }

    /// An onset is known 30 ms late; what counts from it has to leave room for that.
    static let shortestDelayAfterOnset = Nanoseconds.milliseconds(50)

    func check(dialogue steps: [PlacedStep]) {
        var state = AgentState.unasked
        for (index, placed) in steps.enumerated() {
            let isNextAnchored =
                steps.indices.contains(index + 1) && steps[index + 1].step.waitsForOnset
            switch placed.step {
            case .hangUp:
                if index + 1 < steps.count {
                    report(
                        .anchorNeverFires, at: steps[index + 1].place,
                        "a step after 'hang_up' is never reached; move 'hang_up' to the end"
                    )
                }
                return
            case .say(let utterance):
                check(utterance, placed, state)
                state = after(utterance, from: state, isNextAnchored: isNextAnchored)
            case .listenToGreeting:
                state = isNextAnchored ? .mayBeSpeaking : .finished
            case .wait:
                state = .finished
            case .pause:
                break
            }
        }
    }

    private func after(
        _ utterance: Utterance, from state: AgentState, isNextAnchored: Bool
    ) -> AgentState {
        switch utterance.expect {
        case .response: isNextAnchored ? .mayBeSpeaking : .finished
        case .cut: .cutOff
        case .duck, .continue: .mayBeSpeaking
        case .nothing: state
        }
    }

    private func check(_ utterance: Utterance, _ placed: PlacedStep, _ state: AgentState) {
        if utterance.anchor == .agentSpeechStart {
            checkAnchor(placed, state)
            checkDelay(utterance, placed)
        }
        switch utterance.expect {
        case .response, .nothing:
            return
        case .cut, .duck, .continue:
            let isHeard =
                utterance.anchor == .agentSpeechStart
                || (utterance.anchor == .previous && state == .mayBeSpeaking)
            guard !isHeard else { return }
            let remedy =
                utterance.kind == .utterance || utterance.kind == .interrupt
                ? "add after: agent_speech_start"
                : "add after: agent_speech_start, or expect: nothing"
            report(
                .conflict, at: placed.expectPlace ?? placed.place,
                "'\(utterance.clip)' expects '\(utterance.expect.rawValue)' of an agent that is "
                    + "not "
                    + "speaking then; \(remedy)"
            )
        }
    }

    private func checkAnchor(_ placed: PlacedStep, _ state: AgentState) {
        let place = placed.anchorPlace ?? placed.place
        switch state {
        case .mayBeSpeaking, .cutOff:
            break
        case .unasked:
            report(
                .anchorNeverFires, at: place,
                "'agent_speech_start' never comes: nothing before this step makes the agent speak; "
                    + "put a say with expect: response, or listen: greeting, before it"
            )
        case .finished:
            report(
                .anchorNeverFires, at: place,
                "'agent_speech_start' never comes: the reply before this step is over by then; "
                    + "put this step directly after the say that asks for the reply"
            )
        }
    }

    private func checkDelay(_ utterance: Utterance, _ placed: PlacedStep) {
        let least = utterance.delay.lowerBound
        guard least < Self.shortestDelayAfterOnset else { return }
        let remedy =
            switch utterance.delay {
            case .fixed, .uniform: "write at least 50ms, as the agent's onset is known 30 ms late"
            case .normal, .lognormal, .exponential:
                "write {uniform: [600ms, 1500ms]}, which has a lower bound"
            }
        report(
            .outOfRange, at: placed.delayPlace ?? placed.place,
            "the delay after 'agent_speech_start' can be \(DurationText.render(least)); \(remedy)"
        )
    }
}

extension Step {
    /// Whether it begins by the agent's onset.
    var waitsForOnset: Bool {
        if case .say(let utterance) = self { utterance.anchor == .agentSpeechStart } else { false }
    }
}
