/// Something this project's code does not say, and what it says instead.
struct Ban {
    enum Reach {
        /// Sources, but for the modules named.
        case sources(except: [String])
        /// Sources and tests, but for the modules and test targets named.
        case everywhere(except: [String])
    }

    let tokens: [String]
    let reach: Reach
    let remedy: String

    init(_ tokens: String..., in reach: Reach, remedy: String) {
        self.tokens = tokens
        self.reach = reach
        self.remedy = remedy
    }

    /// Who owns a clock: the live runner, the link and the command, with their tests.
    private static let realTime = ["Drivers", "Impairment", "talkover"]
    private static let realTimeTests = [
        "DriversTests", "ImpairmentTests", "EndToEndTests", "InteropTests",
    ]

    static let all = [
        Ban(
            "ContinuousClock", "SuspendingClock", "clock_gettime", "gettimeofday", "Date()",
            "Date.now", "DispatchTime.now", "NIODeadline.now",
            in: .sources(except: realTime),
            remedy: "take `now: RunInstant` from the caller"
        ),
        Ban(
            ".sleep(", "sleep(", "usleep(", "nanosleep(",
            in: .everywhere(except: realTime + realTimeTests),
            remedy: "ask to be woken (`wake(at:because:)`); in a test, move time by hand"
        ),
        Ban(
            "Task {", "Task.detached", "Task(",
            in: .sources(except: realTime),
            remedy: "a core is called, it starts nothing; in a runner use a task group"
        ),
        Ban(
            "SystemRandomNumberGenerator", "arc4random", "drand48(", "rand(", "srand(",
            in: .sources(except: realTime),
            remedy: "draw from a SeededGenerator that the plan hands out"
        ),
        Ban(
            ".hashValue", "Hasher()",
            in: .sources(except: []),
            remedy: "hashes differ from one process to the next; compute it from the value itself"
        ),
        Ban(
            "UUID()",
            in: .sources(except: ["talkover"]),
            remedy: "take the id from the caller, or draw it from a SeededGenerator"
        ),
        Ban(
            "print(", "debugPrint(", "dump(", "NSLog(", "puts(",
            in: .sources(except: ["talkover"]),
            remedy: "observe it, or return it: only the talkover module prints"
        ),
        Ban(
            "exit(", "abort(",
            in: .sources(except: ["talkover"]),
            remedy: "throw: only the talkover module ends the process"
        ),
        Ban(
            "try!", "as!",
            in: .everywhere(except: []),
            remedy: "use `try`, `guard let` or, in a test, `#require`"
        ),
        Ban(
            "fatalError(",
            in: .everywhere(except: []),
            remedy: "bad input is a value; for a broken invariant, `precondition` with the value"
        ),
        Ban(
            "import XCTest",
            in: .everywhere(except: []),
            remedy: "tests are written with Swift Testing"
        ),
        Ban(
            "@unchecked Sendable", "nonisolated(unsafe)",
            in: .everywhere(except: ["Drivers"]),
            remedy: "make it a value, or give it one owner"
        ),
    ]

    /// Methods that draw from the system's generator unless they are handed another.
    private static let draws = [
        ".random(", ".randomElement(", ".shuffled(", ".shuffle(",
    ]

    /// Written apart, so that this file does not offend.
    private static let promises = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]

    static func offences(in repository: Repository) -> [Offence] {
        (repository.swiftSources + repository.swiftTests).flatMap { file in
            (callOffences(in: file) + drawOffences(in: file) + promiseOffences(in: file)
                + unprovenOffences(in: file)).sorted { $0.line < $1.line }
        }
    }

    private func reaches(_ file: SourceFile) -> Bool {
        switch reach {
        case .sources(let exceptions):
            file.module.map { !exceptions.contains($0) } ?? false
        case .everywhere(let exceptions):
            (file.module ?? file.testTarget).map { !exceptions.contains($0) } ?? true
        }
    }

    private static func callOffences(in file: SourceFile) -> [Offence] {
        all.filter { $0.reaches(file) }.flatMap { ban in
            ban.tokens.flatMap { token in
                file.offsets(of: token).map { offset in
                    Offence(
                        file: file.path,
                        line: file.line(at: offset),
                        what: "`\(token)`",
                        remedy: ban.remedy
                    )
                }
            }
        }
    }

    private static func drawOffences(in file: SourceFile) -> [Offence] {
        draws.flatMap { draw in
            file.offsets(of: draw).compactMap { offset in
                let arguments = file.parenthesised(from: offset + draw.utf8.count - 1)
                guard !arguments.contains("using:") else { return nil }
                return Offence(
                    file: file.path,
                    line: file.line(at: offset),
                    what: "`\(draw)…)` without `using:`",
                    remedy: "draw from a SeededGenerator that the plan hands out"
                )
            }
        }
    }

    /// Work that is promised in a comment is work that is not done.
    private static func promiseOffences(in file: SourceFile) -> [Offence] {
        file.lines.enumerated().flatMap { index, line in
            let words = line.split { !$0.isLetter }
            return promises.filter { words.contains(Substring($0)) }.map { promise in
                Offence(
                    file: file.path,
                    line: index + 1,
                    what: "`\(promise)`",
                    remedy: "do it now, or say in the Architecture page why not"
                )
            }
        }
    }

    /// Drivers may vouch for the compiler's blind spots, each with a comment that proves it.
    private static func unprovenOffences(in file: SourceFile) -> [Offence] {
        guard file.module == "Drivers" else { return [] }
        return ["@unchecked Sendable", "nonisolated(unsafe)"].flatMap { token in
            file.offsets(of: token).compactMap { offset in
                let line = file.line(at: offset)
                let nearby = file.lines[max(0, line - 4)..<line]
                guard !nearby.contains(where: { $0.contains("//") }) else { return nil }
                return Offence(
                    file: file.path,
                    line: line,
                    what: "`\(token)` without a proof",
                    remedy: "say in a comment right above why no two threads meet there"
                )
            }
        }
    }
}
