package import Analysis
import GRDB

extension ResultStore {
    /// Keeps a self-test; runs that begin on the same host from now on quote it.
    ///
    /// - Throws: `locked` or `full`.
    package func add(_ selftest: Selftest) throws(StoreProblem) {
        try write { try SelftestRow.insert(selftest, $0) }
    }

    /// The newest self-test of a host: its name, kernel and cores must be equal.
    ///
    /// - Parameter instant: RFC 3339, UTC: begun by then; `nil` for the newest of all.
    package func latestSelftest(
        on host: HostFacts, startedBy instant: String? = nil
    ) throws(StoreProblem) -> Selftest? {
        try read { try SelftestRow.latest(on: host, startedBy: instant, $0) }
    }
}
