import Testing
import Timeline

@testable import Analysis

@Suite struct SelftestTests {
    private func bias(_ errors: [Double], codec: String = "opus") -> SelftestBias {
        SelftestBias(
            transport: "rtp", dialect: nil, codec: codec, what: .onset, errors: errors)
    }

    private func level(_ callers: Int, problems: [String] = [], missing: Int = 0) -> SelftestLevel {
        var grade = GeneratorGrade()
        grade.problems = problems
        grade.valid = problems.isEmpty
        return SelftestLevel(callers: callers, connected: callers - missing, grade: grade)
    }

    private func selftest(levels: [SelftestLevel] = [], biases: [SelftestBias] = []) -> Selftest {
        let timer = SelftestTimer(
            lateness: .init(p50: 0.05, p99: 0.2, max: 1), ticks: 2_990, missed: 10,
            clockReadNs: 31.5, clockResolutionNs: 20)
        let limits = SelftestLimits(
            softDescriptors: 1_024, hardDescriptors: 4_096, openDescriptors: 9, ports: 28_232,
            callers: ["rtp": 4_032], mayScheduleRealtime: false)
        return Selftest(
            id: "st1", startedAt: "2026-01-02T03:04:05.000Z", version: "0.1.0", gitRevision: nil,
            host: HostFacts(cores: 2, kernel: "6.1", name: "bench"),
            result: SelftestResult(
                durationSeconds: 42, isQuick: false, limits: limits, timer: timer, levels: levels),
            biases: biases)
    }

    @Test func `bias is the mean of the errors and SD is around it`() throws {
        let row = bias([1, 2, 3, 4])

        #expect(row.count == 4)
        #expect(row.bias == 2.5)
        let deviation = try #require(row.deviation)
        #expect(abs(deviation - 1.2909944) < 1e-6)
        #expect(row.problem == nil || row.problem?.contains("bias is 2.5 ms") == true)
    }

    @Test(arguments: [
        ([0.5, 0.7, -0.2], nil), ([2.0, 2.0], nil), ([-2.0, -2.0], nil),
        ([2.4, 2.6], "rtp opus, onset: bias is 2.5 ms, out of ± 2 ms"),
        ([-2.4, -2.6], "rtp opus, onset: bias is -2.5 ms, out of ± 2 ms"),
        ([-5.0, 5.0], "rtp opus, onset: standard deviation is 7.071 ms, over 3 ms"),
        ([], "rtp opus, onset: nothing was measured"),
        ([0.1], "rtp opus, onset: one turn is too few to judge"),
    ])
    func `a row is within its bounds or says why not`(errors: [Double], problem: String?) {
        #expect(bias(errors).problem == problem)
    }

    @Test func `only loads of up to 100 callers decide, greater ones are told`() {
        let late = "send lateness p99 is 9 ms, over the budget of 5 ms"
        let test = selftest(
            levels: [level(0), level(100, problems: [late]), level(1_000, problems: [late])],
            biases: [bias([0.1, 0.2]), bias([9, 9.1], codec: "pcmu")])

        #expect(
            test.problems == [
                "100 callers: \(late)", "rtp pcmu, onset: bias is 9.05 ms, out of ± 2 ms",
            ])
        #expect(test.remarks == ["1000 callers: \(late)"])
        #expect(!test.isFit)
        #expect(selftest(levels: [level(1_000, problems: [late])]).isFit)
    }

    @Test func `calls that were never connected are no load`() {
        let test = selftest(levels: [level(100, missing: 3)])
        #expect(test.problems == ["100 callers: only 97 of 100 calls were connected"])
    }

    @Test func `an idle loop that is late makes the host unfit`() {
        let timer = SelftestTimer(
            lateness: .init(p50: 1, p99: 6.5, max: 30), ticks: 100, missed: 50, clockReadNs: 30,
            clockResolutionNs: 1)
        #expect(
            selftest(levels: [timer.level]).problems == [
                "0 callers: tick lateness p99 is 6.5 ms, over the budget of 5 ms"
            ])
    }

    @Test func `the scatter of a path is that of its dialect, then of its transport`() {
        func row(_ dialect: String?, _ what: SelftestBias.What, _ deviation: Double) -> SelftestBias
        {
            SelftestBias(
                transport: "websocket", dialect: dialect, codec: "pcm16", what: what, count: 9,
                bias: 0, deviation: deviation)
        }
        let test = selftest(biases: [
            row("binary", .firstPacket, 9), row("binary", .onset, 0.4), row("binary", .stop, 0.6),
            row("openai-realtime", .onset, 1.5),
        ])

        func deviation(_ dialect: String?, _ codec: String = "pcm16") -> Double? {
            test.deviation(transport: "websocket", dialect: dialect, codec: codec)
        }
        #expect(deviation("binary") == 0.6)
        #expect(deviation("openai-realtime") == 1.5)
        #expect(deviation("another") == 1.5)
        #expect(deviation("binary", "opus") == nil)
    }
}
