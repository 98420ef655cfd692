import Audio
import Drivers
import Foundation
import Planning
import Timeline

/// The gateways of one run: a process for each hybrid path that has none of its own, and their logs.
final class RunGateways: Sendable {
    private struct Gateway: Sendable {
        let process: EmbeddedAgent
        let log: String
    }

    private let gateways: [String: Gateway]
    private let folder: URL?

    private init(_ gateways: [String: Gateway], folder: URL?) {
        self.gateways = gateways
        self.folder = folder
    }

    /// Where each serves, by path.
    var addresses: [String: GatewayAddresses] {
        gateways.mapValues { $0.process.ready.gatewayAddresses }
    }

    /// Log of a path's gateway; `nil` where the path has none.
    func log(ofPath name: String) -> String? { gateways[name]?.log }

    /// - Parameters:
    ///   - agent: where the embedded agent serves, for upstreams without a URL.
    ///   - cpus: where they may run.
    static func start(
        _ paths: [PathConfiguration], agent: AgentAddresses?, cpus: CPUList
    ) async throws -> RunGateways {
        let hybrids = paths.filter { $0.transport == .hybrid && $0.url == nil }
        guard !hybrids.isEmpty else { return RunGateways([:], folder: nil) }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "talkover-gateways-\(ProcessInfo.processInfo.processIdentifier)-"
                + RunIdentity.make(at: Date()))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var gateways: [String: Gateway] = [:]
        do {
            for (index, path) in hybrids.enumerated() {
                guard let upstream = path.upstream else { continue }
                let log = folder.appendingPathComponent("\(index).jsonl").path
                let process = try await EmbeddedAgent.start(
                    executable: try RunAgent.executable(), command: "gateway",
                    arguments: try arguments(upstream, agent: agent, log: log), cpus: cpus)
                gateways[path.name] = Gateway(process: process, log: log)
            }
        } catch {
            let started = RunGateways(gateways, folder: folder)
            await started.stop()
            started.cleanUp()
            throw error
        }
        return RunGateways(gateways, folder: folder)
    }

    func onDeath(_ body: @escaping @Sendable (EmbeddedAgent.Problem) -> Void) {
        for gateway in gateways.values { gateway.process.onDeath(body) }
    }

    func stop() async {
        for gateway in gateways.values { await gateway.process.stop() }
    }

    func cleanUp() {
        if let folder { try? FileManager.default.removeItem(at: folder) }
    }

    private static func arguments(
        _ upstream: UpstreamConfiguration, agent: AgentAddresses?, log: String
    ) throws -> [String] {
        let own = upstream.dialect == .binary ? agent?.binary : agent?.openAIRealtime
        guard let url = upstream.url ?? own else {
            throw RunProblem(message: "the upstream has no url, and there is no embedded agent")
        }
        var arguments = [
            "--upstream", url, "--dialect", upstream.dialect.rawValue, "--codec",
            upstream.codec.rawValue, "--chunk", "\(upstream.chunk.count / 1_000)us", "--truth",
            log,
        ]
        if let session = upstream.session { arguments += ["--session", session] }
        for header in upstream.headers {
            arguments += ["--header", "\(header.name): \(header.value)"]
        }
        switch upstream.authorization {
        case nil: break
        case .bearer(let variable): arguments += ["--bearer-env", variable]
        case .header(let name, let variable): arguments += ["--header-env", "\(name)=\(variable)"]
        }
        if let file = upstream.tls.authorityFile { arguments += ["--ca", file] }
        if upstream.tls.isInsecure { arguments.append("--insecure") }
        return arguments
    }
}
