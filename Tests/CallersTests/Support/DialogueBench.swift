import Audio
import Planning
import Timeline

@testable import Callers

/// A dialogue with a real ear and an agent whose speech is given in advance, moved slot by slot.
struct DialogueBench {
    /// When the agent is audible, and how loud.
    struct Talk {
        var from: Double
        var to: Double
        var level: Int8 = -20
    }

    struct Event {
        var at: RunInstant
        var output: Dialogue.Output
    }

    var dialogue: Dialogue
    var ear: Ear
    var talks: [Talk] = []
    /// Instants at which the protocol says that the agent noticed the caller.
    var signals: [Double] = []
    var buffered = Nanoseconds.zero
    var events: [Event] = []
    let interval: Nanoseconds
    private var slot = RunInstant.zero
    private var soundEnd = RunInstant.zero

    init(
        _ steps: [Script.Step], talks: [Talk] = [], isControl: Bool = false,
        turnTimeout: Nanoseconds = .seconds(10), hold: Nanoseconds = .milliseconds(400),
        warmupTurns: Int = 0, interval: Nanoseconds = .milliseconds(20)
    ) {
        dialogue = Dialogue(
            call: CallID(path: 0, number: 7),
            script: Script(steps: steps, isControl: isControl),
            patience: Dialogue.Patience(
                turnTimeout: turnTimeout, hold: hold, warmupTurns: warmupTurns
            )
        )
        ear = Ear(hold: hold)
        self.talks = talks
        self.interval = interval
        dialogue.start(at: .zero)
    }

    /// Runs all slots up to an instant, or until the caller hangs up.
    mutating func run(until end: Double) {
        while slot + interval <= .ms(end), !dialogue.isOver {
            let frameStart = slot
            slot += interval
            listen(until: slot)
            for signal in signals where .ms(signal) > frameStart && .ms(signal) <= slot {
                dialogue.signalled(at: .ms(signal))
            }
            dialogue.advance(frameStart: frameStart, now: slot, hearing: hearing)
            drain()
        }
    }

    mutating func abandon() {
        dialogue.abandon()
        drain()
    }

    var turns: [TurnRecord] {
        events.compactMap { if case .settled(let turn) = $0.output { turn } else { nil } }
    }

    var clipsBegun: [Int] {
        events.compactMap { if case .begin(let clip) = $0.output { clip } else { nil } }
    }

    func instants(of wanted: Dialogue.Output) -> [Double] {
        events.filter { $0.output == wanted }.map(\.at.ms)
    }

    /// When a turn was handed over.
    func settled(_ number: Int) -> Double? {
        events.first {
            if case .settled(let turn) = $0.output { turn.number == number } else { false }
        }?
        .at.ms
    }

    var hungUp: Double? { instants(of: .hangUp).first }

    private var hearing: Dialogue.Hearing {
        Dialogue.Hearing(
            isAgentTalking: ear.isAgentTalking, lastOnset: ear.lastOnset,
            lastAudible: ear.lastAudible,
            duckedAt: ear.loudness.duckedAt, buffered: buffered, roundTrip: nil
        )
    }

    private mutating func listen(until now: RunInstant) {
        while soundEnd + SoundFrame.length <= now {
            let event = ear.hear(frame(at: soundEnd.ms), at: soundEnd, arrived: soundEnd - .ms(60))
            soundEnd += SoundFrame.length
            guard let event else { continue }
            dialogue.heard(event, firstPacket: nil, lastAudibleArrival: nil)
            drain()
        }
    }

    private func frame(at start: Double) -> SoundFrame {
        let heard = talks.first { $0.from < start + 10 && $0.to > start }
        guard let heard else { return .silence }
        return SoundFrame(
            level: heard.level,
            firstAudible: UInt8(max(0, (heard.from - start) * 10)),
            lastAudible: UInt8(min(99, (heard.to - start) * 10 - 1))
        )
    }

    private mutating func drain() {
        while let output = dialogue.poll() {
            events.append(Event(at: slot, output: output))
            if case .begin = output, let turn = dialogue.watch?.record, turn.kind.isInterjection {
                ear.watchForDuck(from: turn.scheduledOnset)
            }
        }
    }
}

extension Script.Step {
    /// Speech of 600 ms that begins 100 ms into its clip, unless told otherwise.
    static func say(
        clip: Int = 0, after anchor: Anchor = .previous, delay: Double = 0,
        kind: SpeechKind = .utterance, expect: Timeline.Expectation = .response,
        onset: Double = 100,
        end: Double = 700, pauses: [ClosedRange<Double>] = [], doneWhenReplyBegins: Bool = false
    ) -> Script.Step {
        .say(
            Script.Line(
                clip: clip, name: "clip_\(clip)", anchor: anchor, delay: .ms(delay), kind: kind,
                expect: expect, doneWhenReplyBegins: doneWhenReplyBegins,
                timing: ClipTiming(
                    onset: .ms(onset), end: .ms(end), length: .ms(end + 60),
                    pauses: pauses.map {
                        ClipTiming.Pause(start: .ms($0.lowerBound), end: .ms($0.upperBound))
                    }
                )
            )
        )
    }

    /// A question whose step is done as soon as the reply begins.
    static var question: Script.Step { .say(doneWhenReplyBegins: true) }

    /// An interruption one second into the reply.
    static func interrupt(_ expect: Timeline.Expectation = .cut, after delay: Double = 1_000)
        -> Script.Step
    {
        .say(clip: 1, after: .agentSpeechStart, delay: delay, kind: .interrupt, expect: expect)
    }
}
