import Foundation
import Planning
import Testing
import Timeline

@testable import Analysis
@testable import Reports

/// What a report says in words, and what it shows to answer why.
@Suite struct ExplainingReportTests {
    private static let summary = SampleRuns.summary(SampleRuns.pass)
    private static let page = HTMLReport.render(
        summary, detail: SampleRuns.detail(SampleRuns.pass))

    /// The text of the section at the top of a page, without its tags.
    private func answer(_ page: String) throws -> String {
        let start = try #require(page.range(of: "<section id=\"answer\""))
        let rest = page[start.lowerBound...]
        let end = try #require(rest.range(of: "</section>"))
        return rest[..<end.lowerBound].replacing(#/<[^>]*>/#, with: " ")
            .split(separator: " ").joined(separator: " ")
    }

    @Test func `the first section says which path is faster, by how much and how sure`() throws {
        let answer = try answer(Self.page)

        #expect(answer.contains("rtp answered 39 ms (7.4 %) faster than websocket."))
        #expect(answer.contains("rtp fell silent 23 ms (8.6 %) faster than websocket when"))
        #expect(
            answer.contains(
                #/Median 493 ms against 532 ms, 95 % interval of the difference \d+ to \d+ ms/#))
        #expect(answer.contains("at p95"))
        #expect(answer.contains("within one run; run-to-run variation unknown"))
        let first = try #require(Self.page.firstMatch(of: #/<section id="([a-z]+)"/#))
        #expect(first.output.1 == "answer")
    }

    @Test func `terminal and Markdown say the same`() {
        let sentence = "rtp answered 39 ms (7.4 %) faster than websocket"
        #expect(Self.page.contains(sentence))
        #expect(
            TerminalReport.render(Self.summary, width: 200, colour: false).contains(
                sentence + ": median 493 ms against 532 ms, 95 % interval of the difference "))
        let markdown = MarkdownReport.render(Self.summary)
        #expect(markdown.contains("- **rtp answered 39 ms (7.4 %) faster than websocket**: median"))
        #expect(markdown.contains("- within one run; run-to-run variation unknown"))
    }

    @Test func `an invalid run claims nothing, whether it has one path or more`() throws {
        var one = SampleRuns.invalid
        one.paths = [one.paths[1]]
        for material in [SampleRuns.invalid, one] {
            let page = HTMLReport.render(SampleRuns.summary(material), detail: ReportDetail())
            #expect(
                try answer(page) == "In short nothing is said of the agent: the generator was over "
                    + "its own budget.")
        }
    }

    @Test func `one path says what it did`() throws {
        let one = SampleRuns.material([SamplePath("rtp", "rtp", firstAudio: 493, cut: 241)])
        let answer = try answer(HTMLReport.render(SampleRuns.summary(one), detail: ReportDetail()))

        #expect(answer.contains(#/rtp answered in 49\d ms at the median \(95 % interval/#))
        #expect(answer.contains("rtp fell silent"))
        #expect(!answer.contains("faster"))
    }

    // MARK: Words

    private func gap(
        _ faster: Double?, _ slower: Double?, _ interval: (Double?, Double?)?,
        _ conclusion: PathDifference.Conclusion
    ) -> PathDifference.Gap {
        let difference = faster.flatMap { left in slower.map { $0 - left } }
        return PathDifference.Gap(
            faster: faster, slower: slower, difference: difference,
            interval: interval.map { Interval(lower: $0.0, upper: $0.1) }, conclusion: conclusion)
    }

    private func words(
        _ p50: PathDifference.Gap, _ stages: [(LatencyStage, Double)] = [],
        metric: String = "first_audio"
    ) throws -> Difference {
        var summary = Self.summary
        summary.paths[1].player = .jitterBuffer(60)
        summary.paths[0].player = .queue(flushes: true)
        summary.differences = [
            PathDifference(
                metric: metric, faster: "websocket", slower: "rtp", p50: p50, p95: nil,
                stages: stages.map {
                    .init(
                        stage: $0, difference: $1,
                        interval: Interval(lower: $1 - 1, upper: $1 + 1))
                })
        ]
        return try #require(Difference.all(in: summary).first)
    }

    @Test func `each conclusion has its own words`() throws {
        #expect(
            try words(gap(496, 573, (72, 82), .apart)).sentence
                == "websocket answered 77 ms (13 %) faster than rtp")
        #expect(
            try words(gap(496, 498, (-3, 8), .alike)).sentence
                == "websocket and rtp cannot be told apart in answering")
        #expect(
            try words(gap(496, 497.5, (1, 2), .withinBias)).sentence
                == "websocket and rtp answered alike: they are 2 ms (0.3 %) apart, "
                + "no more than this instrument may add")
        let few = try words(gap(496, 573, nil, .noInterval))
        #expect(few.sentence.hasSuffix("faster than rtp, in too few calls to be sure"))
        #expect(few.figures?.hasSuffix("an interval needs 20 calls on each path") == true)
        #expect(
            try words(gap(496, 496.3, nil, .noInterval)).sentence
                == "websocket answered as fast as rtp, in too few calls to be sure")
        #expect(
            try words(gap(nil, 573, nil, .incomparable), metric: "barge_in_cut").sentence
                == "websocket and rtp cannot be compared in falling silent")
        #expect(
            try words(gap(496, nil, (8_000, nil), .apart)).sentence
                == "websocket answered faster than rtp")
    }

    @Test func `a path that seldom does what is timed is named beside its speed`() {
        let found = Difference.all(in: SampleRuns.summary(SampleRuns.fourPaths))
            .compactMap(\.figures)

        #expect(found.contains { $0.contains("; vendor eu-central left ") })
        #expect(found.contains { $0.contains("; vendor eu-central did not stop in ") })
        #expect(!found.contains { $0.contains("rtp left") })
    }

    @Test func `the reason names the stages that stand out, and the player`() throws {
        let apart = gap(496, 573, (72, 82), .apart)
        #expect(
            try words(apart, [(.firstPacket, 15), (.silence, 1), (.player, 60)]).reason
                == "rtp spent 60 ms more in its player (a jitter buffer of 60 ms) "
                + "and 15 ms more until the first packet came")
        #expect(
            try words(apart, [(.firstPacket, -17), (.player, 60)]).reason
                == "rtp spent 60 ms more in its player (a jitter buffer of 60 ms), "
                + "but 17 ms less until the first packet came")
        #expect(try words(apart, [(.firstPacket, 1)]).reason == nil)
        #expect(try words(gap(496, 498, (-3, 8), .alike), [(.player, 60)]).reason == nil)
    }

    // MARK: Figures

    @Test func `stages, slowest turns, phases and media are on the page`() {
        for section in ["stages", "slowest", "carriage"] {
            #expect(Self.page.contains("<section id=\"\(section)\""), "\(section)")
        }
        #expect(Self.page.contains("until the first packet"))
        #expect(Self.page.contains(#/call \d+, turn 1: opening_hours/#))
        #expect(Self.page.contains("too late to play"))
        #expect(Self.page.contains(#/tcp 0\.\d+ · upgrade 1\.\d+ ms/#))
    }

    @Test func `bars stay within their figure, and their text holds every figure`() throws {
        for bar in Self.page.matches(of: #/style="left:([-0-9.]+)%;width:([-0-9.]+)%"/#) {
            let left = try #require(Double(bar.output.1))
            let width = try #require(Double(bar.output.2))
            #expect(left >= 0 && width >= 0 && left + width <= 100.02, "\(bar.output.0)")
        }
        let turn = try #require(
            PathExplanation.all(of: SampleRuns.pass).first?.slowest.first?.turns.first)
        #expect(Self.page.contains(turn.facts.joined(separator: " · ")))
    }

    @Test func `a turn that never ended is drawn as such`() {
        let page = HTMLReport.render(
            SampleRuns.summary(SampleRuns.fourPaths),
            detail: SampleRuns.detail(SampleRuns.fourPaths))

        #expect(page.contains("nothing within 10 s"))
        #expect(page.contains("part part-8"))
    }

    @Test func `recordings are played from beside the page, and only then may it load them`() {
        var detail = SampleRuns.detail(SampleRuns.pass)
        #expect(!Self.page.contains("media-src") && !Self.page.contains("<audio"))

        let slow = detail.explanations[1].slowest[0].turns[0]
        let sound = CallSound(path: "rtp", call: slow.call.number, reference: "./calls/rtp-3.wav")
        detail.recordings = [sound]
        let page = HTMLReport.render(Self.summary, detail: detail)
        #expect(page.contains("media-src &#39;self&#39; file:;"))
        #expect(page.contains("src=\"./calls/rtp-3.wav\""))
        // Beside its bar it begins a second before the caller does, 0.4 s into the call.
        #expect(page.contains("src=\"./calls/rtp-3.wav#t=0.0\""))
        #expect(page.contains("aria-label=\"Recording of rtp, call \(sound.call)\""))
    }
}

/// Properties that every page of any run has.
@Suite struct PagePropertyTests {
    private static let compared = [SampleRuns.pass, SampleRuns.fourPaths].map {
        ReportedRun(summary: SampleRuns.summary($0), detail: SampleRuns.detail($0))
    }
    private static let pages: [String] =
        [SampleRuns.pass, SampleRuns.fourPaths, SampleRuns.empty, SampleRuns.simulated].map {
            HTMLReport.render(SampleRuns.summary($0), detail: SampleRuns.detail($0))
        } + [HTMLReport.comparison(of: compared)]

    @Test func `ids are unique, and what points to one finds it`() {
        for page in Self.pages {
            let ids = page.matches(of: #/ id="([^"]*)"/#).map(\.output.1)
            #expect(Set(ids).count == ids.count)
            for target in page.matches(of: #/ (?:href="#|for="|aria-labelledby=")([^"]*)"/#) {
                #expect(ids.contains(target.output.1), "\(target.output.0)")
            }
        }
    }

    @Test func `every figure has a title and words of its own`() {
        for page in Self.pages {
            let figures = page.split(separator: "<figure").dropFirst()
            for figure in figures {
                let body = figure.prefix(
                    upTo: figure.range(of: "</figure>")?.lowerBound ?? figure.endIndex)
                #expect(body.contains("<h3>") && body.contains("<figcaption>"))
                #expect(body.contains("data-plot") || body.contains("class=\"rows\""))
            }
        }
    }

    @Test func `a thousand callers on four paths stay below 2 MB`() {
        let paths = ["websocket", "rtp", "webrtc", "hybrid"].map { transport in
            var path = SamplePath(transport, transport, firstAudio: 500, cut: 250)
            path.calls = 1_000
            return path
        }
        let material = SampleRuns.material(paths)
        let page = HTMLReport.render(
            SampleRuns.summary(material), detail: SampleRuns.detail(material))

        #expect(page.utf8.count < 1_000_000, "\(page.utf8.count)")
    }

    @Test func `a comparison sets runs side by side and says what differs`() {
        let page = HTMLReport.comparison(of: Self.compared)

        #expect(page.contains("Comparison of 2 runs"))
        let row = #/<tr><th scope="row">verdict<\/th><td>differs<\/td><td>✓ pass<\/td>/#
        #expect(page.contains(row))
        #expect(page.contains(#/<tr class="same"><th scope="row">seed<\/th><td>same<\/td>/#))
        for path in ["A websocket", "B websocket", "A rtp", "B rtp", "B vendor eu-central"] {
            #expect(page.contains("\(path)"), "\(path)")
        }
        #expect(!page.contains("A vendor"))
        #expect(page.contains("run-to-run variation unknown"))
        #expect(!page.contains("data-copy=\"json\""))
    }

    @Test func `a comparison names an invalid run and mixed modes`() {
        let runs = [SampleRuns.invalid, SampleRuns.simulated].map {
            ReportedRun(summary: SampleRuns.summary($0), detail: SampleRuns.detail($0))
        }
        let page = HTMLReport.comparison(of: runs)

        #expect(page.contains("A is invalid: its generator was over its own budget."))
        #expect(page.contains("Some runs are simulated and some are live"))
    }

    @Test(arguments: attacks)
    func `no text leaves its place in an answer, a recording or a comparison`(text: String) {
        var (summary, detail) = SampleRuns.hostile(text)
        summary.generator = nil
        detail.recordings = [CallSound(path: text, call: 1, reference: "./calls/x.wav")]
        let pages = [
            HTMLReport.render(summary, detail: detail),
            HTMLReport.comparison(of: [
                ReportedRun(summary: summary, detail: detail),
                ReportedRun(summary: summary, detail: detail),
            ]),
        ]
        for page in pages {
            #expect(page.matches(of: #/<script/#).count == 4)
            #expect(!page.contains("<img") && !page.contains("<!--"))
        }
        #expect(pages[0].contains("<section id=\"answer\""))
    }
}
