#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Feeds every parser of untrusted bytes with mutated messages, within bounds.
@main
struct Fuzz {
    private static let usage = """
        fuzz [--seconds N] [--inputs N] [--seed N] [--only NAME] [--round N] [--note FILE] [--last]
          --seconds  for each parser, twice and thrice for the slowest (4.5)
          --inputs   for each parser, at most (unbounded)
          --seed     of everything that is drawn (1)
          --only     the parsers whose name begins so
          --round    this round alone, which needs --only
          --note     where the input at hand is kept (fuzz-input)
          --last     shows what is kept there, after a crash
        """

    private struct Arguments {
        var seconds = 4.5
        var inputs = Int.max
        var seed: UInt64 = 1
        var only = ""
        var round: UInt64?
        var note = "fuzz-input"
        var showsLast = false

        init?(_ words: [String]) {
            var words = words[...]
            while let word = words.popFirst() {
                if word == "--last" {
                    showsLast = true
                    continue
                }
                guard let value = words.popFirst(), take(word, value) else { return nil }
            }
        }

        private mutating func take(_ word: String, _ value: String) -> Bool {
            switch word {
            case "--seconds": seconds = Double(value) ?? -1
            case "--inputs": inputs = Int(value) ?? -1
            case "--seed":
                guard let number = UInt64(value) else { return false }
                seed = number
            case "--only": only = value
            case "--round":
                guard let number = UInt64(value) else { return false }
                round = number
            case "--note": note = value
            default: return false
            }
            return seconds >= 0 && inputs >= 0
        }
    }

    static func main() {
        guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
            say(usage)
            exit(2)
        }
        if arguments.showsLast {
            say(
                InputNote.describe(path: arguments.note) ?? "nothing is kept in \(arguments.note)")
            exit(0)
        }
        do {
            exit(try run(arguments) ? 0 : 1)
        } catch {
            say("could not make what is needed: \(error)")
            exit(6)
        }
    }

    private static func run(_ arguments: Arguments) throws -> Bool {
        let targets = try FuzzTarget.all().filter { $0.name.hasPrefix(arguments.only) }
        let largest = targets.map(\.capacity).max() ?? 0
        let runner = FuzzRunner(
            seed: arguments.seed, inputs: arguments.inputs, seconds: arguments.seconds,
            note: InputNote(path: arguments.note, capacity: largest + 4_096), alarmAfter: 20)
        say("seed \(arguments.seed); the input at hand is kept in \(arguments.note)")
        if let round = arguments.round {
            for target in targets { try again(round, of: target, runner) }
            return true
        }
        say(FuzzReport.heading)
        var total = 0
        var isClean = true
        for target in targets {
            let report = try runner.run(target)
            say(report.line)
            total += report.inputs
            isClean = isClean && report.hangs.isEmpty
        }
        say(
            "\(total) inputs to \(targets.count) parsers, \(isClean ? "no crash, no hang" : "HANGS")"
        )
        return isClean
    }

    /// Unbuffered: what was said before a crash must be there after it.
    private static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }

    private static func again(
        _ round: UInt64, of target: FuzzTarget, _ runner: FuzzRunner
    ) throws {
        guard let room = GuardedBytes(capacity: target.capacity) else { return }
        var report = FuzzReport(name: target.name, corpus: target.corpus.count)
        try runner.round(round, of: target, in: room, &report)
        say(report.line)
    }
}
