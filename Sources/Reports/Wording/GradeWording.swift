import Analysis

extension GeneratorGrade {
    /// The grade as label and figure, in the order of the JSON summary.
    var figures: [(label: String, value: String)] {
        [
            (
                "send lateness p50 / p99 / max",
                Self.spread([sendLateness.p50, sendLateness.p99, sendLateness.max])
            ),
            ("frames sent on time", sentOnTime),
            ("receive dwell p50 / p99", Self.spread([rxDwell.p50, rxDwell.p99])),
            ("CPU", cpuCores.map { Figure.fixed($0, 2) + " cores" } ?? Figure.absent),
            (
                "CPU per caller-second",
                Self.milliseconds(cpuMsPerCallerSecond)
                    + (decodingWording.map { ", " + $0 } ?? "")
            ),
            ("memory", rssMB.map { Figure.plain($0) + " MB" } ?? Figure.absent),
            ("void windows", "\(windowsVoid) of \(windowsTotal)"),
            ("observations dropped", "\(droppedObservations)"),
            ("late or never", tardiness.isEmpty ? "nothing" : tardiness.joined(separator: " · ")),
            ("loops", scheduling?.wording ?? Figure.absent),
        ]
    }

    /// What decoding took, told apart from what a caller costs otherwise; `nil` where it is none.
    var decodingWording: String? {
        decodingMsPerCallerSecond.flatMap {
            $0 < 0.005 ? nil : "of it decoding " + Self.milliseconds($0)
        }
    }

    /// The send ratio as a percentage to two places, where the budget is decided.
    var sentOnTime: String {
        sendRatio.map { $0 == 1 ? "100 %" : Figure.fixed($0 * 100, 2) + " %" } ?? Figure.absent
    }

    /// Valid, but for want of anything that could have been late.
    var isIdle: Bool { valid && sendRatio == nil && sendLateness.p99 == nil }

    /// What is said beside `valid` when nothing was sent.
    static let idleWording = "nothing was sent that could be graded"

    private static func spread(_ values: [Double?]) -> String {
        guard values.contains(where: { $0 != nil }) else { return Figure.absent }
        let texts = values.map { $0.map { Figure.fixed($0, 2) } ?? Figure.absent }
        return texts.joined(separator: " / ") + " ms"
    }

    static func milliseconds(_ value: Double?) -> String {
        value.map { Figure.fixed($0, 2) + " ms" } ?? Figure.absent
    }

    /// What a simulated run says in the place of a grade.
    static let simulatedWording = "not graded: simulated in virtual time, no generator was at work"
}
