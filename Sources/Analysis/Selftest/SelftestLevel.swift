/// The generator's grade while a number of callers was held over loopback.
package struct SelftestLevel: Equatable, Sendable, Codable {
    /// Asked for, and up in the end.
    package var callers: Int
    package var connected: Int
    package var grade: GeneratorGrade

    package init(callers: Int, connected: Int, grade: GeneratorGrade) {
        self.callers = callers
        self.connected = connected
        self.grade = grade
    }

    /// The figures are those of so many callers, within the budget.
    package var isValid: Bool { grade.valid && connected == callers }

    /// What was wrong, each with the load it was wrong at.
    package var sentences: [String] {
        var found = grade.problems
        if connected < callers {
            found.append("only \(connected) of \(callers) calls were connected")
        }
        let load = callers == 1 ? "1 caller" : "\(callers) callers"
        return found.map { "\(load): \($0)" }
    }
}
