import Planning
import Timeline

/// A part of a headline latency, in the order in which it passes; the parts of a turn add up.
package enum LatencyStage: String, Sendable, CaseIterable {
    /// Turn end to the arrival of the reply's first packet: the way there, the agent, the way back.
    case firstPacket = "first_packet"
    /// What the reply has in front of its first audible sample.
    case silence
    /// Onset of the interruption to the arrival of what ends the sound: its last audible sample
    /// where packets carry it, the stop event where a player holds seconds of it.
    case stop
    /// From arrival to the ear.
    case player

    /// What `first_audio` and `barge_in_cut` are made of; nothing else is divided.
    package static func stages(of metric: String) -> [LatencyStage] {
        switch metric {
        case TurnMetric.firstAudio.name: [.firstPacket, .silence, .player]
        case TurnMetric.bargeInCut.name: [.stop, .player]
        default: []
        }
    }

    /// The parts of one turn, ms, in the order of ``stages(of:)``; `nil` where an instant is missing.
    static func parts(
        of metric: String, _ context: TurnInContext, player: PathPlayer?
    ) -> [Double]? {
        switch metric {
        case TurnMetric.firstAudio.name: partsOfAnswer(context.turn, player)
        case TurnMetric.bargeInCut.name: partsOfCut(context.turn, player)
        default: nil
        }
    }

    private static func partsOfAnswer(_ turn: TurnRecord, _ player: PathPlayer?) -> [Double]? {
        guard let packet = turn.firstPacket, let heard = turn.heardOnset else { return nil }
        let first = (packet - turn.scheduledEnd).milliseconds
        let after = (heard - packet).milliseconds
        if let delay = player?.delay { return [first, after - delay, delay] }
        // Of a buffer without a fixed depth: up to a packet of silence counts as the player's.
        guard let audible = turn.firstAudible else { return nil }
        let silence = (audible - packet).milliseconds
        return [first, silence, after - silence]
    }

    private static func partsOfCut(_ turn: TurnRecord, _ player: PathPlayer?) -> [Double]? {
        guard let stop = turn.heardStop else { return nil }
        let whole = (stop - turn.scheduledOnset).milliseconds
        switch player {
        case .jitterBuffer(let delay):
            return [whole - delay, delay]
        case .queue:
            guard let signal = turn.signal else { return nil }
            let noticed = (signal - turn.scheduledOnset).milliseconds
            return [noticed, whole - noticed]
        case .adaptiveJitterBuffer, nil:
            guard let last = turn.wireStop else { return nil }
            let received = (last - turn.scheduledOnset).milliseconds
            return [received, whole - received]
        }
    }
}

/// What turns a path's received audio into heard audio, as far as latencies depend on it.
package enum PathPlayer: Equatable, Sendable {
    /// A fixed delay from arrival to the ear, ms.
    case jitterBuffer(Double)
    case adaptiveJitterBuffer
    /// Plays on at its own pace; whether a stop event empties it.
    case queue(flushes: Bool)

    init(_ configuration: PlayerConfiguration) {
        self =
            switch configuration {
            case .jitterBuffer(let delay): .jitterBuffer(delay.milliseconds)
            case .adaptiveJitterBuffer: .adaptiveJitterBuffer
            case .playback(let flushes): .queue(flushes: flushes)
            }
    }

    /// From arrival to the ear where a reply begins, ms; `nil` where it is not fixed.
    fileprivate var delay: Double? {
        switch self {
        case .jitterBuffer(let delay): delay
        case .adaptiveJitterBuffer: nil
        case .queue: 0
        }
    }
}
