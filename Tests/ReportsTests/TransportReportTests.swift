import Analysis
import Reports
import Testing

/// Reports of a run over every transport: legs, phases, and room for four columns.
@Suite struct TransportReportTests {
    private static let summary = SampleRuns.summary(SampleRuns.everyTransport)

    private func lines(width: Int, _ summary: RunSummary = Self.summary) -> [String] {
        TerminalReport.render(summary, width: width, colour: false)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

    @Test func `four paths stand side by side in 120 columns`() throws {
        let lines = lines(width: 120)

        let heading = lines.filter { words($0) == ["websocket", "rtp", "webrtc", "hybrid"] }
        #expect(heading.count == 1)
        let row = try #require(lines.first { $0.hasPrefix("first_audio ") })
        #expect(
            words(row) == [
                "first_audio", "532", "639", "200", "493", "586", "200", "505", "573", "200",
                "584", "679", "200",
            ])
        #expect(lines.contains { $0.contains("peak 200, level+decode   peak 200, level+decode") })
    }

    @Test(arguments: [72, 80, 100])
    func `four paths are parted in two blocks where there is less room`(width: Int) {
        let lines = lines(width: width)

        #expect(lines.count { words($0) == ["websocket", "rtp"] } == 1)
        #expect(lines.count { words($0) == ["webrtc", "hybrid"] } == 1)
        #expect(lines.count { $0.hasPrefix("first_audio ") } == 2)
        #expect(lines.count { $0.hasPrefix("not measured: ") } == 1)
        // What no path of a block has stands in the other block alone.
        #expect(lines.count { $0.hasPrefix("  setup_upgrade ") } == 1)
        #expect(lines.count { $0.hasPrefix("  setup_dtls ") } == 1)
    }

    @Test func `more paths than two blocks hold stand below each other`() {
        let many = SampleRuns.summary(
            SampleRuns.material(
                (0..<9).map { SamplePath("p\($0)", "rtp", firstAudio: 500, cut: 250) }))

        let lines = lines(width: 100, many)

        #expect(lines.count { $0 == "  first_audio" } == 1)
        #expect(lines.count { $0.hasPrefix("    p8 ") } > 10)
    }

    @Test func `the legs of the hybrid stand below what they are legs of`() throws {
        let lines = lines(width: 200)
        let audio = try #require(lines.firstIndex { $0.hasPrefix("first_audio ") })
        let cut = try #require(lines.firstIndex { $0.hasPrefix("barge_in_cut ") })
        let legs = lines.indices.filter {
            ["edge", "backend"].contains(words(lines[$0]).first ?? "")
        }

        #expect(legs.count == 4)
        #expect(legs.prefix(2).allSatisfy { audio < $0 && $0 < cut })
        #expect(legs.suffix(2).allSatisfy { $0 > cut })
        #expect(
            words(lines[legs[0]]) == [
                "edge", "—", "—", "—", "85.9", "94.3", "100", "—", "200",
            ])
    }

    @Test func `of legs and phases that no path has nothing is said`() {
        let lines = lines(width: 100, SampleRuns.summary(SampleRuns.pass))

        #expect(!lines.contains { $0.hasPrefix("  edge") })
        #expect(!lines.contains { $0.contains("first_audio_backend") || $0.contains("setup_ice") })
    }

    @Test func `Markdown has legs, phases and what the peer lost`() {
        let text = MarkdownReport.render(Self.summary)

        #expect(text.contains("| `first_audio_edge` p50 | — | — | — | 85.9 ms (84.6–86.8) |"))
        #expect(text.contains("| `barge_in_cut_backend` p50 | — | — | — | 205 ms (200–211) |"))
        #expect(
            text.contains(
                "| its phases, p50 | tcp 0.30 · upgrade 1.94 ms | — "
                    + "| tcp 0.30 · signalling 3.20 · ice 4.18 · dtls 11.8 ms |"))
        #expect(text.contains("| `remote_loss` | — | 0.1 % (132/236000) |"))
        #expect(!MarkdownReport.render(SampleRuns.summary(SampleRuns.pass)).contains("edge"))
    }

    @Test func `a page of four paths leaves room for all of them`() {
        let page = HTMLReport.render(
            Self.summary, detail: SampleRuns.detail(SampleRuns.everyTransport))

        #expect(page.contains("<table class=\"measurements many\">"))
        #expect(!page.contains(">p90</th>"))
        #expect(page.matches(of: #/<tr class="part">/#).count == 4 + 5)
        #expect(page.contains("signalling") && page.contains("remote_loss"))
    }

    @Test func `failures have an example and refusals a count in every report`() {
        let summary = SampleRuns.summary(SampleRuns.fourPaths)
        let example = "no answer to 7 checks of 203.0.113.9"
        let page = HTMLReport.render(summary, detail: SampleRuns.detail(SampleRuns.fourPaths))
        let markdown = MarkdownReport.render(summary)

        #expect(page.contains("<div>7 connect timeout<small>\(example):3478</small></div>"))
        #expect(page.contains("<td class=\"number bad\">116</td>"))
        #expect(markdown.contains("  - connect timeout: \(example)&#58;3478"))
        #expect(markdown.contains("- Refused on vendor eu-central: 116 messages or packets"))
        #expect(JSONReport.render(summary).contains(example))
        #expect(!markdown.contains("Refused on webrtc"))
    }

    @Test func `routes are told where not all calls went from host to host`() {
        var summary = Self.summary
        summary.paths[2].calls.routes = ["host/host": 200]
        #expect(!MarkdownReport.render(summary).contains("host/host"))
        summary.paths[2].calls.routes = ["host/host": 3, "relay/prflx": 197]

        let told = "3 host/host, 197 relay/prflx"
        let page = HTMLReport.render(
            summary, detail: SampleRuns.detail(SampleRuns.everyTransport))
        #expect(lines(width: 80, summary).contains("  webrtc: " + told))
        #expect(MarkdownReport.render(summary).contains("- Routes of webrtc, ours/theirs: " + told))
        #expect(page.contains(told))
        #expect(JSONReport.render(summary).contains("\"relay/prflx\": 197"))
    }
}
