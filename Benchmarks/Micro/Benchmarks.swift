#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Measures what parts of a caller cost, each by itself and without sockets.
@main
struct Benchmarks {
    private static let usage = """
        Benchmarks [name…] [--seconds S] [--operations N] [--clips DIR] [--list]
          name          those whose name begins so (all)
          --seconds     for each of them (2)
          --operations  do it so often, once, and measure nothing: for a profiler
          --clips       where the clips of the scenarios lie
          --list        the names and what one operation is
          --allocations measure nothing, and count what the packet path asks of the heap
        """

    private struct Arguments {
        var names: [String] = []
        var seconds = 2.0
        var operations: Int?
        var clips = Benchmarks.repositoryClips
        var lists = false
        var countsAllocations = false

        init?(_ words: [String]) {
            var words = words[...]
            while let word = words.popFirst() {
                if word == "--list" {
                    lists = true
                } else if word == "--allocations" {
                    countsAllocations = true
                } else if word.hasPrefix("--") {
                    guard let value = words.popFirst(), take(word, value) else { return nil }
                } else {
                    names.append(word)
                }
            }
        }

        private mutating func take(_ word: String, _ value: String) -> Bool {
            switch word {
            case "--seconds":
                guard let number = Double(value), number > 0 else { return false }
                seconds = number
            case "--operations":
                guard let number = Int(value), number > 0 else { return false }
                operations = number
            case "--clips": clips = value
            default: return false
            }
            return true
        }

        func wants(_ benchmark: Benchmark) -> Bool {
            names.isEmpty || names.contains { benchmark.name.hasPrefix($0) }
        }
    }

    /// Beside this file's folder, in a checkout.
    private static var repositoryClips: String {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(3).joined(separator: "/") + "/Scenarios/clips"
    }

    static func main() throws {
        guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
            print(usage)
            exit(2)
        }
        if arguments.countsAllocations {
            try AllocationCheck.run(clips: arguments.clips)
            return
        }
        let all = Pairs.all(clips: arguments.clips) + Parts.all
        let wanted = all.filter { arguments.wants($0) }
        guard !wanted.isEmpty else {
            print("no benchmark of that name; --list shows them")
            exit(2)
        }
        if arguments.lists {
            for benchmark in wanted { print(column(benchmark.name), benchmark.operation) }
            return
        }
        if let operations = arguments.operations {
            for benchmark in wanted {
                print(column(benchmark.name), try benchmark.prepare()(operations), "operations")
            }
            return
        }
        print(column("ns of CPU an operation"), "  median     least      most           n")
        for benchmark in wanted {
            let result = try Measurement.take(benchmark, seconds: arguments.seconds)
            let figures = [result.median, result.least, result.most].map { fixed($0) }
            print(column(benchmark.name), figures.joined(separator: "  "), right(result.count, 10))
        }
    }

    private static func column(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, 26 - text.count))
    }

    /// One decimal, right-aligned.
    private static func fixed(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return right("\(tenths / 10).\(tenths % 10)", 8)
    }

    private static func right(_ value: some CustomStringConvertible, _ width: Int) -> String {
        let text = value.description
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
