import Analysis
import Web

/// A site, and what is done while it serves.
enum LoopbackServing {
    /// Runs `body` when the site serves, and ends the site when that is done.
    ///
    /// - Parameter body: gets the port.
    /// - Throws: a `CommandFailure` when the port cannot be had; then `body` never began.
    static func run(
        _ site: LoopbackSite, while body: (Int) async throws -> ExitStatus
    ) async throws -> ExitStatus {
        let (news, feed) = AsyncStream.makeStream(of: Result<Int, SiteProblem>.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do throws(SiteProblem) {
                    try await site.run { feed.yield(.success($0)) }
                } catch {
                    feed.yield(.failure(error))
                }
                feed.finish()
            }
            defer { group.cancelAll() }
            for await begin in news {
                switch begin {
                case .success(let port): return try await body(port)
                case .failure(let problem):
                    throw CommandFailure(status: .environment, message: problem.message)
                }
            }
            return .environment
        }
    }
}
