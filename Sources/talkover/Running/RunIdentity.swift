import Analysis
import Foundation
import Planning

/// Who a run is: its id, its host, the code it measured.
enum RunIdentity {
    /// Sorts by time and is short enough to type: seconds in base 32, then a random tail.
    static func make(at date: Date) -> String {
        let digits = Array("0123456789abcdefghjkmnpqrstvwxyz")
        var rest = UInt64(date.timeIntervalSince1970)
        var time = ""
        for _ in 0..<7 {
            time = String(digits[Int(rest % 32)]) + time
            rest /= 32
        }
        var generator = SystemRandomNumberGenerator()
        let tail = (0..<4).map { _ in String(digits[Int.random(in: 0..<32, using: &generator)]) }
        return time + tail.joined()
    }

    static func facts(
        id: String, mode: RunMode, scenario: Scenario, startedAt: Date, tags: [String: String],
        originMonotonicNs: Int64?
    ) -> RunFacts {
        RunFacts(
            id: id,
            mode: mode,
            scenario: scenario.name,
            seed: scenario.seed,
            startedAt: timestamp(startedAt),
            durationSeconds: 0,
            version: Version.current,
            gitRevision: tags["git"] ?? ProcessInfo.processInfo.environment["GITHUB_SHA"],
            host: host,
            tags: tags,
            originMonotonicNs: originMonotonicNs
        )
    }

    static func timestamp(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// As it was when first asked: a process that is restricted to some processors knows of fewer.
    static let host: HostFacts = {
        var name = utsname()
        uname(&name)
        let release = withUnsafeBytes(of: &name.release) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        let node = withUnsafeBytes(of: &name.nodename) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        return HostFacts(
            cores: ProcessInfo.processInfo.activeProcessorCount, kernel: release, name: node)
    }()
}
