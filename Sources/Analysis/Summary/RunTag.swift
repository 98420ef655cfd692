/// Tags that the program itself puts on runs which it makes as parts of something larger.
package enum RunTag {
    /// The group of runs in turns, and a run's place in it.
    package static let pairs = "pairs"
    package static let pair = "pair"
    /// How many looks were declared for a group, where there may be two.
    package static let looks = "looks"
    package static let sweep = "sweep"
    package static let capacity = "capacity"
    /// Callers of a step of a search.
    package static let callers = "callers"

    /// A run with one of these says nothing beside the scenario's ordinary runs: a sweep and a
    /// search alter what is run, and runs in turns alter its seed and its order.
    package static let parts = [pairs, sweep, capacity]

    /// What no user may set.
    package static let own = parts + [pair, looks, callers]
}
