import Analysis
import Foundation
import Testing

@testable import Reports

@Suite struct JSONReportTests {
    private func keys(_ value: JSONValue?) -> [String] {
        guard case .object(let members)? = value else { return [] }
        return members.map(\.key)
    }

    private func member(_ value: JSONValue?, _ path: String...) -> JSONValue? {
        path.reduce(value) { value, key in
            guard case .object(let members)? = value else { return nil }
            return members.first { $0.key == key }?.value
        }
    }

    private func parsed(_ summary: RunSummary) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(JSONReport.render(summary).utf8))
        return try #require(object as? [String: Any])
    }

    static let grade = [
        "valid", "problems", "send_lateness_ms", "send_ratio", "rx_dwell_ms", "cpu_cores",
        "cpu_ms_per_caller_second", "decoding_ms_per_caller_second", "rss_mb", "cpu_ms_per_setup",
        "memory_kb_per_caller",
        "windows", "dropped_observations", "late_starts", "late_start_ms_max", "frames_late",
        "frames_skipped", "scheduling",
    ]

    @Test func `keys are those of schema 1, in their order`() {
        let document = JSONReport.document(SampleRuns.summary(SampleRuns.pass))
        let path = member(document, "paths", "websocket")

        #expect(
            keys(document) == [
                "schema", "run", "verdict", "generator", "paths", "objectives", "differences",
            ]
        )
        #expect(
            keys(member(document, "run")) == [
                "id", "mode", "scenario", "seed", "started_at", "duration_s", "version", "host",
                "tags",
            ]
        )
        #expect(keys(member(document, "run", "host")) == ["cores", "kernel"])
        #expect(keys(member(document, "generator")) == Self.grade)
        #expect(keys(member(document, "generator", "send_lateness_ms")) == ["p50", "p99", "max"])
        #expect(keys(member(document, "generator", "rx_dwell_ms")) == ["p50", "p99"])
        #expect(keys(member(document, "generator", "windows")) == ["total", "void"])
        #expect(keys(member(document, "paths")) == ["websocket", "rtp"])
        #expect(
            keys(path) == [
                "transport", "calls", "packets_refused", "routes", "peak_callers", "generator",
                "hearing",
                "metrics", "rates", "control", "error_bar", "detector",
            ]
        )
        #expect(keys(member(path, "error_bar")) == ["ms", "parts", "selftest"])
        #expect(
            keys(member(path, "error_bar", "parts")) == ["ptime", "detector", "lateness", "dwell"])
        #expect(keys(member(path, "detector")) == ["onset", "stop"])
        #expect(
            keys(member(path, "calls")) == [
                "planned", "connected", "completed", "failed", "failure_examples",
            ])
        #expect(keys(member(path, "generator")) == Self.grade)
        #expect(
            keys(member(path, "metrics", "first_audio")) == [
                "unit", "n", "censored", "censored_at", "void", "min", "mean", "p50", "p90", "p95",
                "p99", "p999", "max", "beyond_timeout", "ci95",
            ]
        )
        #expect(keys(member(path, "metrics", "first_audio", "ci95")) == ["p50", "p95"])
        #expect(keys(member(path, "rates", "response_rate")) == ["value", "hits", "n", "ci95"])
        #expect(keys(member(path, "control")) == ["calls", "stopped_by_themselves"])
        guard case .array(let objectives)? = member(document, "objectives") else {
            Issue.record("objectives are no array")
            return
        }
        #expect(objectives.count == 8)
        #expect(
            keys(objectives.first) == ["path", "metric", "expression", "value", "verdict", "n"]
        )
    }

    @Test func `values read back are those of the summary`() throws {
        let summary = SampleRuns.summary(SampleRuns.fourPaths)
        let json = try parsed(summary)

        #expect(json["schema"] as? Int == 1)
        #expect(json["verdict"] as? String == "fail")
        let paths = try #require(json["paths"] as? [String: [String: Any]])
        let vendor = try #require(paths["vendor eu-central"])
        let calls = try #require(vendor["calls"] as? [String: Any])
        #expect(
            calls["failed"] as? [String: Int] == ["closed by the agent": 22, "connect timeout": 7])
        #expect(
            calls["failure_examples"] as? [String: String] == [
                "connect timeout": "no answer to 7 checks of 203.0.113.9:3478"
            ])
        let metrics = try #require(vendor["metrics"] as? [String: [String: Any]])
        let audio = try #require(metrics["first_audio"])
        let expected = try #require(summary.paths[3].metrics.first { $0.name == "first_audio" })
        #expect(audio["p95"] is NSNull)
        #expect(audio["beyond_timeout"] as? [String] == expected.beyondTimeout)
        #expect(audio["censored"] as? Int == expected.censored)
        #expect(audio["censored_at"] as? Double == 10_000)
        let p50 = try #require(audio["p50"] as? Double)
        #expect(abs(p50 - (expected.p50 ?? 0)) <= 0.0005)
    }

    @Test func `what was not measured is null and never 0`() throws {
        let json = try parsed(SampleRuns.summary(SampleRuns.empty))

        let generator = try #require(json["generator"] as? [String: Any])
        #expect(generator["send_ratio"] is NSNull)
        #expect(generator["cpu_cores"] is NSNull)
        let paths = try #require(json["paths"] as? [String: [String: Any]])
        let metrics = try #require(paths["rtp"]?["metrics"] as? [String: [String: Any]])
        let rates = try #require(paths["rtp"]?["rates"] as? [String: [String: Any]])
        for key in ["min", "mean", "p50", "p90", "p95", "p99", "p999", "max"] {
            #expect(metrics["barge_in_cut"]?[key] is NSNull, "\(key)")
        }
        #expect(rates["yield_rate"]?["value"] is NSNull)
        #expect(rates["yield_rate"]?["n"] as? Int == 0)
    }

    @Test func `a simulated run has null for every generator`() throws {
        let json = try parsed(SampleRuns.summary(SampleRuns.simulated))

        #expect(json["generator"] is NSNull)
        let paths = try #require(json["paths"] as? [String: [String: Any]])
        #expect(paths.values.allSatisfy { $0["generator"] is NSNull })
    }

    @Test func `numbers are short, exact to three decimals and never outside JSON`() {
        #expect(JSONValue.number(0.1 + 0.2).compact == "0.3")
        #expect(JSONValue.number(412).compact == "412")
        #expect(
            JSONValue.number(1.0005).compact == "1.001" || JSONValue.number(1.0005).compact == "1")
        #expect(JSONValue.number(-0.0001).compact == "0")
        #expect(JSONValue.number(-12.3456).compact == "-12.346")
        #expect(JSONValue.number(.nan).compact == "null")
        #expect(JSONValue.number(-.infinity).compact == "null")
        #expect(JSONValue.number(1e300).compact == "1e+300")
        #expect(JSONValue.unsigned(.max).compact == "18446744073709551615")
    }

    @Test func `the same summary renders to the same bytes`() {
        var summary = SampleRuns.summary(SampleRuns.fourPaths)
        summary.run.tags = Dictionary(uniqueKeysWithValues: (0..<40).map { ("tag\($0)", "\($0)") })

        let first = JSONReport.render(summary)
        var again = summary
        again.run.tags = Dictionary(
            uniqueKeysWithValues: (0..<40).reversed().map { ("tag\($0)", "\($0)") })
        #expect(first == JSONReport.render(again))
        #expect(first.hasSuffix("}\n"))
    }

    @Test(arguments: attacks)
    func `any text survives the way through JSON`(text: String) throws {
        let json = try parsed(SampleRuns.hostile(text).summary)

        let run = try #require(json["run"] as? [String: Any])
        #expect(run["scenario"] as? String == text)
        #expect(run["tags"] as? [String: String] == [text: text])
        #expect((json["paths"] as? [String: Any])?.keys.contains(text) == true)
        #expect(!JSONReport.render(SampleRuns.hostile(text).summary).contains("<"))
    }
}

/// Text that breaks out of whatever does not escape it.
let attacks = [
    "</script><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onload='x", "<!--",
    "]]>", "a|b`c`*d*_e_[f](g)", "&lt;&amp;", "\u{2028}\u{2029}\u{0}\u{1B}[31m", "line\nbreak\ttab",
    "${1+1}\\u003c", "@everyone #1 http://example.org", "東京 🎧",
    // With a mark on it, a sign is another character and the same scalar.
    "a|\u{301}b<\u{301}script>\u{301}@\u{301}c http:\u{301}//x\"\u{301}", "a\r\nb",
]
