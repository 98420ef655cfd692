import Analysis
import Foundation
import Testing

@testable import Reports

@Suite struct SelftestReportTests {
    private func selftest(bias: [Double] = [0.2, 0.4], lateness: Double = 0.6) -> Selftest {
        var limits = SelftestLimits(
            softDescriptors: 1_024, hardDescriptors: 524_288, openDescriptors: 9, ports: 28_232,
            callers: ["rtp": 28_232, "websocket": 28_232, "webrtc": 28_232],
            mayScheduleRealtime: false)
        limits.receiveBuffer = .init(usual: 212_992, most: 4_194_304)
        limits.cpus = 2
        let timer = SelftestTimer(
            lateness: .init(p50: 0.05, p99: 0.21, max: 1.5), ticks: 2_990, missed: 10,
            clockReadNs: 31.5, clockResolutionNs: 20)
        var grade = GeneratorGrade()
        grade.sendLateness = .init(p50: 0.1, p99: lateness, max: 3)
        grade.sendRatio = 1
        grade.rxDwell = .init(p50: 0.1, p99: 0.4)
        grade.cpuMsPerCallerSecond = 0.71
        grade.windowsTotal = 9
        var late = grade
        late.valid = false
        late.problems = ["send lateness p99 is 9 ms, over the budget of 5 ms"]
        return Selftest(
            id: "1nh0000abcd", startedAt: "2026-11-23T00:00:00.000Z", version: "0.1.0",
            gitRevision: nil, host: HostFacts(cores: 2, kernel: "6.18", name: "bench"),
            result: SelftestResult(
                durationSeconds: 61.2, isQuick: false, limits: limits, timer: timer,
                levels: [
                    timer.level, SelftestLevel(callers: 100, connected: 100, grade: grade),
                    SelftestLevel(callers: 1_000, connected: 1_000, grade: late),
                ]),
            biases: SelftestBias.What.allCases.map { what in
                SelftestBias(
                    transport: "websocket", dialect: "openai-realtime", codec: "pcm16", what: what,
                    errors: bias)
            })
    }

    private func lines(_ selftest: Selftest, width: Int = 100) -> [String] {
        SelftestReport.render(selftest, width: width, colour: false)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func `each section says what was found`() throws {
        let lines = lines(selftest())

        #expect(lines[0] == "self-test 1nh0000abcd")
        #expect(lines.contains("  descriptors           1024 soft, 524288 hard"))
        #expect(lines.contains("  real-time scheduling  not allowed to this user"))
        #expect(
            lines.contains(
                "  UDP buffers           receive 208 KiB, at most 4096; send —"))
        #expect(lines.contains { $0.contains("late p50 0.05 p99 0.21 max 1.50 ms") })
        let load = try #require(lines.first { $0.contains("100 callers") })
        for figure in ["✓", "0.10", "0.60", "3.00", "100 %", "0.40", "0.71", "0/9"] {
            #expect(load.contains(figure), "\(figure): \(load)")
        }
        let bias = try #require(lines.first { $0.contains("websocket openai-realtime pcm16") })
        #expect(bias.hasSuffix("+0.30 ± 0.14     2"))
    }

    @Test func `a greater load that breaks is told and decides nothing`() {
        let lines = lines(selftest())

        #expect(lines.contains { $0.hasPrefix("  ✗ 1000 callers") })
        #expect(lines.contains { $0.hasPrefix("  · 1000 callers: send lateness p99 is 9 ms") })
        #expect(lines.suffix(2).first?.hasPrefix("✓ fit") == true)
    }

    @Test func `a bias out of bounds is marked, explained and decides`() {
        let lines = lines(selftest(bias: [4, 4.5]))

        #expect(lines.contains { $0.contains("! +4.25 ± 0.35") })
        #expect(lines.contains { $0.contains("onset: bias is 4.25 ms, out of ± 2 ms") })
        #expect(lines.suffix(2).first?.hasPrefix("✗ unfit") == true)
    }

    @Test(arguments: [72, 100, 160])
    func `no line is wider than the terminal, tables of 84 columns apart`(width: Int) {
        let longest = lines(selftest(bias: [4, 4.5]), width: width).map(\.count).max() ?? 0
        #expect(longest <= max(width, 84))
    }

    @Test func `JSON has every figure with its unit`() throws {
        let text = SelftestJSON.render(selftest(bias: []))
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let json = try #require(object as? [String: Any])

        #expect(json["schema"] as? Int == 1)
        #expect(json["fit"] as? Bool == false)
        let timer = try #require(json["timer"] as? [String: Any])
        #expect(
            timer["lateness_ms"] as? [String: Double] == ["p50": 0.05, "p99": 0.21, "max": 1.5])
        #expect(timer["clock_read_ns"] as? Double == 31.5)
        let limits = try #require(json["limits"] as? [String: Any])
        #expect(
            limits["callers"] as? [String: Int] == [
                "rtp": 28_232, "websocket": 28_232, "webrtc": 28_232,
            ])
        #expect(limits["cpu_quota_cores"] is NSNull)
        let levels = try #require(json["levels"] as? [[String: Any]])
        #expect(levels.map { $0["callers"] as? Int } == [0, 100, 1_000])
        #expect(levels.map { $0["valid"] as? Bool } == [true, true, false])
        #expect(levels[0]["send_ratio"] is NSNull)
        let biases = try #require(json["bias"] as? [[String: Any]])
        #expect(biases.map { $0["what"] as? String } == ["first_packet", "onset", "stop"])
        #expect(biases.allSatisfy { $0["bias_ms"] is NSNull && $0["within"] as? Bool == false })
    }
}
