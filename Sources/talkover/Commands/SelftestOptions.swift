import Analysis
import ArgumentParser
import Reports

/// What a self-test is asked for, and where its result goes.
struct SelftestOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Loads to measure as well, as in 2000,3000.", valueName: "n,…"))
    var callers: String?

    @Option(help: ArgumentHelp("How long each load is held.", valueName: "s"))
    var seconds = 5

    @Option(
        name: .customLong("bias-callers"),
        help: ArgumentHelp(
            "Callers at once while bias is measured, path after path, at most 300 of them in JSON; "
                + "else a few on all paths together.",
            valueName: "n"))
    var biasCallers: Int?

    @Option(help: "The store.", completion: .file())
    var db = "Results/talkover.sqlite"

    @Option(
        help: ArgumentHelp(
            "Write the result as JSON; - prints it, and nothing else, on stdout.",
            valueName: "file|-"))
    var json: String?

    @Flag(help: "No more than 100 callers unless asked for, and fewer samples.")
    var quick = false

    /// Loads that are always measured; none at all is the timer's.
    private static let usual = [100, 1_000]
    private static let callersAtMost = 100_000

    /// Callers of each load, fewest first.
    func levels() throws -> [Int] {
        let asked = try (callers?.split(separator: ",", omittingEmptySubsequences: false) ?? [])
            .map { text in
                guard let count = Int(text), (0...Self.callersAtMost).contains(count) else {
                    throw CommandFailure(
                        status: .usage,
                        message:
                            "--callers \(text): write numbers parted by commas, as in 2000,3000"
                    )
                }
                return count
            }
        let usual = quick ? Array(Self.usual.prefix(1)) : Self.usual
        return Set(usual + asked).filter { $0 > 0 }.sorted()
    }

    /// Prints the tables, or the JSON in their place, and writes the file.
    func write(_ selftest: Selftest) throws {
        if json != "-" {
            Console.print(
                SelftestReport.render(selftest, width: Console.width, colour: Console.hasColour),
                terminator: "")
        }
        guard let json else { return }
        try OutputFile.put(
            SelftestJSON.render(selftest), at: json,
            otherwise: "the self-test is in the store all the same")
    }
}
