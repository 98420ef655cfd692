import Analysis
import Reports
import Testing
import Timeline

@Suite struct PrometheusTextTests {
    private let run = PrometheusText.Run(id: "r1", scenario: "quickstart", version: "0.1.0")

    private func figures(_ name: String = "rtp") -> LiveFigures {
        var figures = LiveFigures(paths: [(name, "rtp")])
        figures.take(callers: [7])
        var call = CallRecord(id: CallID(path: 0, number: 0), wireID: 0, planned: .zero)
        call.reason = "timeout"
        figures.take(.call(call))
        for (number, answer) in [Int64(420), 480, nil].enumerated() {
            var turn = TurnRecord(
                call: CallID(path: 0, number: 0), number: number, kind: .utterance,
                expect: .response, clip: "c", scheduledOnset: .zero,
                scheduledEnd: .zero + .seconds(1), patience: .seconds(10))
            turn.heardOnset = answer.map { .zero + .seconds(1) + .milliseconds($0) }
            figures.take(.turn(turn))
        }
        var second = SecondRecord(path: 0, second: 0)
        second.framesScheduled = 50
        second.framesOnTime = 49
        second.tickLateness = .microseconds(1_250)
        figures.take(second)
        return figures
    }

    @Test func `figures stand under their names, durations in seconds`() {
        let lines = PrometheusText.render(figures(), of: run).split(separator: "\n").map(
            String.init)

        for expected in [
            #"talkover_run_info{run="r1",scenario="quickstart",version="0.1.0"} 1"#,
            #"talkover_callers{path="rtp",transport="rtp"} 7"#,
            #"talkover_calls_total{path="rtp",transport="rtp",outcome="failed",reason="timeout"} 1"#,
            #"talkover_first_audio_seconds_bucket{path="rtp",transport="rtp",le="0.4"} 0"#,
            #"talkover_first_audio_seconds_bucket{path="rtp",transport="rtp",le="0.5"} 2"#,
            #"talkover_first_audio_seconds_bucket{path="rtp",transport="rtp",le="10"} 2"#,
            #"talkover_first_audio_seconds_bucket{path="rtp",transport="rtp",le="+Inf"} 3"#,
            #"talkover_first_audio_seconds_sum{path="rtp",transport="rtp"} 10.9"#,
            #"talkover_first_audio_seconds_count{path="rtp",transport="rtp"} 3"#,
            #"talkover_censored_turns_total{path="rtp",transport="rtp",metric="first_audio"} 1"#,
            #"talkover_barge_in_cut_seconds_count{path="rtp",transport="rtp"} 0"#,
            #"talkover_frames_on_time_total{path="rtp",transport="rtp"} 49"#,
            #"talkover_send_lateness_seconds{path="rtp",transport="rtp"} 0.00125"#,
        ] {
            #expect(lines.contains(expected), "\(expected)")
        }
    }

    @Test func `each family is described once, before its first sample`() {
        var described: [Substring] = []
        for line in PrometheusText.render(figures(), of: run).split(separator: "\n") {
            if line.hasPrefix("# TYPE ") { described.append(line.split(separator: " ")[2]) }
            guard !line.hasPrefix("#") else { continue }
            let name = line.prefix { $0 != "{" }
            let family = described.last ?? ""
            #expect(
                name == family || ["_bucket", "_sum", "_count"].contains { name == family + $0 })
        }
        #expect(Set(described).count == described.count && described.count == 10)
    }

    @Test func `what could end a label is escaped`() {
        let text = PrometheusText.render(figures("a\"} 1\nb\\"), of: run)

        #expect(text.contains(#"talkover_callers{path="a\"} 1\nb\\",transport="rtp"} 7"#))
        #expect(
            text.split(separator: "\n").allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("talk") })
    }

    @Test(arguments: [("a\r\nb", "a\r\\nb"), ("a\"\u{301}b", "a\\\"\u{301}b")])
    func `no character of several scalars hides what could end a label`(
        name: String, written: String
    ) {
        let text = PrometheusText.render(figures(name), of: run)

        // By bytes: "\r\n" is one character to a String.
        let line = Array("talkover_callers{path=\"\(written)\",transport=\"rtp\"} 7".utf8)
        #expect(text.utf8.split(separator: UInt8(ascii: "\n")).contains { Array($0) == line })
    }
}
