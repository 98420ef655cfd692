/// Calls that find every line taken and go away (Erlang, 1917): how many lines a load needs.
package enum ErlangB {
    /// Offered load beyond which no number of lines is looked for.
    package static let mostErlangs = 1e6

    /// The share of calls that are blocked.
    ///
    /// By the recursion B(0) = 1, B(m) = A·B(m−1) / (m + A·B(m−1)), which never overflows.
    ///
    /// - Parameters:
    ///   - erlangs: calls a second × their length in seconds; not negative.
    ///   - lines: calls that can be up at once; not negative.
    package static func blocking(erlangs: Double, lines: Int) -> Double {
        var blocking = 1.0
        guard lines > 0 else { return erlangs > 0 ? 1 : 0 }
        for line in 1...lines { blocking = after(blocking, erlangs: erlangs, line: line) }
        return blocking
    }

    /// Fewest lines with which no more than a share of calls is blocked.
    ///
    /// - Parameter target: 0 < target < 1.
    /// - Returns: `nil` for a load below zero or above ``mostErlangs``, or a target that is no share.
    package static func lines(erlangs: Double, blocking target: Double) -> Int? {
        guard erlangs >= 0, erlangs <= mostErlangs, target > 0, target < 1 else { return nil }
        guard erlangs > 0 else { return 0 }
        var blocking = 1.0
        var lines = 0
        while blocking > target {
            lines += 1
            blocking = after(blocking, erlangs: erlangs, line: lines)
        }
        return lines
    }

    private static func after(_ blocking: Double, erlangs: Double, line: Int) -> Double {
        let offered = erlangs * blocking
        return offered / (Double(line) + offered)
    }
}
