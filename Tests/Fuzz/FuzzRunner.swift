import Timeline

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What became of one parser.
struct FuzzReport: Equatable {
    let name: String
    let corpus: Int
    var rounds: UInt64 = 0
    var inputs = 0
    /// Inputs that were read rather than refused.
    var taken = 0
    var seconds = 0.0
    /// The longest that one input took, in seconds.
    var slowest = 0.0
    /// Rounds in which an input took longer than ``FuzzRunner/patience``.
    var hangs: [UInt64] = []

    var line: String {
        let rate = seconds > 0 ? Int(Double(inputs) / seconds) : 0
        let share = inputs > 0 ? 100 * taken / inputs : 0
        let columns = [
            Self.pad(name, 18, isLeft: true), Self.pad("\(corpus)", 7), Self.pad("\(inputs)", 10),
            Self.pad("\(rate)", 9), Self.pad("\(share) %", 6),
            Self.pad("\(Int(slowest * 1e6)) us", 11),
        ]
        return columns.joined(separator: " ") + (hangs.isEmpty ? "" : "  HANGS in rounds \(hangs)")
    }

    static let heading =
        [
            pad("parser", 18, isLeft: true), pad("corpus", 7), pad("inputs", 10), pad("per s", 9),
            pad("taken", 6), pad("slowest", 11),
        ].joined(separator: " ")

    private static func pad(_ text: String, _ width: Int, isLeft: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return isLeft ? text + blanks : blanks + text
    }
}

/// Feeds parsers with what the mutator makes, round by round.
///
/// A round has a generator of its own and a parser with fresh state, so that it can be repeated by
/// its number alone.
struct FuzzRunner {
    /// Longer for a single input is a hang.
    static let patience = 1.0
    static let inputsPerRound = 64

    let seed: UInt64
    /// Bounds for each parser, the time by its weight; whichever comes first.
    var inputs: Int
    var seconds: Double
    var note: InputNote?
    /// Ends the process where a round takes this many seconds of real time; 0 for none.
    var alarmAfter: UInt32 = 0

    func run(_ target: FuzzTarget) throws -> FuzzReport {
        var report = FuzzReport(name: target.name, corpus: target.corpus.count)
        let start = Self.clock()
        guard let room = GuardedBytes(capacity: target.capacity) else { return report }
        while report.inputs < inputs, report.seconds < seconds * target.weight {
            try round(report.rounds, of: target, in: room, &report)
            report.rounds += 1
            report.seconds = Self.clock() - start
        }
        if alarmAfter > 0 { alarm(0) }
        return report
    }

    /// One round; the same whenever it is run with the same seed.
    func round(
        _ number: UInt64, of target: FuzzTarget, in room: GuardedBytes, _ report: inout FuzzReport
    ) throws {
        if alarmAfter > 0 { alarm(alarmAfter) }
        var generator = SeededGenerator(
            seed: seed ^ FNV1a.hash(target.name.utf8), stream: "fuzz", number: number)
        let mutator = Mutator(
            corpus: target.corpus, dictionary: target.dictionary, capacity: target.capacity)
        let feed = try target.begin(&generator)
        let cpuBefore = Self.clock(CLOCK_PROCESS_CPUTIME_ID)
        for _ in 0..<min(Self.inputsPerRound, inputs - report.inputs) {
            let bytes = room.hold(mutator.input(using: &generator))
            note?.keep(target.name, seed: seed, round: number, UnsafeRawBufferPointer(bytes))
            let begun = Self.clock()
            if feed(bytes, &generator) { report.taken += 1 }
            let took = Self.clock() - begun
            report.slowest = max(report.slowest, took)
            // A machine that stood still makes no hang: most of the time must have been ours.
            if took > Self.patience,
                Self.clock(CLOCK_PROCESS_CPUTIME_ID) - cpuBefore > Self.patience / 2
            {
                report.hangs.append(number)
            }
            report.inputs += 1
        }
    }

    private static func clock(_ which: clockid_t = CLOCK_MONOTONIC) -> Double {
        var time = timespec()
        clock_gettime(which, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
