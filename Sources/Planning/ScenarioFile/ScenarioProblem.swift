/// One thing wrong with a scenario: where, what was found and what would be right.
package struct ScenarioProblem: Error, Equatable, Sendable {
    /// What sort of problem it is: a closed set, fit for counting.
    package enum Code: String, Sendable, CaseIterable {
        case unreadable, syntax, unknownKey, missingKey, wrongType, missingUnit, outOfRange
        case unknownValue, conflict, missingFile, badClip, anchorNeverFires, notInThisVersion,
            secret
    }

    package let code: Code
    /// The file as the user named it.
    package let file: String
    package let place: Place
    /// Never holds a secret, nor a value that could be one.
    package let message: String

    package init(code: Code, file: String, place: Place, message: String) {
        self.code = code
        self.file = file
        self.place = place
        self.message = message
    }
}

/// Where a value came from.
package enum Place: Hashable, Sendable {
    /// 1-based, as an editor shows it.
    case line(Int)
    /// A command-line option, as in `--set load.callers`; without its value, which may be a secret.
    case option(String)
}

extension ScenarioProblem: CustomStringConvertible {
    /// `file:line: message`, or `--option: message` for what the command line set.
    package var description: String {
        switch place {
        case .line(let line): "\(file):\(line): \(message)"
        case .option(let option): "\(option): \(message)"
        }
    }
}

/// Every problem of one file, command-line options first and then from top to bottom.
package struct ScenarioProblems: Error, Equatable, Sendable, CustomStringConvertible {
    package let problems: [ScenarioProblem]

    /// - Parameter problems: at least one, in any order.
    package init(_ problems: [ScenarioProblem]) {
        // Sorting by line alone would leave the order of one line's problems to chance.
        self.problems = problems.enumerated().sorted { left, right in
            (left.element.place.order, left.offset) < (right.element.place.order, right.offset)
        }.map(\.element)
    }

    /// One problem a line.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension Place {
    fileprivate var order: Int {
        switch self {
        case .option: 0
        case .line(let line): line
        }
    }
}
