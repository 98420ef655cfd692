import Analysis
import GRDB
import Testing
import Timeline

@testable import ResultStore

@Suite struct SelftestStoreTests {
    private let host = HostFacts(cores: 2, kernel: "6.1.0", name: "bench")

    private func selftest(
        _ id: String, at startedAt: String = "2026-01-01T00:00:00.250Z", on host: HostFacts? = nil
    ) -> Selftest {
        var limits = SelftestLimits(
            softDescriptors: 1_024, hardDescriptors: 4_096, openDescriptors: 9, ports: 28_232,
            callers: ["rtp": 4_032, "webrtc": 1_344], mayScheduleRealtime: true)
        limits.receiveBuffer = .init(usual: 212_992, most: 4_194_304)
        limits.cpuQuota = 1.5
        var grade = GeneratorGrade()
        grade.sendLateness = .init(p50: 0.1, p99: 0.5, max: 3)
        grade.problems = ["a problem"]
        let timer = SelftestTimer(
            lateness: .init(p50: 0.05, p99: 0.2, max: 1), ticks: 2_990, missed: 10,
            clockReadNs: 31.5, clockResolutionNs: 20)
        return Selftest(
            id: id, startedAt: startedAt, version: "0.1.0", gitRevision: "abc",
            host: host ?? self.host,
            result: SelftestResult(
                durationSeconds: 42.5, isQuick: false, limits: limits, timer: timer,
                levels: [SelftestLevel(callers: 100, connected: 99, grade: grade)]),
            biases: [
                SelftestBias(
                    transport: "websocket", dialect: "binary", codec: "opus", what: .onset,
                    errors: [0.25, 0.5]),
                SelftestBias(
                    transport: "rtp", dialect: nil, codec: "pcmu", what: .stop, errors: []),
            ])
    }

    @Test func `a self-test comes back as it was kept`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))

        try store.add(selftest("st1"))

        #expect(try store.latestSelftest(on: host) == selftest("st1"))
        #expect(try store.runs().isEmpty)
    }

    @Test func `of several the newest counts, of another host none`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        try store.add(selftest("st2", at: "2026-01-02T00:00:00Z"))
        try store.add(selftest("st1", at: "2026-01-01T00:00:00.5Z"))
        let others = [
            HostFacts(cores: 2, kernel: "6.1.0", name: "other"),
            HostFacts(cores: 4, kernel: "6.1.0", name: "bench"),
            HostFacts(cores: 2, kernel: "6.2.0", name: "bench"),
            HostFacts(cores: 2, kernel: "6.1.0"),
        ]

        #expect(try store.latestSelftest(on: host)?.id == "st2")
        #expect(try store.latestSelftest(on: host, startedBy: "2026-01-01T12:00:00Z")?.id == "st1")
        #expect(try store.latestSelftest(on: host, startedBy: "2026-01-01T00:00:00.499Z") == nil)
        for other in others { #expect(try store.latestSelftest(on: other) == nil) }
    }

    @Test func `a run quotes the self-test that was current when it began`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        let sample = StoredSample()
        // Another host than the tests' of older versions: it has no name.
        try store.add(selftest("before", at: "2026-01-02T03:04:04.9Z", on: sample.facts.host))
        try store.add(selftest("after", at: "2026-01-02T03:04:05.1Z", on: sample.facts.host))

        try sample.write(to: store)

        let material = try store.load(sample.facts.id) { _ in sample.scenario }
        #expect(material.selftest?.id == "before")
        let summary = Summarizer.summarize(material)
        #expect(
            summary.paths.map(\.errorBar?.selftest) == ["before", "before", "before", "before"])
    }

    @Test func `what the ear was found to add is kept with its path`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        let sample = StoredSample()
        var material = sample.material()
        let bias = DetectorBias(
            onset: .init(bias: .microseconds(310), deviation: .microseconds(80), count: 40),
            stop: .init(bias: .microseconds(-45), deviation: .microseconds(120), count: 38))
        material.paths[1].detector = bias

        let writer = try store.begin(sample.facts, scenario: sample.scenario, paths: sample.paths)
        try writer.finish(material, summary: Summarizer.summarize(material))

        let loaded = try store.load(sample.facts.id) { _ in sample.scenario }
        #expect(loaded.paths.map(\.detector) == [nil, bias, nil, nil])
        let text = try store.queue.read {
            try String.fetchOne($0, sql: "SELECT detector_json FROM path WHERE name = 'rtp'")
        }
        #expect(text?.contains(#""onset":{"bias_ns":310000,"n":40,"sd_ns":80000}"#) == true)
    }

    @Test func `a bias of another kind than the three is refused by the schema`() throws {
        let folder = try TemporaryFolder()
        let store = try ResultStore.open(path: folder.file("talkover.sqlite"))
        try store.add(selftest("st1"))

        #expect(throws: DatabaseError.self) {
            try store.queue.write {
                try $0.execute(
                    sql: """
                        INSERT INTO selftest_bias VALUES ('st1', 9, 'rtp', NULL, 'opus', 'guess', 1,
                            0.1, 0.1)
                        """)
            }
        }
    }
}
