import Analysis
import Foundation
import Reports
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite struct JUnitReportTests {
    @Test func `every objective is a case and the verdict the last one`() throws {
        let elements = try parsed(JUnitReport.render(SampleRuns.summary(SampleRuns.fourPaths)))

        let cases = elements.filter { $0.name == "testcase" }
        #expect(cases.count == 17)
        #expect(cases.last?.attributes["name"] == "verdict")
        #expect(cases.first?.attributes["classname"] == "websocket")
        #expect(cases.first?.attributes["name"] == "first_audio: p(90)<700ms")
        let suite = try #require(elements.first { $0.name == "testsuite" })
        #expect(suite.attributes["tests"] == "17")
        #expect(suite.attributes["failures"] == "5")
        #expect(suite.attributes["errors"] == "0")
        #expect(elements.count { $0.name == "failure" } == 5)
        #expect(elements.first?.name == "testsuites")
    }

    @Test(arguments: Verdict.allCases)
    func `the verdict case is red whenever the verdict is not pass`(verdict: Verdict) throws {
        var summary = SampleRuns.summary(SampleRuns.pass)
        summary.verdict = verdict

        let elements = try parsed(JUnitReport.render(summary))
        let red = elements.filter { $0.name == "failure" || $0.name == "error" }
        #expect(red.count == (verdict == .pass ? 0 : 1))
        #expect(red.allSatisfy { $0.attributes["type"] == "verdict_\(verdict.rawValue)" })
    }

    @Test(arguments: attacks)
    func `no text breaks the document`(text: String) throws {
        let elements = try parsed(JUnitReport.render(SampleRuns.hostile(text).summary))

        #expect(elements.count { $0.name == "testcase" } == 2)
        let known = [
            "testsuites", "testsuite", "properties", "property", "testcase", "failure", "error",
        ]
        #expect(elements.allSatisfy { known.contains($0.name) })
    }

    private func parsed(_ xml: String) throws -> [Element] {
        let collector = Collector()
        let parser = XMLParser(data: Data(xml.utf8))
        parser.delegate = collector
        let isWellFormed = parser.parse()
        try #require(isWellFormed, "\(String(describing: parser.parserError)) in \(xml)")
        return collector.elements
    }

    struct Element {
        var name: String
        var attributes: [String: String]
    }

    private final class Collector: NSObject, XMLParserDelegate {
        var elements: [Element] = []

        func parser(
            _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
            qualifiedName qName: String?, attributes attributeDict: [String: String] = [:]
        ) {
            elements.append(Element(name: elementName, attributes: attributeDict))
        }
    }
}

@Suite struct GitHubReportTests {
    @Test(arguments: attacks)
    func `no text ends an annotation or a property`(text: String) {
        var summary = SampleRuns.hostile(text).summary
        summary.verdict = .fail

        let lines = GitHubReport.render(summary, status: .failed)
            .utf8.split(separator: UInt8(ascii: "\n"))

        #expect(lines.count == 2)
        for line in lines {
            #expect(line.starts(with: "::error title=".utf8))
            let title = line.dropFirst("::error title=".utf8.count)
                .prefix { $0 != UInt8(ascii: ":") }
            #expect(!title.contains(UInt8(ascii: ",")) && !line.contains(UInt8(ascii: "\r")))
            #expect(
                line.dropFirst("::error title=".utf8.count + title.count).starts(with: "::".utf8))
        }
    }

    @Test func `what the environment did is not called a pass`() {
        let text = GitHubReport.render(SampleRuns.summary(SampleRuns.pass), status: .environment)

        #expect(text.hasPrefix("::error title=talkover%3A environment::the environment failed; "))
        #expect(text.hasSuffix("until then pass: 8 of 8 objectives met, exit 6\n"))
    }
}

@Suite struct MarkdownReportTests {
    @Test func `verdict, headline metrics and objectives are there`() {
        let text = MarkdownReport.render(SampleRuns.summary(SampleRuns.pass))

        #expect(text.hasPrefix("### ✅ Talkover: quickstart, **pass**\n\n8 of 8 objectives met.\n"))
        #expect(text.contains("| | websocket | rtp |\n|---|--:|--:|\n"))
        #expect(text.contains("| `first_audio` p50 | 532 ms (527–539) | 493 ms (490–501) |"))
        #expect(text.contains("| `barge_in_cut` n | 177 (3 void) | 158 (22 void) |"))
        #expect(text.contains("| `response_rate` | 100 % (200/200) | 100 % (200/200) |"))
        #expect(
            text.contains("| websocket | first\\_audio | p(90)&lt;700ms | 598 ms | 200 | ✅ pass |"))
    }

    @Test func `an invalid run names what broke before any figure`() throws {
        let text = MarkdownReport.render(SampleRuns.summary(SampleRuns.invalid))

        let problem = try #require(text.range(of: "send lateness p99 is"))
        let table = try #require(text.range(of: "| `first"))
        #expect(problem.lowerBound < table.lowerBound)
        #expect(text.contains("**Generator INVALID**"))
    }

    @Test(arguments: attacks)
    func `no text adds a column, an element or a mention`(text: String) {
        let report = MarkdownReport.render(SampleRuns.hostile(text).summary)

        let allowed = report.replacing("<sub>", with: "").replacing("</sub>", with: "")
        // By scalars, as a renderer of Markdown reads it.
        #expect(!allowed.unicodeScalars.contains("<") && !allowed.unicodeScalars.contains("@"))
        #expect(!allowed.contains("http:"))
        for line in report.split(separator: "\n") where line.hasPrefix("|") {
            let plain = line.unicodeScalars.split(separator: "\\").enumerated().map { index, part in
                index > 0 && part.first == "|" ? part.dropFirst() : part
            }
            let bars = plain.joined().count { $0 == "|" }
            #expect(bars == 4 || bars == 7, "\(line)")
        }
    }
}
