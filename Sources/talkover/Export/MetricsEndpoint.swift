import Analysis
import NIOConcurrencyHelpers
import Reports
import Web

/// `/metrics` on loopback while a command runs.
enum MetricsEndpoint {
    /// Runs `body`, with a server of what it leaves in the box beside it.
    ///
    /// - Parameters:
    ///   - port: `nil` for no server at all; 0 picks one, which is told on stderr.
    ///   - body: gets the box that the server reads; `nil` without a server.
    /// - Throws: a `CommandFailure` when the port cannot be had, before `body` begins.
    static func serving(
        on port: UInt16?, _ body: (NIOLockedValueBox<String>?) async throws -> ExitStatus
    ) async throws -> ExitStatus {
        guard let port else { return try await body(nil) }
        let snapshot = NIOLockedValueBox("")
        let site = LoopbackSite(port: port) { page(for: $0, snapshot) }
        return try await LoopbackServing.run(site) { port in
            Console.note("metrics: http://127.0.0.1:\(port)/metrics")
            return try await body(snapshot)
        }
    }

    private static func page(
        for request: PageRequest, _ snapshot: NIOLockedValueBox<String>
    ) -> PageAnswer {
        guard request.path == "/metrics" else {
            return .text(.notFound, "nothing here; the figures are at /metrics")
        }
        return PageAnswer(
            contentType: PrometheusText.contentType, body: snapshot.withLockedValue { $0 })
    }
}
