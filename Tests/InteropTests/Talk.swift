import Testing

/// What every conversation here has to show, whoever the peer is.
///
/// The agents wait for 300 ms of silence before they answer, and for 100 ms of speech before they
/// stop; the rest is jitter buffers, frames, Python, and a host with two cores that has other work.
enum Talk {
    static let firstAudio = 200.0...2_500.0
    static let cut = 50.0...1_500.0

    /// A question, and an interruption of the answer.
    static let dialogue = """
        dialogue:
          - say: opening_hours
            expect: response
          - say: hold_on
            after: agent_speech_start
            delay: {uniform: [600ms, 1000ms]}
            kind: interrupt
            expect: cut
          - wait: response
          - hang_up

        """

    /// - Parameter paths: one a line, each with its name.
    static func scenario(
        _ paths: [String], agent: String = "", dialogue: String = dialogue
    ) -> String {
        """
        name: interop
        seed: 42
        hearing: decode
        control: 0
        order: together
        \(agent)paths:
        \(paths.map { "  \($0)\n" }.joined())load: {callers: 2, ramp: 200ms, calls_each: 1}
        \(dialogue)
        """
    }

    /// Every call was had to its end: the agent was heard, and it fell silent for its caller.
    static func expectTalk(
        _ path: MeasuredPath, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(path.completed == path.planned, "\(path)", sourceLocation: sourceLocation)
        for (name, bounds) in [("first_audio", firstAudio), ("barge_in_cut", cut)] {
            guard let metric = path[name] else {
                Issue.record("no \(name): \(path)", sourceLocation: sourceLocation)
                continue
            }
            #expect(metric.count > 0, "\(path)", sourceLocation: sourceLocation)
            #expect(
                bounds.contains(metric.least) && bounds.contains(metric.most), "\(path)",
                sourceLocation: sourceLocation)
        }
        // Neither its SRTP nor its SRTCP was foreign to us, nor came twice.
        #expect(path.refusedPackets == 0, "\(path)", sourceLocation: sourceLocation)
    }

    /// The setting up was measured, step by step, and the agent's reports came back.
    static func expectSetup(
        _ path: MeasuredPath, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let steps = ["setup_signalling", "setup_ice", "setup_dtls", "connect", "network_rtt"]
        for name in steps {
            #expect(
                path[name]?.count == path.completed, "\(name) of \(path)",
                sourceLocation: sourceLocation)
        }
    }

    /// No call came about, or none lasted, each for this reason.
    static func expectFailure(
        _ path: MeasuredPath, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(path.failed == [reason: 2], "\(path)", sourceLocation: sourceLocation)
        #expect(path.completed == 0, "\(path)", sourceLocation: sourceLocation)
        #expect(path.examples[reason]?.isEmpty == false, sourceLocation: sourceLocation)
    }
}
