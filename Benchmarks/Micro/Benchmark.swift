#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One thing whose cost is measured by doing it again and again.
struct Benchmark {
    /// Does its thing at least so many times, and says how many times it did.
    typealias Body = (_ atLeast: Int) -> Int

    let name: String
    /// What one operation is.
    let operation: String
    /// Makes everything ready; what it does is not measured.
    let prepare: () throws -> Body
}

/// CPU time of operations, over a few repetitions.
struct Measurement {
    /// Of each repetition, ascending.
    let nanoseconds: [Double]
    /// Operations of all repetitions together.
    let count: Int

    var median: Double { nanoseconds[nanoseconds.count / 2] }
    var least: Double { nanoseconds.first ?? 0 }
    var most: Double { nanoseconds.last ?? 0 }

    /// Repeats five times what takes a fifth of `seconds`, after half of that to warm up.
    static func take(_ benchmark: Benchmark, seconds: Double) throws -> Measurement {
        let body = try benchmark.prepare()
        let share = seconds / Double(repetitions)
        // Twice as often as before until it takes long enough to know the rate.
        var size = 1_000
        var rate = 0.0
        while true {
            let (count, time) = timed(body, size)
            rate = Double(count) / max(time, 1)
            if time > share * 1e9 / 2 { break }
            size = max(size * 2, min(size * 64, Int(rate * share * 1e9 / 2)))
        }
        size = max(1, Int(rate * share * 1e9))
        let results = (0..<repetitions).map { _ in timed(body, size) }
        return Measurement(
            nanoseconds: results.map { $0.time / Double($0.count) }.sorted(),
            count: results.reduce(0) { $0 + $1.count }
        )
    }

    private static let repetitions = 5

    private static func timed(
        _ body: Benchmark.Body, _ size: Int
    ) -> (count: Int, time: Double) {
        let start = cpuTime()
        let count = body(size)
        return (count, Double(cpuTime() - start))
    }

    /// Of the process, in nanoseconds: nothing here asks the kernel for anything, so it is
    /// user time.
    private static func cpuTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Keeps the compiler from leaving out what is measured.
@inline(never)
func use<Value>(_ value: Value) {}
