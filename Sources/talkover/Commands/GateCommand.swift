import Analysis
import ArgumentParser
import Reports

struct GateCommand: TalkoverCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "The verdict on a stored run, and nothing else: for CI.",
        discussion: """
            Holds a run against its scenario's objectives, and against a baseline where one is given.
            A run made by `run --pairs` stands for all of its pairs. Only runs made in turns, or
            three and more a side, can pass or fail against a baseline: how much single runs differ
            by chance is unknown.

              talkover gate latest --junit gate.xml --github
              talkover run ci.yaml --pairs 10 && talkover gate latest/new --baseline latest/old
              talkover gate every:git=4f2a91c --baseline every:git=main --allow 10%

            Exit codes: 0 pass, 1 fail, 3 inconclusive, 4 a run was invalid, 2 not comparable.
            """
    )

    @Argument(help: "RUN, RUN/PATH or every:K=V.")
    var run: String

    @Option(help: "What it is held against, written the same way; git:REVISION is one too.")
    var baseline: String?

    @Option(help: "How much slower than the baseline it may be: 0% to 1000%.")
    var allow: Share = Share(0.1)

    @OptionGroup var comparison: ComparisonOptions

    @Flag(help: "Compare what differs in clips, script, seed or load all the same.")
    var anyway = false

    @Option(help: "What an inconclusive verdict counts as: pass, fail, or neither (exit code 3).")
    var inconclusive: InconclusivePolicy = .report

    @OptionGroup var outputs: ReportOutputs

    func execute() async throws -> ExitStatus {
        let terms = try comparison.terms()
        let stored = try StoredRuns(path: outputs.db)
        let side = try stored.side(run)
        try side.refuseUnlike(insists: anyway)
        var comparisons: [ComparisonDocument] = []
        var relative: [ObjectiveResult] = []
        if let baseline {
            let document = try SideComparison(
                first: try stored.side(baseline), second: side, terms: terms, insists: anyway
            ).document()
            comparisons = [document]
            relative = RelativeGate.judge(
                document.comparison, allowed: allow.value, points: terms.rateMargin,
                baseline: baseline)
        }
        var summary = GroupSummary(runs: side.runs, path: side.path).summary(relative: relative)
        if summary.verdict != .interrupted, comparisons.contains(where: { !$0.invalid.isEmpty }) {
            summary.verdict = .invalid
        }
        let status = ExitStatus(summary.verdict, inconclusive: inconclusive.status)
        if outputs.hasTerminal {
            for comparison in comparisons {
                Console.print(
                    ComparisonTerminal.render(
                        comparison, width: Console.width, colour: Console.hasColour))
            }
            Console.print(
                TerminalReport.renderVerdict(
                    summary, width: Console.width, colour: Console.hasColour), terminator: "")
        }
        try outputs.write(
            RunMaterial.pooled(side.runs.map(\.material)), summary: summary, isQuiet: true,
            status: status, comparisons: comparisons)
        return status
    }
}
