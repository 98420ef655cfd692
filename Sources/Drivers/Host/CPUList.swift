import CSockets

/// CPUs of this host by number, ascending, each once; never empty.
package struct CPUList: Equatable, Sendable, CustomStringConvertible {
    /// Why a text names no CPUs, or none that may be used.
    package struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
        package let message: String

        package var description: String { message }
    }

    package let numbers: [Int]

    /// `nil` of none, and of numbers that are no CPU's.
    package init?(_ numbers: some Sequence<Int>) {
        let distinct = Set(numbers)
        guard !distinct.isEmpty, distinct.allSatisfy(Self.possible.contains) else { return nil }
        self.numbers = distinct.sorted()
    }

    /// From a list as the kernel writes it, as in `0-3,8`.
    ///
    /// - Throws: text that is no such list.
    package init(parsing text: some StringProtocol) throws(Problem) {
        var numbers: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            guard let first = ends.first.flatMap({ Self.number($0) }),
                let last = ends.last.flatMap({ Self.number($0) }), ends.count <= 2, first <= last
            else { throw Problem(message: "'\(text)' is no list of CPUs; write 0, 0-3 or 0,2") }
            numbers += first...last
        }
        guard let list = CPUList(numbers) else {
            throw Problem(message: "'\(text)' is no list of CPUs; write 0, 0-3 or 0,2")
        }
        self = list
    }

    /// The CPUs that the calling thread may run on: as a rule, those of its process.
    ///
    /// CPU 0 where the system does not say.
    package static var allowed: CPUList {
        var mask = [UInt64](repeating: 0, count: Int(TALKOVER_CPU_WORDS))
        guard talkover_cpus_allowed(&mask) == 0 else { return CPUList(only: 0) }
        let numbers = possible.filter { mask[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }
        return CPUList(numbers) ?? CPUList(only: 0)
    }

    /// What is wrong with asking for these where only `available` may be used.
    package func problem(among available: CPUList) -> Problem? {
        let missing = numbers.filter { !available.numbers.contains($0) }
        guard let missing = CPUList(missing) else { return nil }
        let noun = missing.numbers.count == 1 ? "CPU \(missing) is" : "CPUs \(missing) are"
        return Problem(
            message: "\(noun) not among those this process may use, which are \(available)")
    }

    /// As the kernel writes it, as in `0-3,8`.
    package var description: String {
        var runs: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = runs.last, last.upperBound + 1 == number {
                runs[runs.count - 1] = last.lowerBound...number
            } else {
                runs.append(number...number)
            }
        }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }

    // MARK: Being run on them

    /// Restricts the calling thread, and whatever it starts from now on.
    ///
    /// - Returns: whether the system allowed it.
    @discardableResult
    package func restrictThread() -> Bool { talkover_thread_use_cpus(mask) == 0 }

    /// Restricts every thread of this process.
    ///
    /// - Throws: the system does not allow it.
    package func restrictProcess() throws(Problem) {
        let result = talkover_process_use_cpus(mask)
        guard result != 0 else { return }
        throw Problem(message: "the system does not let it run on \(self): \(SystemError(-result))")
    }

    // MARK: Inside

    private static let possible = 0..<Int(TALKOVER_CPU_WORDS) * 64

    /// Only `number`.
    init(only number: Int) { numbers = [number] }

    private static func number(_ digits: some StringProtocol) -> Int? {
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(digits).flatMap { possible.contains($0) ? $0 : nil }
    }

    private var mask: [UInt64] {
        var mask = [UInt64](repeating: 0, count: Int(TALKOVER_CPU_WORDS))
        for number in numbers { mask[number / 64] |= 1 << UInt64(number % 64) }
        return mask
    }
}
