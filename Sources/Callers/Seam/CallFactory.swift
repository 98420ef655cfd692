import Audio
package import Planning
package import RTPCore
package import Timeline

/// Makes the calls of one path: the same call number is the same caller on every path.
package final class CallFactory: Sendable {
    private let plan: Plan
    private let path: Int
    private let nonce: UInt8
    private let settings: CallSettings
    private let voice: PathVoice

    /// - Parameters:
    ///   - path: position of the path in the plan.
    ///   - nonce: keeps two generators that share an agent apart; 0 in simulation.
    ///   - clockOrigin: wall-clock time of the run's origin, for RTCP; any constant in simulation.
    package init(plan: Plan, path: Int, nonce: UInt8, clockOrigin: NTPTimestamp) {
        self.plan = plan
        self.path = path
        self.nonce = nonce
        settings = CallSettings(
            scenario: plan.scenario, path: plan.paths[path], clockOrigin: clockOrigin)
        voice = PathVoice(path: plan.paths[path])
    }

    /// Between two frames of a caller on this path.
    package var interval: Nanoseconds { voice.interval }

    /// What a caller's ear is off by on this path: measured with known sounds, and subtracted.
    ///
    /// Zero, of no sounds, where the codec has no packets of the path's length.
    package var detectorBias: DetectorBias { settings.detectorBias }

    /// - Parameter room: of the event loop that will own the call.
    package func makeCall(number: Int, planned: RunInstant, room: ListeningRoom) -> CallSession {
        let id = CallID(path: path, number: number)
        return CallSession(
            id: id,
            wireID: id.wireID(nonce: nonce),
            planned: planned,
            script: Script(plan.script(forCall: number), voice: voice),
            settings: settings,
            voice: voice,
            room: room
        )
    }
}

extension Script {
    /// Resolves a planned script's clips to a path's voice.
    init(_ planned: CallScript, voice: PathVoice) {
        isControl = planned.isControl
        steps = planned.steps.compactMap { step in
            switch step {
            case .say(let utterance): Line(utterance, voice: voice).map { .say($0) }
            case .wait(let what): .wait(what)
            case .listenToGreeting: .listenToGreeting
            case .pause(let span): .pause(span)
            case .hangUp: .hangUp
            }
        }
        if steps.last != .hangUp { steps.append(.hangUp) }
    }
}

extension Script.Line {
    fileprivate init?(_ utterance: ScriptedUtterance, voice: PathVoice) {
        guard let clip = voice.index(ofClip: utterance.clip) else { return nil }
        self.init(
            clip: clip,
            name: utterance.clip,
            anchor: utterance.anchor,
            delay: utterance.delay,
            kind: utterance.kind,
            expect: utterance.expect,
            doneWhenReplyBegins: utterance.doneWhenReplyBegins,
            timing: voice.clips[clip].timing
        )
    }
}
