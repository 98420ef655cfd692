import Timeline

extension RunMaterial {
    /// Runs of one scenario as if they had been one: what their objectives are judged on.
    ///
    /// Every call keeps its turns, under a number of its own; stalls are voided before the runs'
    /// seconds, which mean nothing side by side, are left behind. The facts are those of the first
    /// run. Paths are looked up by name, since runs in turns have them in turns. A run alone stays
    /// as it is.
    ///
    /// - Precondition: `runs` is not empty.
    package static func pooled(_ runs: [RunMaterial]) -> RunMaterial {
        guard var pooled = runs.first else { preconditionFailure("no run to pool") }
        guard runs.count > 1 else { return pooled }
        for place in pooled.paths.indices {
            let name = pooled.paths[place].name
            pooled.paths[place] = PathMaterial.pooled(
                runs.compactMap { run in
                    run.paths.first { $0.name == name }.map { (run.run.id, $0) }
                }, as: pooled.paths[place])
        }
        return pooled
    }
}

extension PathMaterial {
    fileprivate static func pooled(
        _ runs: [(id: String, path: PathMaterial)], as shell: PathMaterial
    ) -> PathMaterial {
        var pooled = shell
        pooled.calls = []
        pooled.turns = []
        pooled.seconds = []
        pooled.frames = [:]
        var first = 0
        for (id, run) in runs {
            pooled.origins.append(CallOrigin(run: id, first: first))
            func renumbered(_ id: CallID) -> CallID {
                CallID(path: shell.index, number: first + id.number)
            }
            pooled.calls += run.calls.map { call in
                var call = call
                call.id = renumbered(call.id)
                return call
            }
            pooled.turns += run.voidingStalls().map { turn in
                var turn = turn
                turn.call = renumbered(turn.call)
                return turn
            }
            for (metric, tally) in run.frames {
                pooled.frames[metric, default: FrameTally()].merge(tally)
            }
            let numbers = run.calls.map(\.id.number) + run.turns.map(\.call.number)
            first += (numbers.max() ?? -1) + 1
        }
        return pooled
    }
}

/// Where the calls of one of several runs begin that were pooled.
package struct CallOrigin: Equatable, Sendable {
    /// Id of the run.
    package let run: String
    /// The number that its call 0 has in the pool.
    package let first: Int

    /// The run that a call of a pool was made in, and its number there.
    static func of(_ call: CallID, among origins: [CallOrigin]) -> (run: String, number: Int)? {
        origins.last { $0.first <= call.number }.map { ($0.run, call.number - $0.first) }
    }
}
