import Analysis
import Reports
import Testing

@Suite struct TerminalReportTests {
    private func lines(_ summary: RunSummary, width: Int = 100) -> [String] {
        TerminalReport.render(summary, width: width, colour: false)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func `the generator's grade stands above everything`() {
        let lines = lines(SampleRuns.summary(SampleRuns.pass))

        #expect(lines[0] == "generator  valid ✓")
        #expect(
            lines[1]
                == "           lateness p50 0.21 p99 0.74 max 1.03 ms · sent on time 100 %"
                + " · dwell p99 0.41 ms"
        )
        #expect(lines[2].contains("per caller-second"))
        let indent = String(repeating: " ", count: 11)
        let parts = "lateness p99 0.72, dwell p99 0.41"
        #expect(lines[4] == "\(indent)error bar of websocket ± 0.83 ms: \(parts)")
        #expect(lines[5].hasPrefix("\(indent)error bar of rtp ± 0.86 ms: "))
        #expect(lines[6].hasSuffix("no self-test of this host yet: talkover selftest"))
        #expect(lines[8] == "quickstart  live run 01jzx4t8m2k7")
    }

    @Test func `two paths stand side by side with intervals and n`() throws {
        let lines = lines(SampleRuns.summary(SampleRuns.pass))

        let row = try #require(lines.firstIndex { $0.hasPrefix("first_audio ") })
        #expect(
            lines[row]
                == "first_audio              532    598       639      —    200"
                + "       493    555       586      —    200"
        )
        #expect(
            lines[row + 1]
                == "                     527–539          602–693        "
                + "         490–501          567–628"
        )
        #expect(lines[row + 2].hasPrefix("barge_in_cut "))
        #expect(lines[row + 3].hasSuffix("22 void"))
        #expect(lines[row + 4].contains("control: 0/20 stopped unprompted"))
        #expect(lines[row + 5].hasPrefix("response_rate "))
        #expect(lines[row + 5].contains("98.1–100 %"))
        #expect(lines[row + 6].hasPrefix("yield_rate "))
    }

    @Test func `differences are told in words with their caveat`() {
        let text = lines(SampleRuns.summary(SampleRuns.pass), width: 200)
            .joined(separator: "\n")

        #expect(
            text.contains(
                "rtp answered 39 ms (7.4 %) faster than websocket: median 493 ms against 532 ms, "
                    + "95 % interval of the difference "))
        #expect(text.contains("\n  why: websocket spent 38 ms more until the first packet came\n"))
        #expect(text.contains("rtp fell silent 23 ms (8.6 %) faster than websocket when"))
        #expect(text.contains("within one run; run-to-run variation unknown"))
    }

    @Test func `objectives carry their mark and the verdict closes the report`() throws {
        let lines = lines(SampleRuns.summary(SampleRuns.pass))

        let row = try #require(lines.first { $0.contains("p(90)<700ms") })
        #expect(row == "  ✓ websocket  first_audio    p(90)<700ms     598 ms  n 200")
        #expect(lines.suffix(2) == ["✓ pass  8 of 8 objectives met (exit 0)", ""])
    }

    @Test func `a quantile in the censored tail is printed as beyond the limit`() throws {
        let lines = lines(SampleRuns.summary(SampleRuns.fourPaths))

        let row = try #require(lines.lastIndex { $0.hasPrefix("first_audio ") })
        #expect(lines[row].contains("> 10 s"))
        #expect(lines[row + 1].hasSuffix("censored"))
        #expect(lines.contains("  vendor eu-central: 22 closed by the agent, 7 connect timeout"))
        #expect(
            lines.contains("    connect timeout: no answer to 7 checks of 203.0.113.9:3478"))
        #expect(lines.contains { $0.hasPrefix("  vendor eu-central: 116 messages") })
        let objective = try #require(lines.first { $0.contains("✗") && $0.contains("p(95)<900ms") })
        #expect(objective.contains("> 10 s"))
    }

    @Test func `too few samples leave a dash and never a zero`() throws {
        let lines = lines(SampleRuns.summary(SampleRuns.small))

        let row = try #require(lines.first { $0.hasPrefix("first_audio ") })
        #expect(
            row.split(separator: " ").map(String.init) == [
                "first_audio", "494", "—", "—", "—", "7",
            ])
        let rate = try #require(lines.first { $0.hasPrefix("response_rate ") })
        #expect(rate.split(separator: " ").map(String.init) == ["response_rate", "n<10", "7/7"])
        #expect(lines.contains { $0.hasPrefix("? inconclusive  ") && $0.hasSuffix("(exit 3)") })
    }

    @Test func `an invalid run says so first, with the budgets that broke`() {
        let lines = lines(SampleRuns.summary(SampleRuns.invalid))

        #expect(lines[0].hasPrefix("generator  INVALID"))
        #expect(lines[1].hasPrefix("           ✗ "))
        #expect(lines[1].contains("send lateness p99"))
        #expect(lines.suffix(3).contains { $0.hasPrefix("! invalid  ") })
        #expect(lines.joined().contains("(exit 4)"))
    }

    @Test func `a run without any measurement is whole`() {
        let text = lines(SampleRuns.summary(SampleRuns.empty)).joined(separator: "\n")

        #expect(text.contains("nothing was sent that could be graded"))
        #expect(text.contains("  rtp: 10 connection refused"))
        #expect(
            text.contains(
                "! unreachable  on at least one path no call was ever established (exit 5)"))
    }

    @Test func `a simulated run has no grade`() {
        let lines = lines(SampleRuns.summary(SampleRuns.simulated))

        #expect(lines[0].contains("not graded: simulated in virtual time"))
        #expect(!lines.contains { $0.hasPrefix("generator, by path") })
        #expect(lines.contains("quickstart  simulated run 01jzx4t8m2k7"))
    }

    @Test(arguments: [72, 80, 96, 99, 100, 132, 200])
    func `no line is wider than the terminal`(width: Int) {
        for material in [
            SampleRuns.pass, SampleRuns.fourPaths, SampleRuns.invalid, SampleRuns.empty,
        ] {
            let lines = lines(SampleRuns.summary(material), width: width)
            let long = lines.filter { $0.count > width }
            #expect(long.isEmpty, "at \(width) columns: \(long.joined(separator: "\n"))")
        }
    }

    @Test func `colour changes nothing but colour`() {
        let summary = SampleRuns.summary(SampleRuns.fourPaths)
        let coloured = TerminalReport.render(summary, width: 100, colour: true)

        let stripped = coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
        #expect(coloured != stripped)
        #expect(stripped == TerminalReport.render(summary, width: 100, colour: false))
    }

    @Test(arguments: [
        "\u{1B}[2J\u{1B}]0;owned\u{7}", "a\nb\rc", "\u{202E}evil", "\u{9B}31m", "\u{2028}",
    ])
    func `names cannot reach the terminal's controls`(text: String) {
        let (summary, _) = SampleRuns.hostile(text)
        let row = RunTable.Row(run: summary.run, state: .finished, verdict: .fail, paths: [text])
        let progress = ProgressLine(
            path: text, elapsedSeconds: 1, callers: 1, callsEnded: 0, callsPlanned: nil,
            metrics: [.init(name: text, p50: nil, p95: nil, n: 0)]
        )

        let outputs = [
            TerminalReport.render(summary, width: 100, colour: false),
            RunTable.list([row], width: 100, colour: false),
            RunTable.show(row, summary: nil, width: 100, colour: false), progress.plain,
        ]
        for output in outputs {
            let controls = output.unicodeScalars.filter {
                $0 != "\n"
                    && ($0.properties.generalCategory == .control
                        || "\u{202E}\u{2028}".unicodeScalars.contains($0))
            }
            #expect(controls.isEmpty)
        }
    }
}
