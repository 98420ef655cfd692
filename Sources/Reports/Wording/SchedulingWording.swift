import Analysis

extension GeneratorScheduling {
    /// How the loops ran, as in `2 loops on CPUs 0-1, ahead of others (rr)`.
    var wording: String {
        var text = "\(Figure.count(loops, "loop")) on \(Self.list(cpus))"
        if isPinned, cpus.count > 1 { text += ", each kept to one" }
        switch policy {
        case .other: text += ", at ordinary priority"
        case .roundRobin: text += ", ahead of others (rr)"
        case .firstInFirstOut: text += ", in real time (fifo)"
        }
        if let agentCPUs { text += "; agent on \(Self.list(agentCPUs))" }
        return text
    }

    /// CPUs as the kernel lists them.
    private static func list(_ cpus: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for cpu in cpus {
            if let last = runs.last, last.upperBound + 1 == cpu {
                runs[runs.count - 1] = last.lowerBound...cpu
            } else {
                runs.append(cpu...cpu)
            }
        }
        let texts = runs.map {
            $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }
        return (cpus.count == 1 ? "CPU " : "CPUs ") + texts.joined(separator: ",")
    }
}

extension GeneratorGrade {
    /// What came later than it was due, or never: a phrase each, none for what was punctual.
    var tardiness: [String] {
        var phrases: [String] = []
        if framesLate > 0 {
            phrases.append("\(Figure.count(framesLate, "frame")) over half a frame late")
        }
        if framesSkipped > 0 {
            phrases.append("\(Figure.count(framesSkipped, "frame")) due and never sent")
        }
        if lateStarts > 0 {
            let most = lateStartMsMax.map { " (\(Figure.span(milliseconds: $0)) at most)" } ?? ""
            phrases.append("\(Figure.count(lateStarts, "call")) begun late\(most)")
        }
        return phrases
    }
}
