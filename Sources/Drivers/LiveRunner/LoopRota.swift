import Timeline

/// Deals calls out to loops: each goes where the fewest of its path are.
///
/// Callers call again and again, and their calls last as long as the agent talks: dealt out in
/// turn, some loops would in time have more of them than others.
struct LoopRota {
    /// Calls that are up or being set up, by path and loop.
    private var load: [[Int]]
    private var places: [CallID: Int] = [:]

    init(loops: Int = 1, paths: Int = 0) {
        load = Array(repeating: Array(repeating: 0, count: max(1, loops)), count: paths)
    }

    /// The loop that a call is to have.
    mutating func place(_ call: CallID) -> Int {
        var best = 0
        for loop in load[call.path].indices.dropFirst() {
            let lead = load[call.path][loop] - load[call.path][best]
            if lead < 0 || lead == 0 && total(loop) < total(best) { best = loop }
        }
        load[call.path][best] += 1
        places[call] = best
        return best
    }

    /// The call is over.
    mutating func ended(_ call: CallID) {
        guard let loop = places.removeValue(forKey: call) else { return }
        load[call.path][loop] -= 1
    }

    /// Of all paths.
    private func total(_ loop: Int) -> Int { load.reduce(0) { $0 + $1[loop] } }
}
