import Analysis
import Testing

@testable import Reports

@Suite struct FigureTests {
    @Test func `numbers keep three figures while they are small`() {
        #expect(Figure.plain(0.871) == "0.87")
        #expect(Figure.plain(9.994) == "9.99")
        #expect(Figure.plain(9.996) == "10.0")
        #expect(Figure.plain(99.96) == "100")
        #expect(Figure.plain(-12.34) == "-12.3")
        #expect(Figure.plain(0) == "0")
        #expect(Figure.plain(.infinity) == "—")
        #expect(Figure.fixed(0.005, 2) == "0.01")
        #expect(Figure.fixed(-0.001, 2) == "0.00")
        #expect(Figure.fixed(1e300, 2) == "—")
    }

    @Test func `a change has a sign unless nothing of it is left`() {
        #expect(Figure.signed(-10) == "−10.0")
        #expect(Figure.signed(0.44) == "+0.4")
        #expect(Figure.signed(-0.04) == "0.0" && Figure.signed(0.04) == "0.0")
        #expect(Figure.signed(-123.4) == "−123")
    }

    @Test func `what lies between two latencies is a share of the slower, or nothing`() {
        #expect(Figure.gap(-80.7, share: 0.139) == "80.7 ms (14 %)")
        #expect(Figure.gap(0.9, share: 0.008) == "0.90 ms (0.8 %)")
        #expect(Figure.gap(0, share: 0) == nil && Figure.gap(0.004, share: 0) == nil)
    }

    @Test func `a share is never rounded to all or nothing`() {
        #expect(Figure.percent(1) == "100 %")
        #expect(Figure.percent(0.99999) == ">99.9 %")
        #expect(Figure.percent(0.0001) == "<0.1 %")
        #expect(Figure.percent(0) == "0 %")
        #expect(Figure.percent(0.9975) == "99.8 %")
        #expect(Figure.percent(nil) == "—")
    }

    @Test func `durations suit their size`() {
        #expect(Figure.duration(seconds: 12.34) == "12.3 s")
        #expect(Figure.duration(seconds: 59.96) == "1 min 00 s")
        #expect(Figure.duration(seconds: 245) == "4 min 05 s")
        #expect(Figure.duration(seconds: 7_380) == "2 h 03 min")
        #expect(Figure.span(milliseconds: 2_500) == "2.5 s")
        #expect(Figure.span(milliseconds: 400) == "400 ms")
    }
}

@Suite struct ProgressLineTests {
    private let line = ProgressLine(
        path: "websocket", elapsedSeconds: 12.34, callers: 50, callsEnded: 37, callsPlanned: 50,
        metrics: [
            .init(name: "first_audio", p50: 412.2, p95: 480.7, n: 61),
            .init(name: "barge_in_cut", p50: nil, p95: nil, n: 2),
        ]
    )

    @Test func `the plain line holds everything`() {
        #expect(
            line.plain
                == "websocket  12.3 s  callers 50  calls 37/50  first_audio p50 412 p95 481 ms (n 61)"
                + "  barge_in_cut p50 — p95 — ms (n 2)"
        )
    }

    @Test func `the live line drops whole parts until it fits`() {
        #expect(
            line.redraw(width: 80) == "\r\u{1B}[2Kwebsocket  12.3 s  callers 50  calls 37/50"
        )
        #expect(line.redraw(width: 200) == "\r\u{1B}[2K" + line.plain)
        #expect(line.redraw(width: 6) == "\r\u{1B}[2Kwebs…")
    }

    @Test func `failed calls are shown as soon as there is one, and no plan is no slash`() {
        var line = line
        line.callsFailed = 3
        line.callsPlanned = nil

        #expect(line.plain.hasPrefix("websocket  12.3 s  callers 50  calls 37  failed 3  "))
    }
}

@Suite struct RunTableTests {
    private let rows = [
        RunTable.Row(
            run: SampleRuns.summary(SampleRuns.pass).run, state: .finished, verdict: .pass,
            paths: ["websocket", "rtp"]
        ),
        RunTable.Row(
            run: SampleRuns.summary(SampleRuns.pass).run, state: .unfinished, verdict: nil,
            paths: ["rtp"]
        ),
    ]

    @Test func `runs are listed in columns`() {
        let lines = RunTable.list(rows, width: 120, colour: false).split(separator: "\n")

        #expect(
            lines == [
                "run           started               took        mode  verdict       scenario    paths and tags",
                "01jzx4t8m2k7  2026-02-03T14:05:09Z  1 min 03 s  live  ✓ pass        quickstart  "
                    + "websocket rtp branch=main",
                "01jzx4t8m2k7  2026-02-03T14:05:09Z  1 min 03 s  live  … unfinished  quickstart  "
                    + "rtp branch=main",
            ]
        )
        #expect(RunTable.list([], width: 80, colour: false) == "no runs yet\n")
    }

    @Test func `a run is shown as its report, an unfinished one as what is known`() {
        let summary = SampleRuns.summary(SampleRuns.pass)

        let whole = RunTable.show(rows[0], summary: summary, width: 100, colour: false)
        #expect(whole == TerminalReport.render(summary, width: 100, colour: false))
        let bare = RunTable.show(rows[1], summary: summary, width: 100, colour: false)
        #expect(bare.contains("state: unfinished, still going or killed: it has no verdict"))
        #expect(bare.contains("paths: rtp"))
    }
}
