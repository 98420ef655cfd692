import Analysis
import Foundation
import Testing
import Timeline

@testable import Reports

/// The error bar and the detector's bias in every form of report.
@Suite struct AccuracyReportTests {
    private func summary(selftest: String? = nil) -> RunSummary {
        var summary = SampleRuns.summary(SampleRuns.pass)
        summary.paths[0].errorBar = ErrorBar(
            ptime: 10, detector: 2, lateness: 0.5, dwell: 0.25, selftest: selftest)
        summary.paths[1].errorBar = ErrorBar(ptime: 10, lateness: 0.5, selftest: selftest)
        summary.paths[1].detector = DetectorBias(
            onset: .init(bias: .microseconds(312), deviation: .microseconds(85), count: 40))
        return summary
    }

    private func path(_ name: String, of summary: RunSummary) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(JSONReport.render(summary).utf8))
        let document = try #require(object as? [String: Any])
        return try #require((document["paths"] as? [String: [String: Any]])?[name])
    }

    @Test func `the whole stands beside its parts`() throws {
        let text = TerminalReport.render(summary(), width: 120, colour: false)

        #expect(
            text.contains(
                "error bar of websocket ± 10.2 ms: half a frame 10.0, detector 2.00, "
                    + "lateness p99 0.50, dwell p99 0.25"))
        #expect(text.contains("error bar of rtp ± 10.0 ms: half a frame 10.0, lateness p99 0.50\n"))
    }

    @Test func `the self-test that a bar rests on is named, or how to make one`() {
        let named = summary(selftest: "st1abc")
        let unnamed = summary()
        func all(_ summary: RunSummary) -> [String] {
            [
                TerminalReport.render(summary, width: 120, colour: false),
                MarkdownReport.render(summary), HTMLReport.render(summary),
            ]
        }

        #expect(all(named).allSatisfy { $0.contains("st1abc") })
        #expect(all(unnamed).allSatisfy { $0.contains("talkover selftest") })
        #expect(
            all(named).allSatisfy { $0.contains("± 10.2 ms: half a frame 10.0, detector 2.00") })
    }

    @Test func `bar and detector are in the JSON of each path, null where not measured`() throws {
        let websocket = try path("websocket", of: summary(selftest: "st1"))
        let rtp = try path("rtp", of: summary())

        let bar = try #require(websocket["error_bar"] as? [String: Any])
        #expect(bar["ms"] as? Double == 10.213)
        #expect(
            bar["parts"] as? [String: Double] == [
                "ptime": 10, "detector": 2, "lateness": 0.5, "dwell": 0.25,
            ])
        #expect(bar["selftest"] as? String == "st1")
        let unmeasured = try #require(websocket["detector"] as? [String: Any])
        #expect(unmeasured["onset"] is NSNull && unmeasured["stop"] is NSNull)

        let parts = (rtp["error_bar"] as? [String: Any])?["parts"] as? [String: Any]
        #expect(parts?["detector"] is NSNull && parts?["dwell"] is NSNull)
        let detector = try #require(rtp["detector"] as? [String: Any])
        #expect(
            detector["onset"] as? [String: Double] == ["bias_ms": 0.312, "sd_ms": 0.085, "n": 40])
        #expect(detector["stop"] is NSNull)
    }

    @Test func `a simulated run has no error bar`() throws {
        let simulated = SampleRuns.summary(SampleRuns.simulated)

        #expect(try path("rtp", of: simulated)["error_bar"] is NSNull)
        #expect(!TerminalReport.render(simulated, width: 120, colour: false).contains("error bar"))
        #expect(!MarkdownReport.render(simulated).contains("rror bar"))
    }
}
