import Audio
import Planning
import Testing
import Timeline

@testable import Analysis

@Suite struct ErrorBarTests {
    private let rtp = PathConfiguration(
        name: "rtp", transport: .rtp, codec: .opus, player: .jitterBuffer(.milliseconds(60)))

    private var grade: GeneratorGrade {
        var grade = GeneratorGrade()
        grade.sendLateness = .init(p50: 0.1, p99: 3, max: 8)
        grade.rxDwell = .init(p50: 0.1, p99: 4, max: 9)
        return grade
    }

    private func path(detector: DetectorBias? = nil) -> PathMaterial {
        var path = PathMaterial(index: 0, name: "rtp", transport: "rtp", hearing: "decode")
        path.detector = detector
        return path
    }

    private func selftest(deviation: Double) -> Selftest {
        let limits = SelftestLimits(
            softDescriptors: 1, hardDescriptors: 1, openDescriptors: 1, ports: 1, callers: [:],
            mayScheduleRealtime: false)
        let timer = SelftestTimer(
            lateness: .init(), ticks: 0, missed: 0, clockReadNs: 0, clockResolutionNs: 0)
        return Selftest(
            id: "st1", startedAt: "2026-01-02T03:04:05Z", version: "0.1.0", gitRevision: nil,
            host: HostFacts(cores: 2, kernel: "6.1"),
            result: SelftestResult(
                durationSeconds: 1, isQuick: true, limits: limits, timer: timer, levels: []),
            biases: [
                SelftestBias(
                    transport: "rtp", dialect: nil, codec: "opus", what: .stop, count: 10, bias: 0,
                    deviation: deviation)
            ])
    }

    private func detector(_ onset: Double, _ stop: Double) -> DetectorBias {
        DetectorBias(
            onset: .init(deviation: Nanoseconds(milliseconds: onset), count: 40),
            stop: .init(deviation: Nanoseconds(milliseconds: stop), count: 40))
    }

    @Test func `parts add as the root of the sum of their squares`() throws {
        let bar = ErrorBar(ptime: 10, detector: 2, lateness: 3, dwell: 4, selftest: nil)

        let total = try #require(bar.total)
        #expect(abs(total - 129.0.squareRoot()) < 1e-9)
    }

    @Test func `half a frame, lateness and dwell are the path's own in this run`() {
        let bar = ErrorBar(path(), configuration: rtp, grade: grade, selftest: nil)
        #expect(bar == ErrorBar(ptime: 10, lateness: 3, dwell: 4))
    }

    @Test(arguments: [(0.4, 0.9, 0.5, 0.9), (0.4, 0.9, 1.2, 1.2), (1.1, 0.2, 0.5, 1.1)])
    func `the detector's part is the worse of the path's own and the self-test's`(
        onset: Double, stop: Double, tested: Double, expected: Double
    ) {
        let bar = ErrorBar(
            path(detector: detector(onset, stop)), configuration: rtp, grade: grade,
            selftest: selftest(deviation: tested))

        #expect(bar.detector == expected)
        #expect(bar.selftest == "st1")
    }

    @Test func `a detector that measured nothing says nothing`() {
        let bar = ErrorBar(
            path(detector: DetectorBias()), configuration: rtp, grade: grade, selftest: nil)
        #expect(bar.detector == nil)
    }

    @Test func `a run takes the detectors of its paths, those without a sound as none`() {
        var run = RunMaterial(
            run: RunFacts(
                id: "r", mode: .live, scenario: "s", seed: 1, startedAt: "", durationSeconds: 0,
                version: "0", gitRevision: nil, host: HostFacts(cores: 1, kernel: "k"), tags: [:]),
            state: .finished,
            scenario: Scenario(
                name: "s", seed: 1, paths: [rtp],
                load: .closed(callers: 1, ramp: .zero, repeating: .calls(1)), dialogue: [],
                objectives: [], turnTimeout: .seconds(1), source: ""),
            paths: [path(), path()])

        run.record([detector(0.4, 0.9), DetectorBias()])

        #expect(run.paths.map(\.detector) == [detector(0.4, 0.9), nil])
    }

    @Test func `without anything sent there is no bar`() {
        let bar = ErrorBar(
            path(), configuration: rtp, grade: GeneratorGrade(), selftest: selftest(deviation: 1))
        #expect(bar.total == nil)
        #expect(bar.ptime == 10)
    }
}
