import Planning
import Timeline

extension GeneratorGrade {
    /// What a generator may cost the measurement before it spoils it.
    enum Budget {
        static let sendLatenessP99 = 5.0  // ms
        static let sendRatio = 0.99
        static let rxDwellP99 = 5.0  // ms
        static let voidWindows = 0.05
        static let startsOverLimit = 0.01
    }

    /// How the generator did while one path ran.
    ///
    /// - Parameters:
    ///   - callers: of every path, since paths that run together share the process.
    ///   - isOpen: whether calls had to begin when they were planned.
    package static func ofPath(
        _ path: PathMaterial, callers: CallerSeconds, isOpen: Bool = false
    ) -> GeneratorGrade {
        var grade = GeneratorGrade()
        grade.sendLateness = Spread(path.frames[.sendLateness])
        grade.rxDwell = Spread(path.frames[.rxDwell])
        grade.count([path])
        grade.windowsTotal = Set(path.seconds.map(\.second)).count
        grade.windowsVoid = Set(path.seconds.lazy.filter(\.isVoid).map(\.second)).count
        if let usage = path.usage {
            grade.record(usage)
            let peak = path.seconds.map(\.callers).max() ?? 0
            if usage.setups > 0 {
                grade.cpuMsPerSetup = usage.setupTime.milliseconds / Double(usage.setups)
            }
            if usage.growthBytes > 0, peak > 0 {
                grade.memoryKBPerCaller = Double(usage.growthBytes) / 1_000 / Double(peak)
            }
        }
        if let usage = path.usage, let window = window(of: path) {
            let seconds = callers.total(from: window.start, to: window.end)
            grade.cpuMsPerCallerSecond = perCallerSecond(usage.cpu, seconds)
            grade.decodingMsPerCallerSecond = usage.decodingTime.flatMap {
                perCallerSecond($0, seconds)
            }
        }
        grade.judge(isOpen ? LateStarts(path.calls) : nil)
        return grade
    }

    /// How it did over the whole run; invalid where any path is.
    package static func ofRun(_ material: RunMaterial, paths: [PathSummary]) -> GeneratorGrade {
        var grade = GeneratorGrade()
        var lateness = FrameTally()
        var dwell = FrameTally()
        for path in material.paths {
            path.frames[.sendLateness].map { lateness.merge($0) }
            path.frames[.rxDwell].map { dwell.merge($0) }
        }
        grade.sendLateness = Spread(lateness)
        grade.rxDwell = Spread(dwell)
        grade.count(material.paths)
        // Paths that run together share their seconds: a second counts once, void if it was for
        // any.
        let seconds = material.paths.flatMap(\.seconds)
        grade.windowsTotal = Set(seconds.map(\.second)).count
        grade.windowsVoid = Set(seconds.lazy.filter(\.isVoid).map(\.second)).count
        grade.recordUsage(of: material)

        let named = paths.compactMap { path in path.generator.map { (path.name, $0.problems) } }
        grade.judge(
            material.scenario.load.isOpen ? LateStarts(material.paths.flatMap(\.calls)) : nil)
        let spread = named.flatMap { name, problems in problems.map { "\(name): \($0)" } }
        if paths.count > 1, !spread.isEmpty {
            grade.problems = spread
            grade.valid = false
        }
        return grade
    }

    private mutating func recordUsage(of material: RunMaterial) {
        let usages = material.paths.compactMap(\.usage)
        guard let first = usages.first else { return }
        // Paths that run together report the same process: the largest figure is the whole.
        let isShared = material.scenario.order == .together
        let total = usages.dropFirst().reduce(first) { sum, next in
            var total = GeneratorUsage(
                cpu: isShared ? max(sum.cpu, next.cpu) : sum.cpu + next.cpu,
                wall: isShared ? max(sum.wall, next.wall) : sum.wall + next.wall,
                rssBytes: max(sum.rssBytes, next.rssBytes),
                droppedObservations: isShared
                    ? max(sum.droppedObservations, next.droppedObservations)
                    : sum.droppedObservations + next.droppedObservations
            )
            total.decodingTime = sum.decodingTime.map {
                isShared
                    ? max($0, next.decodingTime ?? .zero) : $0 + (next.decodingTime ?? .zero)
            }
            total.scheduling =
                sum.scheduling.map { mine in next.scheduling?.following(mine) ?? mine }
                ?? next.scheduling
            return total
        }
        record(total)
        let windows = material.paths.compactMap { Self.window(of: $0) }
        guard let start = windows.map(\.start).min(), let end = windows.map(\.end).max() else {
            return
        }
        let callers = CallerSeconds(material.paths)
        let seconds = callers.total(from: start, to: end)
        cpuMsPerCallerSecond = Self.perCallerSecond(total.cpu, seconds)
        decodingMsPerCallerSecond = total.decodingTime.flatMap {
            Self.perCallerSecond($0, seconds)
        }
    }

    private mutating func record(_ usage: GeneratorUsage) {
        if usage.wall > .zero { cpuCores = usage.cpu.seconds / usage.wall.seconds }
        rssMB = Double(usage.rssBytes) / 1e6
        droppedObservations = usage.droppedObservations
        scheduling = usage.scheduling
    }

    /// Frames and calls of some paths against when they were due.
    private mutating func count(_ paths: [PathMaterial]) {
        let seconds = paths.lazy.flatMap(\.seconds)
        let scheduled = seconds.reduce(0) { $0 + $1.framesScheduled }
        let onTime = seconds.reduce(0) { $0 + $1.framesOnTime }
        if scheduled > 0 { sendRatio = Double(onTime) / Double(scheduled) }
        framesSkipped = paths.reduce(0) { $0 + ($1.usage?.framesSkipped ?? 0) }
        framesLate = max(0, scheduled - onTime - framesSkipped)
        let starts = LateStarts(paths.lazy.flatMap(\.calls))
        lateStarts = starts.late
        lateStartMsMax = starts.largest.map { max(.zero, $0).milliseconds }
    }

    /// From the path's first call to the last one's end.
    private static func window(of path: PathMaterial) -> (start: RunInstant, end: RunInstant)? {
        guard let start = path.calls.compactMap(\.started).min(),
            let end = path.calls.compactMap(\.ended).max()
        else { return nil }
        return (start, end)
    }

    private static func perCallerSecond(_ cpu: Nanoseconds, _ callerSeconds: Double) -> Double? {
        callerSeconds > 0 ? cpu.milliseconds / callerSeconds : nil
    }

    /// Holds the figures against the budget and says in words what is over it.
    ///
    /// - Parameter starts: of an open load; `nil` of any other.
    private mutating func judge(_ starts: LateStarts?) {
        problems = []
        if let p99 = sendLateness.p99, p99 > Budget.sendLatenessP99 {
            problems.append("send lateness p99 is \(p99.shortText) ms, over the budget of 5 ms")
        }
        if let sendRatio, sendRatio < Budget.sendRatio {
            problems.append(
                "\((100 * sendRatio).shortText) % of frames left on time, under the budget of 99 %"
            )
        }
        if let p99 = rxDwell.p99, p99 > Budget.rxDwellP99 {
            problems.append("receive dwell p99 is \(p99.shortText) ms, over the budget of 5 ms")
        }
        if droppedObservations > 0 {
            problems.append(
                "\(droppedObservations) observations were dropped, over the budget of 0")
        }
        if Double(windowsVoid) > Budget.voidWindows * Double(windowsTotal) {
            let share = 100 * Double(windowsVoid) / Double(windowsTotal)
            problems.append(
                "the host stalled in \(windowsVoid) of \(windowsTotal) seconds"
                    + " (\(share.shortText) %), over the budget of 5 %"
            )
        }
        if let starts, let share = starts.shareOverLimit, share > Budget.startsOverLimit {
            problems.append(
                "\((100 * share).shortText) % of calls began over 100 ms after they were planned"
                    + " (\(starts.overLimit) of \(starts.started)), over the budget of 1 %"
            )
        }
        valid = problems.isEmpty
    }
}

extension GeneratorGrade.Spread {
    fileprivate init(_ tally: FrameTally?) {
        self.init(
            p50: tally?.value(atQuantile: 0.5)?.milliseconds,
            p99: tally?.value(atQuantile: 0.99)?.milliseconds,
            max: tally?.largest?.milliseconds
        )
    }
}
