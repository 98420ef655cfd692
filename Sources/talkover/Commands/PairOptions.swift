import Analysis
import ArgumentParser

/// Runs in turns, and what their comparison is held to.
struct PairOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Run all paths this many times in turns, A B B A …, and compare them; 10 tell apart "
                + "what differs by a tenth.",
            valueName: "n"))
    var pairs: Int?

    @Option(
        help: ArgumentHelp(
            "Once, if an objective, or without any a figure compared, is undecided, run this many "
                + "pairs more; every look then has half the risk.",
            valueName: "n"))
    var extend = 0

    @Option(
        help: ArgumentHelp(
            "The path that the others are held against; else the first.", valueName: "path"))
    var baseline: String?

    @Option(
        help: ArgumentHelp(
            "Fail where a path is surely slower than the baseline by more than this: 0% to 1000%.",
            valueName: "share"))
    var allow: Share?

    @OptionGroup var comparison: ComparisonOptions

    /// More would take days, and prove what nobody doubts.
    private static let most = 1_000

    func validate() throws {
        let range = 1...Self.most
        if let pairs, !range.contains(pairs) {
            throw ValidationError("--pairs \(pairs): write a number from 1 to \(Self.most)")
        }
        if !(0...Self.most).contains(extend) {
            throw ValidationError("--extend \(extend): write a number from 0 to \(Self.most)")
        }
        guard pairs == nil else { return }
        if extend > 0 { throw ValidationError("--extend extends --pairs, which is not given") }
        if baseline != nil || allow != nil {
            throw ValidationError(
                "--baseline and --allow compare the paths of --pairs, which is not given; to hold "
                    + "a stored run against another, see talkover gate")
        }
    }

    /// What the user declares before the first run.
    var look: Look { extend > 0 ? .oneOfTwo : .only }

    /// - Throws: a usage failure where paths of these names cannot be run in turns, or cannot be
    ///   compared as was asked: before any call is placed.
    func refuse(paths: [String]) throws {
        _ = try comparison.terms()
        guard paths.count > 1 else {
            throw CommandFailure(
                status: .usage, message: "--pairs compares paths, and only one is run")
        }
        if let baseline, !paths.contains(baseline) {
            throw CommandFailure(
                status: .usage,
                message: "--baseline \(baseline): the scenario runs "
                    + paths.joined(separator: ", "))
        }
    }
}
