import Analysis
import Foundation
import Reports
import Testing

@Suite struct HTMLReportTests {
    private func page(_ material: RunMaterial) -> String {
        HTMLReport.render(SampleRuns.summary(material), detail: SampleRuns.detail(material))
    }

    @Test func `the page loads nothing`() {
        let page = page(SampleRuns.fourPaths)

        #expect(!page.contains("http://") && !page.contains("https://"))
        #expect(!page.contains(" src=") && !page.contains("url(") && !page.contains("@import"))
        for reference in page.matches(of: #/href="([^"]*)"/#) {
            #expect(reference.output.1.hasPrefix("#"))
        }
        #expect(page.contains("default-src &#39;none&#39;"))
    }

    @Test func `the page stays below 900 kB with many paths`() {
        let many = SampleRuns.material(
            (0..<15).map { SamplePath("path \($0)", "rtp", firstAudio: 500, cut: 250) }
        )

        #expect(page(SampleRuns.fourPaths).utf8.count < 450_000)
        #expect(page(many).utf8.count < 900_000)
    }

    @Test func `every element is closed where it was opened`() {
        for material in [SampleRuns.pass, SampleRuns.empty, SampleRuns.simulated] {
            #expect(imbalance(page(material)) == nil)
        }
    }

    @Test(arguments: attacks)
    func `no text leaves its place`(text: String) throws {
        let (summary, detail) = SampleRuns.hostile(text)
        let page = HTMLReport.render(summary, detail: detail)

        #expect(imbalance(page) == nil)
        #expect(page.matches(of: #/<script/#).count == 4)
        #expect(!page.contains("<img"))
        let data = try #require(page.firstMatch(of: #/id="data">([^<]*)<\/script>/#))
        let object = try JSONSerialization.jsonObject(with: Data(data.output.1.utf8))
        let order = try #require((object as? [String: Any])?["order"] as? [String])
        #expect(order.first == text)
    }

    @Test func `verdict and generator come before the first measurement`() throws {
        let page = page(SampleRuns.invalid)

        let verdict = try #require(page.range(of: "! invalid"))
        let grade = try #require(page.range(of: "! INVALID"))
        let table = try #require(page.range(of: "class=\"measurements\""))
        #expect(verdict.lowerBound < grade.lowerBound)
        #expect(grade.lowerBound < table.lowerBound)
        #expect(page.contains("send lateness p99 is"))
    }

    @Test func `tables have scopes and plots have captions`() {
        let page = page(SampleRuns.pass)

        #expect(!page.contains("<th>"))
        let figures = page.matches(of: #/<figure/#).count
        // Six plots, two of stages, four of slowest turns, one of phases.
        #expect(figures == 13)
        #expect(page.matches(of: #/<figcaption/#).count == figures)
        #expect(page.matches(of: #/<label for="/#).count == page.matches(of: #/<select /#).count)
    }

    @Test func `curves, definitions and scenario reach the page`() throws {
        let page = page(SampleRuns.pass)

        #expect(page.contains("id=\"def-first_audio\""))
        #expect(page.contains("href=\"#def-first_audio\""))
        #expect(page.contains("first_audio: [&quot;p(90)&lt;700ms&quot;"))
        let data = try #require(page.firstMatch(of: #/id="data">([^<]*)<\/script>/#))
        let object = try JSONSerialization.jsonObject(with: Data(data.output.1.utf8))
        let curves = try #require((object as? [String: Any])?["curves"] as? [[String: Any]])
        let metrics = try #require(curves[0]["metrics"] as? [String: [String: Any]])
        let shares = try #require(metrics["first_audio"]?["share"] as? [Int])
        #expect(shares.last == 1_000_000)
        #expect(shares == shares.sorted())
        #expect((curves[1]["seconds"] as? [[Any]])?.count == 29)
    }

    @Test func `a path that never answered is in the curves, beside those that did`() throws {
        var mute = SamplePath("mute", "webrtc", firstAudio: 500, cut: 250)
        mute.unanswered = 1
        let page = page(
            SampleRuns.material([SamplePath("rtp", "rtp", firstAudio: 500, cut: 250), mute]))

        let data = try #require(page.firstMatch(of: #/id="data">([^<]*)<\/script>/#))
        let object = try JSONSerialization.jsonObject(with: Data(data.output.1.utf8))
        let curves = try #require((object as? [String: Any])?["curves"] as? [[String: Any]])
        let metrics = try #require(curves[1]["metrics"] as? [String: [String: Any]])
        let answer = try #require(metrics["first_audio"])
        #expect(answer["n"] as? Int == answer["censored"] as? Int)
        #expect((answer["n"] as? Int ?? 0) > 0 && (answer["value"] as? [Any])?.isEmpty == true)
        #expect(page.contains("One that stays at 0 % has no others."))
        // Nothing measured is said where there is no sample, not where no quantile has a value.
        #expect(page.contains("if (!rows.some(r => r.m && r.m.n > 0)) return nothing(canvas);"))
        #expect(page.contains("plot.py(s.below[i])], [plot.px(v), plot.py(s.share[i])]"))
    }

    @Test func `a run without curves has no empty plots`() {
        let page = HTMLReport.render(SampleRuns.summary(SampleRuns.pass))

        #expect(!page.contains("id=\"distributions\""))
        #expect(!page.contains("id=\"timeline\""))
        #expect(!page.contains("id=\"scenario\""))
    }

    /// The first tag that does not match the one it should close; `nil` when all do.
    private func imbalance(_ page: String) -> String? {
        var open: [String] = []
        var rest = page[...]
        while let tag = rest.firstMatch(of: #/<(/?)([a-z][a-z0-9]*)((?:\s[a-z-]+="[^"<>]*")*)>/#) {
            let name = String(tag.output.2)
            rest = rest[tag.range.upperBound...]
            if ["meta"].contains(name) { continue }
            if tag.output.1.isEmpty {
                open.append(name)
                // What is inside is no markup; it ends at the first end tag, whatever it holds.
                if name == "script" || name == "style" {
                    guard let end = rest.range(of: "</\(name)>") else { return name }
                    rest = rest[end.lowerBound...]
                }
            } else if open.popLast() != name {
                return name
            }
        }
        return open.last
    }
}
