import Planning
import Testing

@Suite struct DialogueProblemTests {
    typealias Case = ScenarioProblemTests.Case

    static let early =
        "'agent_speech_start' never comes: nothing before this step makes the agent speak; "
        + "put a say with expect: response, or listen: greeting, before it"
    static let late =
        "'agent_speech_start' never comes: the reply before this step is over by then; "
        + "put this step directly after the say that asks for the reply"
    static let hello = "say: opening_hours"

    static let rules = [
        Case(
            .steps("{say: hold_on, after: agent_speech_start, delay: 1s, expect: response}"),
            "6: " + early),
        Case(
            .steps(
                "{say: hold_on, expect: nothing}",
                "{say: hold_on, after: agent_speech_start, delay: 1s}"), "7: " + early),
        Case(
            .steps(hello, "pause: 1s", "{say: hold_on, after: agent_speech_start, delay: 1s}"),
            "8: " + late),
        Case(
            .steps(hello, "wait: silence", "{say: hold_on, after: agent_speech_start, delay: 1s}"),
            "8: " + late),
        Case(
            .steps(hello, "hang_up", "say: hold_on"),
            "8: a step after 'hang_up' is never reached; move 'hang_up' to the end"),
        Case(
            .steps(hello, "{say: hold_on, after: agent_speech_start, kind: interrupt}"),
            "7: the delay after 'agent_speech_start' can be 0ms; write at least 50ms, as the "
                + "agent's onset is known 30 ms late"
        ),
        Case(
            .steps(
                hello,
                "{say: hold_on, after: agent_speech_start, kind: interrupt, delay: {uniform: "
                    + "[49ms, 1s]}}"
            ),
            "7: the delay after 'agent_speech_start' can be 49ms; write at least 50ms, as the "
                + "agent's onset is known 30 ms late"
        ),
        Case(
            .steps(
                hello,
                "{say: hold_on, after: agent_speech_start, kind: interrupt, delay: {normal: "
                    + "{mean: 1s, sd: 100ms}}}"
            ),
            "7: the delay after 'agent_speech_start' can be 0ms; write {uniform: [600ms, "
                + "1500ms]}, which has a lower bound"
        ),
        Case(
            .steps("{say: hold_on, kind: interrupt}"),
            "6: 'hold_on' expects 'cut' of an agent that is not speaking then; add after: "
                + "agent_speech_start"
        ),
        Case(
            .steps("{say: mm_hmm, kind: backchannel}"),
            "6: 'mm_hmm' expects 'continue' of an agent that is not speaking then; add after: "
                + "agent_speech_start, or expect: nothing"
        ),
        Case(
            .steps(hello, "{say: hold_on, kind: interrupt, after: call_start, delay: 3s}"),
            "7: 'hold_on' expects 'cut' of an agent that is not speaking then; add after: "
                + "agent_speech_start"
        ),
    ]

    static let steps = [
        Case(
            .steps("say: oppening_hours"),
            "6: no clip 'oppening_hours'; did you mean 'opening_hours'?"),
        Case(
            .steps("{say: opening_hours, kind: interupt}"),
            "6: 'kind' is 'interupt'; did you mean 'interrupt'?"),
        Case(
            .steps("{say: opening_hours, expect: answer}"),
            "6: 'expect' is 'answer'; write response, cut, duck, continue or nothing"),
        Case(
            .steps("{say: opening_hours, after: agent_speech_end}"),
            "6: 'after' is 'agent_speech_end'; did you mean 'agent_speech_start'?"),
        Case(
            .steps("{say: opening_hours, delay: soon}"),
            "6: 'delay' is 'soon', which is no duration; write 250ms or 2s"),
        Case(
            .steps("{say: opening_hours, volume: 3}"),
            "6: unknown key 'volume' in a 'say' step; it takes say, after, delay, kind, expect"),
        Case(
            .steps("{say: opening_hours, wait: response}"),
            "6: a step has both 'say' and 'wait'; begin a new one with '-'"),
        Case(.steps(hello, "wait: reply"), "7: 'wait' is 'reply'; write response or silence"),
        Case(.steps(hello, "wait"), "7: step 'wait' lacks its value; write wait: response"),
        Case(.steps(hello, "hangup"), "7: unknown step 'hangup'; did you mean 'hang_up'?"),
        Case(.steps(hello, "hang_up: now"), "7: 'hang_up' stands alone; write - hang_up"),
        Case(.steps(hello, "pause: 5"), "7: 'pause' is '5' without a unit; write 250ms or 2s"),
        Case(
            .steps(hello, "{pause: 5s, after: previous}"),
            "7: unknown key 'after' in a 'pause' step; it takes pause"),
        Case(.steps(hello, "[x]"), "7: a step is a list; write say: a clip, or hang_up"),
        Case(.steps("wait: response"), "5: no step of 'dialogue' says anything; add - say: a clip"),
        Case(
            Pattern(dialogue: "dialogue: []\n"),
            "5: 'dialogue' is a list; write a list of steps, as in - say: opening_hours"),
        Case(Pattern(dialogue: "\n"), "1: the scenario has no 'dialogue'; write what callers say"),
        Case(
            .steps("listen: greeting", hello),
            "5: 'listen: greeting' waits for an agent that speaks first, which the embedded one "
                + "does not; leave it out, or give every path a 'url'"
        ),
    ]

    @Test(arguments: rules + steps)
    func `a problem of the dialogue names its line and what would be right`(one: Case) {
        #expect(one.pattern.problems() == one.problems)
    }

    @Test(arguments: [
        [
            "say: opening_hours",
            "{say: hold_on, after: agent_speech_start, delay: 50ms, kind: interrupt}",
            "{say: hold_on, after: agent_speech_start, delay: 1s, kind: interrupt}",
            "wait: response",
        ],
        [
            "say: opening_hours",
            "{say: mm_hmm, after: agent_speech_start, delay: 1s, kind: backchannel}",
            "{say: cough, kind: tic}", "hang_up:",
        ],
        ["{say: cough, kind: tic, expect: nothing}", "say: opening_hours"],
        ["{say: opening_hours, after: call_start, delay: {exponential: 2s}}"],
    ])
    func `a dialogue that can happen is no problem`(steps: [String]) {
        let dialogue = "dialogue:\n" + steps.map { "  - \($0)" }.joined(separator: "\n")

        #expect(Pattern(dialogue: dialogue).problems() == [])
    }

    @Test func `a greeting can be waited for, or spoken into, where a real agent answers`() {
        let paths = "paths:\n  rtp: {transport: rtp, url: \"rtp://127.0.0.1:4000\"}"
        let interrupt = "{say: hold_on, after: agent_speech_start, delay: 1s, kind: interrupt}"

        var heard = Pattern.steps("listen: greeting", "say: opening_hours")
        heard.paths = paths
        var spokenInto = Pattern.steps("listen: greeting", interrupt)
        spokenInto.paths = paths

        #expect(heard.problems() == [])
        #expect(spokenInto.problems() == [])
    }
}
