import LinkModel
import Planning
import Testing
import Timeline

/// Packets wait with the kernel until a call has to know of them.
@Suite struct WaitingPacketTests {
    private static let yaml = """
        name: waiting
        paths:
          opus: {transport: rtp, codec: opus}
          pcmu: {transport: rtp, codec: pcmu}
          adaptive: {transport: rtp, codec: opus, player: {jitter_buffer: adaptive}}
          slow: {transport: rtp, codec: opus, ptime: 60ms}
          webrtc: {transport: webrtc, codec: opus}
        load: {callers: 3, ramp: 1s, calls_each: 1}
        dialogue:
          - {say: opening_hours, expect: response}
          - {say: hold_on, after: agent_speech_start, delay: {uniform: [600ms, 1500ms]}, kind: interrupt, expect: cut}
          - {wait: response}
          - {pause: 700ms}
          - {say: opening_hours, expect: response}
          - {say: mm_hmm, after: agent_speech_start, delay: {uniform: [600ms, 2500ms]}, kind: backchannel, expect: continue}
          - {wait: silence}
        """

    @Test(arguments: zip([LinkProfile.lan, .wifi, .lte], [UInt64(1), 2, 3]))
    func `what waits is heard as if it had been read at once`(
        link: LinkProfile, seed: UInt64
    ) throws {
        let overrides = ScenarioOverrides(seed: seed)
        let live = try VirtualRun(Self.yaml, link: link, overrides: overrides)
        let atOnce = try VirtualRun(
            Self.yaml, link: link, overrides: overrides, listensAtOnce: true)

        for path in live.turns.indices {
            #expect(live.turns[path].count == atOnce.turns[path].count)
            let turns = zip(Self.sorted(live.turns[path]), Self.sorted(atOnce.turns[path]))
            for (turn, expected) in turns { #expect(turn == expected) }
            #expect(Self.sorted(live.calls[path]) == Self.sorted(atOnce.calls[path]))
            #expect(live.calls[path].allSatisfy { $0.media.overlap > .zero })
        }
    }

    private static func sorted(_ turns: [TurnRecord]) -> [TurnRecord] {
        turns.sorted { ($0.call.number, $0.number) < ($1.call.number, $1.number) }
    }

    private static func sorted(_ calls: [CallRecord]) -> [CallRecord] {
        calls.sorted { $0.id.number < $1.id.number }
    }
}
