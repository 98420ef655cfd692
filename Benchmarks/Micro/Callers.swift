import Audio
import Callers
import Planning
import RTPCore
import Timeline

/// A thousand callers of one path on virtual time, each with an agent that talks to it.
///
/// Moved as the live loops move them: in every millisecond those are handed messages whose turn it
/// is, or packets where they listen, and then those whose slot it is send. The agent speaks for 19.4 s and pauses for 0.6 s; the
/// caller says something for a few seconds out of thirteen.
final class Callers {
    static let count = 1_000
    static let interval = Nanoseconds.milliseconds(20)
    private static let ticks = 20  // of a round
    /// What an agent sends arrives so many ticks before its caller's slot.
    private static let lead = 7

    private let sessions: [CallSession]
    private let talker: any Talker
    private let carriesPackets: Bool
    /// The round up to which each caller has been handed what its agent sent.
    private var read: [Int]
    private var buffer = WireBuffer()
    private var round = 0
    private(set) var bytesSent = 0
    private(set) var framesSent = 0
    private(set) var isOver = false

    /// - Parameter areSilent: whether the callers have nothing to say.
    init(
        _ path: PathConfiguration, talker: any Talker, clips: String, areSilent: Bool = false
    ) throws {
        let scenario = Scenario(
            name: "benchmark", paths: [path],
            load: .closed(callers: Self.count, ramp: .zero, repeating: .calls(1)),
            dialogue: areSilent ? [Self.pause] : Self.dialogue
        )
        let plan = try Plan(scenario: scenario, library: ClipLibrary(folders: [clips]))
        let factory = CallFactory(
            plan: plan, path: 0, nonce: 0, clockOrigin: NTPTimestamp(unixNanoseconds: 0))
        let room = ListeningRoom()
        self.talker = talker
        carriesPackets = path.dialect == nil
        read = Array(repeating: 0, count: Self.count)
        sessions = (0..<Self.count).map {
            factory.makeCall(number: $0, planned: .zero, room: room)
        }
        for (number, session) in sessions.enumerated() {
            let start = RunInstant.zero + Self.phase(of: number)
            session.started(at: start)
            session.connected(at: start, firstSlot: start + Self.interval, setup: SetupTimes())
            drain(session)
            talker.open(session, number: number, at: start)
            drain(session)
        }
        round = 1
    }

    /// Moves everybody on; a round is a slot of every caller.
    ///
    /// Apart from ``warmUp()``, so that a profiler can tell what is measured by the function's name.
    @inline(never)
    func run(rounds: Int) -> Int {
        for _ in 0..<rounds { runRound() }
        return rounds * Self.count
    }

    /// Until every caller has heard its agent begin, and every buffer has its size.
    @inline(never)
    func warmUp() { for _ in 0..<100 { runRound() } }

    private func runRound() {
        for tick in 0..<Self.ticks {
            let perTick = Self.count / Self.ticks
            let hearing = (tick + Self.lead) % Self.ticks
            // Those behind the end of the round belong to the next one.
            let early = tick + Self.lead >= Self.ticks ? 1 : 0
            if carriesPackets {
                for number in (tick * perTick)..<((tick + 1) * perTick) { listen(number) }
            } else {
                for number in (hearing * perTick)..<((hearing + 1) * perTick) {
                    receive(number, round: round + early)
                }
            }
            for number in (tick * perTick)..<((tick + 1) * perTick) { send(number) }
        }
        round += 1
    }

    /// Hands over the packets that wait, in a slot that listens.
    private func listen(_ number: Int) {
        guard sessions[number].restsUntil <= slot(number, round: round) else { return }
        for round in (read[number] + 1)..<(round + 1) { receive(number, round: round) }
        read[number] = round
    }

    private func receive(_ number: Int, round: Int) {
        let arrived = slot(number, round: round) - .milliseconds(Int64(Self.lead))
        talker.talk(to: sessions[number], number: number, round: round, arrived: arrived)
        drain(sessions[number])
    }

    private func send(_ number: Int) {
        let scheduled = slot(number, round: round)
        sessions[number].slot(scheduled: scheduled, now: scheduled + .microseconds(30))
        drain(sessions[number])
    }

    private func drain(_ session: CallSession) {
        while let asked = session.poll(into: &buffer) {
            switch asked {
            case .transmit:
                framesSent += 1
                bytesSent += buffer.bytes.count
            case .observe: break
            case .hangUp: isOver = true
            }
        }
    }

    private func slot(_ number: Int, round: Int) -> RunInstant {
        .zero + Self.phase(of: number) + Self.interval * round
    }

    private static func phase(of number: Int) -> Nanoseconds { interval * number / count }

    private static var dialogue: [Step] {
        let say = Step.say(
            Utterance(
                clip: "opening_hours", anchor: .previous, delay: .fixed(.milliseconds(500)),
                kind: .utterance, expect: .response)
        )
        return Array(repeating: say, count: 200) + [pause]
    }

    private static var pause: Step { .pause(.fixed(.seconds(360_000))) }
}

/// The agents of all callers: what arrives of them, made ready before.
protocol Talker: AnyObject {
    /// What is said once, when the line is open.
    func open(_ session: CallSession, number: Int, at now: RunInstant)

    /// Hands over what one agent sends in a round.
    func talk(to session: CallSession, number: Int, round: Int, arrived: RunInstant)
}

extension Talker {
    /// Rounds in which an agent speaks and pauses, again and again.
    static var cycle: Int { 1_000 }
    /// Of them, those of the pause.
    static var pause: Int { 30 }

    /// Where an agent is in its cycle: each somewhere else.
    static func place(_ number: Int, _ round: Int) -> Int { (round + number * 7) % cycle }
}
