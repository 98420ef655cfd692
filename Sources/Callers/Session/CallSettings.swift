import Audio
import Dialects
import Planning
import RTPCore
import Timeline

/// What all calls of one path have in common.
///
/// A class, so that each call holds no more than a reference.
final class CallSettings: Sendable {
    let codec: CodecName
    let patience: Dialogue.Patience
    let hearing: OpusEar.Mode
    /// What the ear is off by on this path: to be subtracted.
    let detectorBias: DetectorBias
    /// The WebSocket dialect; `nil` on RTP.
    let dialect: CallerDialect?
    /// Protocol of the channel for events beside RTP; `nil` where a path has none.
    let events: CallerDialect?
    /// Whether a path without a handshake: nobody is known to be there until a packet comes.
    let isBlind: Bool
    /// Whether messages of the path's voice begin with a level byte.
    let framesCarryLevels: Bool
    let honoursFlush: Bool
    let jitterBuffer: JitterBuffer.Delay
    let payloadType: UInt8
    let levelID: UInt8
    let leavesSilenceOut: Bool
    /// Wall-clock time of the run's origin, for RTCP; a constant in simulation.
    let clockOrigin: NTPTimestamp
    let seed: UInt64

    init(scenario: Scenario, path: PathPlan, clockOrigin: NTPTimestamp) {
        let configuration = path.configuration
        codec = configuration.codec
        patience = Dialogue.Patience(
            turnTimeout: scenario.turnTimeout,
            hold: scenario.hold,
            warmupTurns: scenario.warmupTurns
        )
        // A foreign agent's levels are its own affair; only ours are known to fit what it sends.
        let isForeign = configuration.url != nil
        hearing = scenario.hearing == .decode || isForeign ? .decodeAll : .levels
        dialect = CallerDialect(path: configuration, interval: path.interval)
        events =
            configuration.events == .openAIRealtime
            ? CallerDialect(eventsOf: .openAIRealtime, session: configuration.session) : nil
        isBlind = configuration.transport.carriesPackets && !configuration.hasPeerSession
        framesCarryLevels = dialect?.hasLevels ?? false
        leavesSilenceOut = configuration.dtx
        levelID = configuration.levelID
        // Levels that are not believed are not looked at.
        detectorBias =
            DetectorTrial(
                codec: codec, interval: path.interval, mode: hearing,
                hasLevels: hearing == .levels
                    && (configuration.transport.carriesPackets || framesCarryLevels),
                hasSilence: configuration.transport.carriesPackets
            ).knownBias
        payloadType = configuration.wirePayloadType
        switch configuration.player {
        case .jitterBuffer(let delay): (jitterBuffer, honoursFlush) = (.fixed(delay), false)
        case .adaptiveJitterBuffer: (jitterBuffer, honoursFlush) = (.adaptive, false)
        case .playback(let flushes): (jitterBuffer, honoursFlush) = (.adaptive, flushes)
        }
        self.clockOrigin = clockOrigin
        seed = scenario.seed
    }
}

extension PathConfiguration {
    /// Payload type of the codec's packets: the path's own for Opus, static for G.711 (RFC 3551 §6).
    package var wirePayloadType: UInt8 {
        switch codec {
        case .pcmu: 0
        case .pcma: 8
        case .opus, .pcm16: payloadType
        }
    }
}
