import Analysis
import Planning
import Reports
import ResultStore

/// One side of a comparison as the store has it: a run, or several that were made alike.
struct ComparedSide {
    /// What the user wrote.
    let reference: String
    /// In the order in which they were made.
    let runs: [SideRun]
    /// The path that was named; `nil` for every path of the runs.
    let path: String?

    /// Paths that every run has, in the order of the first.
    var paths: [String] {
        if let path { return [path] }
        let names = runs.first?.names ?? []
        return names.filter { name in runs.allSatisfy { $0.names.contains(name) } }
    }

    /// The group that runs in turns belong to; `nil` for runs made otherwise.
    var group: String? { runs.first?.material.run.group }

    /// What was declared when the runs were made.
    var look: Look { runs.first.map { Look(tags: $0.material.run.tags) } ?? .only }

    var ids: [String] { runs.map(\.material.run.id) }

    /// What sets runs of this side on one path apart from the first of them.
    func unlike(_ subjects: [Comparability.Subject]) -> Comparability {
        var all = Comparability()
        guard let first = subjects.first else { return all }
        func told(_ texts: [String]) -> [String] { texts.map { "within \(reference): \($0)" } }
        for other in subjects.dropFirst() {
            let found = Comparability(first, other, ofOneSide: true)
            all.obstacles += told(found.obstacles)
            all.differences += told(found.differences)
        }
        return all
    }

    /// - Throws: a usage failure where its runs are no one thing to be judged together, unless the
    ///   user insists; runs of different modes never are.
    func refuseUnlike(insists: Bool) throws {
        guard Set(runs.map(\.material.run.mode)).count < 2 else {
            throw CommandFailure(
                status: .usage,
                message: "\(reference) has simulated and live runs: their times are not of one kind"
            )
        }
        var told: Set<String> = []
        let obstacles = paths.flatMap { path in
            unlike(runs.compactMap { $0.subject(path) }).obstacles
        }
        .filter { told.insert($0).inserted }
        guard insists || obstacles.isEmpty else {
            throw CommandFailure(
                status: .usage,
                message: "not to be judged together: \(obstacles.joined(separator: "; ")). "
                    + "To judge them all the same, add --anyway")
        }
    }

    /// All of its runs together, as a page shows them.
    var reported: ReportedRun {
        let pooled = RunMaterial.pooled(runs.map(\.material))
        var summary = GroupSummary(runs: runs).summary()
        // What sets its own paths apart is not what is compared.
        summary.differences = []
        return ReportedRun(summary: summary, detail: ReportOutputs.detail(of: pooled))
    }
}

/// A run of a side, summed up.
struct SideRun {
    let material: RunMaterial
    let summary: RunSummary

    init(_ material: RunMaterial) {
        self.material = material
        summary = Summarizer.summarize(material)
    }

    var names: [String] { material.paths.map(\.name) }

    func measurement(of path: String) -> PathMeasurement? {
        material.paths.first { $0.name == path }
            .map { PathMeasurement($0, scenario: material.scenario) }
    }

    func subject(_ path: String) -> Comparability.Subject? {
        material.paths.first { $0.name == path }.map {
            Comparability.Subject(run: material.run, scenario: material.scenario, path: $0)
        }
    }

    /// Why its figures are no measurement; `nil` where they are.
    var invalidity: String? {
        guard summary.verdict == .invalid else { return nil }
        let problems = summary.generator?.problems ?? []
        return "run \(material.run.id) is invalid: " + problems.joined(separator: "; ")
    }
}

extension StoredRuns {
    /// What `every:` begins: all runs with a tag, instead of the newest.
    private static let every = "every:"

    /// A side: RUN, RUN/PATH, or `every:K=V` with or without a path.
    ///
    /// A run that was made in turns with others stands for all of them.
    func side(_ reference: String) throws -> ComparedSide {
        if let side = try whole(reference) { return side }
        guard let slash = reference.lastIndex(of: "/") else {
            // Says what there is to choose from.
            _ = try material(of: reference)
            return ComparedSide(reference: reference, runs: [], path: nil)
        }
        let path = String(reference[reference.index(after: slash)...])
        let run = String(reference[..<slash])
        let side =
            try whole(run)
            ?? ComparedSide(
                reference: reference, runs: [SideRun(try material(of: run))], path: nil)
        guard side.paths.contains(path) else {
            throw CommandFailure(
                status: .usage,
                message: "\(run) has no path '\(path)'; it has "
                    + side.paths.joined(separator: ", "))
        }
        return ComparedSide(reference: reference, runs: side.runs, path: path)
    }

    /// `nil` where the reference as a whole names nothing.
    private func whole(_ reference: String) throws -> ComparedSide? {
        if reference.hasPrefix(Self.every) {
            let tag = reference.dropFirst(Self.every.count).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard tag.count == 2 else { return nil }
            let runs = try tagged(String(tag[0]), String(tag[1]))
            return runs.isEmpty ? nil : ComparedSide(reference: reference, runs: runs, path: nil)
        }
        guard let material = try? material(of: reference) else { return nil }
        guard let group = material.run.group else {
            return ComparedSide(reference: reference, runs: [SideRun(material)], path: nil)
        }
        let runs = try tagged(RunTag.pairs, group).filter { $0.material.run.group == group }
        return ComparedSide(reference: reference, runs: runs, path: nil)
    }

    /// Runs with a tag, oldest first.
    private func tagged(_ key: String, _ value: String) throws -> [SideRun] {
        try all().filter { $0.facts.tags[key] == value }.reversed()
            .map { SideRun(try material(of: $0.facts.id)) }
    }
}

extension RunFacts {
    /// The group of runs in turns that it has a place in; `nil` where it has none.
    fileprivate var group: String? {
        tags[RunTag.pair] == nil ? nil : tags[RunTag.pairs]
    }
}
