/// How a command ends, for the shell.
///
/// The contract's table of exit codes.
package enum ExitStatus: Int32, Sendable, CaseIterable {
    /// Finished, and every objective passed or none was declared.
    case passed = 0
    /// An objective failed.
    case failed = 1
    /// Bad arguments, or a scenario that does not validate.
    case usage = 2
    /// Too few samples, or an interval that straddles its limit.
    case inconclusive = 3
    /// The generator was over its own budget.
    case invalid = 4
    /// On at least one path no call was ever established.
    case unreachable = 5
    /// The environment or the tool itself failed.
    case environment = 6
    case interrupted = 130

    /// What decides where several apply, first to last.
    ///
    /// A usage error ends a command before anything is run, so it only ever stands alone.
    package static let precedence: [ExitStatus] = [
        .interrupted, .environment, .usage, .invalid, .unreachable, .failed, .inconclusive, .passed,
    ]

    /// The one that decides; `passed` where there is none.
    package static func deciding(among statuses: some Sequence<ExitStatus>) -> ExitStatus {
        let found = Set(statuses)
        return precedence.first { found.contains($0) } ?? .passed
    }

    /// - Parameter inconclusive: what an inconclusive verdict counts as, by the user's choice.
    package init(_ verdict: Verdict, inconclusive: ExitStatus = .inconclusive) {
        switch verdict {
        case .pass: self = .passed
        case .fail: self = .failed
        case .inconclusive: self = inconclusive
        case .invalid: self = .invalid
        case .interrupted: self = .interrupted
        case .unreachable: self = .unreachable
        }
    }
}

extension Verdict {
    /// A run's verdict by the precedence of exit codes.
    ///
    /// A run that nothing closed counts as interrupted.
    package init(
        state: RunState, isGeneratorValid: Bool, unreachable: Bool, objectives: [ObjectiveVerdict]
    ) {
        if state != .finished {
            self = .interrupted
        } else if !isGeneratorValid {
            self = .invalid
        } else if unreachable {
            self = .unreachable
        } else if objectives.contains(.fail) {
            self = .fail
        } else {
            self = objectives.contains(.inconclusive) ? .inconclusive : .pass
        }
    }
}
