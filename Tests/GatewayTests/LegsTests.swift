import Gateway
import Testing
import Timeline

@Suite struct LegsTests {
    private static func at(_ ms: Int64) -> RunInstant {
        RunInstant(nanoseconds: ms * 1_000_000)
    }

    private static func event(
        _ name: GatewayEvent.Name, _ turn: Int, _ ms: Int64
    ) -> GatewayEvent { GatewayEvent(call: "c", turn: turn, event: name, at: at(ms)) }

    private static func spurt(_ number: Int, _ start: Int64, _ end: Int64) -> [GatewayEvent] {
        [event(.upSpeechStart, number, start), event(.upSpeechEnd, number, end)]
    }

    private static func reply(
        _ number: Int, arrives: Int64, leaves: Int64
    ) -> [GatewayEvent] {
        [
            event(.upstreamFirstAudio, number, arrives),
            event(.upstreamFirstAudible, number, arrives + 1),
            event(.downFirstAudible, number, leaves),
        ]
    }

    private static func utterance(
        _ onset: Int64, _ end: Int64, answered: Int64?
    ) -> GatewayLegs.Turn {
        GatewayLegs.Turn(
            kind: .utterance, onset: at(onset), end: at(end), answered: answered.map(at))
    }

    private static func interrupt(
        _ onset: Int64, isStopped: Bool = true, isSaid: Bool = true
    ) -> GatewayLegs.Turn {
        GatewayLegs.Turn(
            kind: .interrupt, onset: at(onset), end: at(onset + 600), isStopped: isStopped,
            isSaid: isSaid)
    }

    @Test func `an answer and a cut part where packets and messages passed`() {
        let events =
            Self.spurt(0, 1_010, 2_015) + Self.reply(0, arrives: 2_400, leaves: 2_410)
            + Self.spurt(1, 3_510, 4_120) + [Self.event(.upstreamStop, 0, 3_640)]
        let legs = GatewayLegs.legs(
            of: [Self.utterance(1_000, 2_000, answered: 2_425), Self.interrupt(3_500)],
            events: events)

        #expect(
            legs == [
                .init(forwarded: Self.at(2_015), received: Self.at(2_401)),
                .init(forwarded: Self.at(3_510), received: Self.at(3_640)),
            ])
        #expect(legs.map(\.agent) == [.milliseconds(386), .milliseconds(130)])
    }

    @Test func `turns without an answer have one end, and take nobody else's`() {
        let events =
            Self.spurt(0, 1_010, 2_015) + Self.spurt(1, 5_010, 6_015)
            + Self.reply(0, arrives: 6_400, leaves: 6_405)
        let legs = GatewayLegs.legs(
            of: [
                Self.utterance(1_000, 2_000, answered: nil),
                Self.utterance(5_000, 6_000, answered: 6_420),
            ], events: events)

        #expect(legs[0] == .init(forwarded: Self.at(2_015)))
        #expect(legs[1] == .init(forwarded: Self.at(6_015), received: Self.at(6_401)))
    }

    @Test func `talkspurts and replies that belong to no turn are passed over`() {
        let noise = Self.spurt(0, 200, 260) + Self.spurt(1, 700, 760)
        let greeting = Self.reply(0, arrives: 100, leaves: 110)
        // A clip with a pause in it is two talkspurts; the second ends the turn.
        let clip = Self.spurt(2, 1_010, 1_400) + Self.spurt(3, 1_700, 2_015)
        let events =
            greeting + noise + clip + Self.reply(1, arrives: 2_350, leaves: 2_360)
            + Self.spurt(4, 8_000, 8_100) + Self.reply(2, arrives: 8_500, leaves: 8_510)
        let legs = GatewayLegs.legs(
            of: [Self.utterance(1_000, 2_000, answered: 2_375)], events: events.shuffledBySeed())

        #expect(legs == [.init(forwarded: Self.at(2_015), received: Self.at(2_351))])
    }

    @Test func `an interruption that nobody heeded, or that was never said, has no stop`() {
        let events =
            Self.spurt(0, 1_010, 1_600) + Self.spurt(1, 4_010, 4_600)
            + [Self.event(.upstreamStop, 0, 1_150)]
        let legs = GatewayLegs.legs(
            of: [
                Self.interrupt(1_000, isStopped: false), Self.interrupt(2_500, isSaid: false),
                Self.interrupt(4_000),
                GatewayLegs.Turn(kind: .backchannel, onset: Self.at(4_000), end: Self.at(4_300)),
            ], events: events)

        #expect(legs[0] == .init(forwarded: Self.at(1_010)))
        #expect(legs[1] == .init())
        #expect(legs[2] == .init(forwarded: Self.at(4_010)))
        #expect(legs[3] == .init())
    }

    @Test func `an old reply that goes on is not taken for the answer`() {
        let events =
            Self.reply(0, arrives: 500, leaves: 510) + Self.spurt(0, 1_010, 2_015)
        let legs = GatewayLegs.legs(
            of: [Self.utterance(1_000, 2_000, answered: 2_425)], events: events)

        #expect(legs == [.init(forwarded: Self.at(2_015))])
    }

    @Test func `a call without a log has no legs`() {
        let turns = [Self.utterance(1_000, 2_000, answered: 2_425), Self.interrupt(3_000)]

        #expect(GatewayLegs.legs(of: turns, events: []) == [.init(), .init()])
        #expect(GatewayLegs.legs(of: [], events: Self.spurt(0, 1, 2)).isEmpty)
    }
}

extension [GatewayEvent] {
    /// In another order, as lines are written when they are known and not when they happened.
    fileprivate func shuffledBySeed() -> [GatewayEvent] {
        var generator = SeededGenerator(seed: 5, stream: "shuffle")
        return shuffled(using: &generator)
    }
}
