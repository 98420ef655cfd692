import Analysis
import Testing

@testable import Reports

@Suite struct SchedulingReportTests {
    private func summary(_ change: (inout GeneratorGrade) -> Void) -> RunSummary {
        var summary = SampleRuns.summary(SampleRuns.pass)
        var grade = summary.generator ?? GeneratorGrade()
        change(&grade)
        summary.generator = grade
        return summary
    }

    private func text(_ summary: RunSummary) -> String {
        GeneratorBlock.lines(summary, width: 140).map { $0.rendered(colour: false) + "\n" }.joined()
    }

    private let pinned = GeneratorScheduling(
        policy: .firstInFirstOut, loops: 3, cpus: [0, 1, 2, 5], isPinned: true, agentCPUs: [6])

    @Test func `how the loops ran is one line`() {
        #expect(
            text(summary { $0.scheduling = pinned }).contains(
                "           3 loops on CPUs 0-2,5, each kept to one, in real time (fifo);"
                    + " agent on CPU 6\n"))
        let ordinary = GeneratorScheduling(policy: .other, loops: 1, cpus: [0], isPinned: false)
        #expect(
            text(summary { $0.scheduling = ordinary }).contains(
                "           1 loop on CPU 0, at ordinary priority\n"))
        #expect(!text(summary { $0.scheduling = nil }).contains("loop"))
    }

    @Test func `what came late is said, and nothing where nothing did`() {
        let late = text(
            summary {
                $0.framesLate = 12
                $0.framesSkipped = 1
                $0.lateStarts = 3
                $0.lateStartMsMax = 1_340
            })
        #expect(late.contains("12 frames over half a frame late"))
        #expect(late.contains("1 frame due and never sent"))
        #expect(late.contains("3 calls begun late (1.34 s at most)"))
        let punctual = text(
            summary {
                $0.framesLate = 0
                $0.lateStarts = 0
                $0.lateStartMsMax = 4
            })
        #expect(!punctual.contains("begun late"))
        #expect(!punctual.contains("never sent"))
        #expect(!punctual.contains("half a frame late"))
    }

    @Test func `the JSON has policy, loops and CPUs, and counts that are never null`() {
        let json = JSONReport.render(
            summary {
                $0.scheduling = pinned
                $0.lateStarts = 2
                $0.framesSkipped = 9
            })
        for line in [
            #""policy": "fifo""#, #""loops": 3"#, #""pinned": true"#, #""late_starts": 2"#,
            #""frames_skipped": 9"#, #""late_start_ms_max": 0"#,
        ] {
            #expect(json.contains(line), "\(line) in \(json.prefix(2_500))")
        }
        #expect(JSONReport.render(summary { $0.scheduling = nil }).contains(#""scheduling": null"#))
    }
}
