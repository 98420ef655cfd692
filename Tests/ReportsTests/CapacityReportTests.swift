import Planning
import Testing
import Timeline

@testable import Analysis
@testable import Reports

/// Two paths as a search left them: one with a limit, one that the generator could not try further.
enum SampleCapacity {
    private static func objective(_ value: Double, _ verdict: ObjectiveVerdict) -> ObjectiveResult {
        ObjectiveResult(
            path: "rtp", metric: "first_audio", expression: "p(95)<700ms", value: value,
            verdict: verdict, n: 300, reason: nil)
    }

    static func point(
        _ callers: Int, _ value: Double, _ outcome: CapacitySearch.Outcome = .pass,
        purpose: CapacitySearch.Purpose = .search, problems: [String] = []
    ) -> CapacityPoint {
        let verdict: ObjectiveVerdict =
            outcome == .fail ? .fail : outcome == .pass ? .pass : .inconclusive
        let material = RunMaterial(
            run: SampleRuns.empty.run, state: .finished,
            scenario: Scenario(
                name: "s", paths: [], load: .closed(callers: 1, ramp: .zero, repeating: .calls(1)),
                dialogue: []),
            paths: [PathMaterial(index: 0, name: "rtp", transport: "rtp", hearing: "decode")])
        var point = CapacityPoint(
            material, summary: Summarizer.summarize(material),
            step: .init(callers: callers, purpose: purpose, isSoak: purpose == .soak),
            schedule: HoldSchedule(ramp: .seconds(1), hold: .seconds(30)), samples: [],
            idleBytes: nil)
        point.outcome = outcome
        point.objectives = [objective(value, verdict)]
        point.problems = problems
        point.turnsPerSecond = Double(callers) / 4
        point.heldCallers = Double(callers)
        point.meanCallSeconds = 90
        point.isReached = true
        var metric = MetricSummary(name: "first_audio", unit: "ms")
        (metric.n, metric.p50, metric.p95) = (300, value - 60, value)
        point.latencies = [metric]
        return point
    }

    static func material(scenario name: String = "demo") -> CapacityReportMaterial {
        let settings = CapacitySearch.Settings(start: 10, ceiling: 500)
        var limited = [point(10, 410), point(20, 420), point(40, 480)]
        limited += [
            point(80, 910, .fail), point(42, 720, .fail), point(41, 690),
            point(41, 688, purpose: .again), point(42, 731, .fail, purpose: .again),
            point(41, 689, purpose: .soak), point(37, 470, purpose: .profile),
        ]
        var facts = SampleRuns.empty.run
        facts.scenario = name
        let objective = Objective(
            metric: "first_audio", aggregate: .quantile(0.95), comparison: .less, limit: 700,
            expression: "p(95)<700ms")
        return CapacityReportMaterial(
            run: facts, settings: settings, holdSeconds: 30, soakSeconds: 60,
            objectives: [objective],
            paths: [
                CapacityPath(
                    name: "rtp", transport: "rtp",
                    conclusion: .init(
                        capacity: 41, upper: 42, upperStanding: .failed, isFinished: true,
                        isSoaked: true), points: limited, settings: settings,
                    demand: .init(peakCallsPerHour: 1_200), seed: 1),
                CapacityPath(
                    name: "<web>", transport: "websocket",
                    conclusion: .init(
                        capacity: 20, upper: 40, upperStanding: .generatorLimited, isFinished: true,
                        isSoaked: false),
                    points: [
                        point(20, 300),
                        point(
                            40, 310, .generatorLimited,
                            problems: ["send lateness p99 is 7 ms, over the budget of 5 ms"]),
                    ], settings: settings, demand: nil, seed: 1),
            ], agentSource: "/proc of the embedded agent")
    }
}

@Suite struct CapacityReportTests {
    @Test func `the terminal says the bracket, what gave out, and how the plan is reckoned`() {
        let text = CapacityReport.render(SampleCapacity.material(), width: 160, colour: false)

        #expect(text.contains("rtp  41 callers  [41 passed, 42 failed]"))
        #expect(text.contains("with 42 callers, first_audio p(95)<700ms at 731 ms gave out"))
        #expect(text.contains("soak of 30 s passed"))
        #expect(text.contains("at least 20 callers  [20 passed, 40 generator-limited]"))
        #expect(text.contains("send lateness p99 is 7 ms"))
        #expect(text.contains("1200 calls/h × 90 s (measured) = 30.0 Erlangs → 42 lines at 1.0 %"))
        #expect(text.contains("⌈42 ÷ (41 callers × 0.7)⌉ = 2 servers"))
        #expect(text.contains("at 90 %"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 160 })
        #expect(text.hasSuffix("\n"))
    }

    @Test func `no escape of a name reaches the terminal`() {
        let text = CapacityReport.render(
            SampleCapacity.material(scenario: "a\u{1B}[31mb"), width: 100, colour: false)

        #expect(!text.contains("\u{1B}"))
    }

    @Test func `the JSON has the bracket, every run and null for what was not measured`() {
        let text = CapacityJSON.render(SampleCapacity.material())

        #expect(text.hasPrefix("{\n"))
        #expect(text.contains("\"bracket\": [41, 42]"))
        #expect(text.contains("\"ending\": \"bracketed\""))
        #expect(text.contains("\"ending\": \"generator_limited\""))
        #expect(text.contains("\"soak_passed\": true"))
        #expect(text.contains("\"soak_passed\": null"))
        #expect(text.contains("\"agent\": null"))
        #expect(text.contains("\"servers\": 2"))
        #expect(text.components(of: "\"run\": ") >= 12)
    }

    @Test func `the Markdown has a table of answers, and names are escaped`() {
        let text = CapacityMarkdown.render(SampleCapacity.material())

        #expect(text.contains("| rtp | **41 callers** | [41 passed, 42 failed] |"))
        #expect(!text.contains("<web>"))
        #expect(text.contains("servers"))
    }

    @Test func `the page has a chart with limit, bracket and every run, and nothing of a script`() {
        let page = CapacityPage.render(SampleCapacity.material())

        #expect(page.hasPrefix("<!doctype html>"))
        #expect(!page.contains("<script") && !page.contains("<web>"))
        #expect(page.contains("limit 700"))
        #expect(page.contains("41–42"))
        #expect(page.contains("20–40"))
        #expect(page.contains("aria-label=\"rtp, 42 callers: 731 ms, fail\""))
        // Twelve runs, each reached by the keyboard.
        #expect(page.components(of: "<g tabindex=\"0\"") == 12)
        #expect(page.utf8.count < 100_000)
    }

    @Test func `the more callers and the slower, the further right and up a mark is`() throws {
        let material = SampleCapacity.material()
        let page = CapacityPage.render(material)
        func place(_ label: String) throws -> (x: Double, y: Double) {
            let mark = try #require(page.firstRange(of: label)).upperBound
            let text = page[mark...].drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }
            let parts = text.split(separator: " ").compactMap { Double($0) }
            return (try #require(parts.first), try #require(parts.last))
        }

        let few = try place("rtp, 10 callers: 410 ms")
        let many = try place("rtp, 80 callers: 910 ms")

        #expect(many.x > few.x)
        #expect(many.y < few.y)
    }

    @Test func `an axis has round ticks, from two callers to thousands`() {
        for most in [0.8, 2, 7, 10, 41, 99, 730, 4_200, 123_456] as [Double] {
            let scale = NiceScale(to: most)

            #expect((3...11).contains(scale.ticks.count), "\(most): \(scale.ticks)")
            #expect(scale.ticks.last.map { $0 <= most && $0 > 0.7 * most } == true, "\(most)")
        }
    }

    @Test func `an axis without anything to show ends at one`() {
        for most in [0, -5, .nan, .infinity] as [Double] {
            #expect(NiceScale(to: most).end == 1)
        }
    }

    @Test(arguments: [0.0, -5])
    func `a limit of nothing has its chart all the same`(limit: Double) throws {
        var material = SampleCapacity.material()
        for index in material.limits.indices { material.limits[index].milliseconds = limit }

        let page = CapacityPage.render(material)

        #expect(page.contains("<svg"))
        #expect(!page.contains("nan"))
    }

    @Test func `a host that allows no more callers is named as what limits the search`() {
        let path = CapacityPath(
            name: "rtp", transport: "rtp",
            conclusion: .init(
                capacity: 14, upper: nil, upperStanding: nil, isFinished: true, isSoaked: false,
                isCeilingTheHosts: true),
            points: [SampleCapacity.point(14, 400)],
            settings: .init(start: 1, ceiling: 14, isCeilingTheHosts: true), demand: nil, seed: 1)

        #expect(
            path.sentence.hasPrefix("generator-limited: this host allows no more than 14 callers"))
        #expect(path.answer == "at least 14 callers")
        #expect(path.exitStatus == .inconclusive)
    }

    @Test func `a plan that cannot be made says why`() {
        let path = CapacityPath(
            name: "rtp", transport: "rtp",
            conclusion: .init(
                capacity: 14, upper: 15, upperStanding: .failed, isFinished: true, isSoaked: false),
            points: [SampleCapacity.point(14, 400), SampleCapacity.point(15, 900, .fail)],
            settings: .init(start: 1, ceiling: 20),
            demand: .init(peakCallsPerHour: 9e8, holdingSeconds: 86_400), seed: 1)

        #expect(path.plan == nil)
        #expect(path.planWording?.contains("beyond reckoning") == true)
    }

    @Test func `nothing passed, nothing reached and nothing finished each have their words`() {
        func path(_ conclusion: CapacityConclusion, _ points: [CapacityPoint]) -> CapacityPath {
            CapacityPath(
                name: "rtp", transport: "rtp", conclusion: conclusion, points: points,
                settings: .init(start: 1, ceiling: 9), demand: nil, seed: 1)
        }
        var unreached = SampleCapacity.point(1, 900, .fail)
        unreached.isReached = false
        let none = path(
            .init(
                capacity: nil, upper: 1, upperStanding: .failed, isFinished: true, isSoaked: false),
            [SampleCapacity.point(1, 900, .fail)])
        let nobody = path(
            .init(
                capacity: nil, upper: 1, upperStanding: .failed, isFinished: false, isSoaked: false),
            [unreached])

        #expect(none.sentence.hasPrefix("not even 1 caller passed: first_audio p(95)<700ms at 900"))
        #expect(none.exitStatus == .failed)
        #expect(nobody.sentence == "unfinished: no call was ever established")
        #expect(nobody.exitStatus == .unreachable)
    }
}

extension String {
    /// How often a piece is in it.
    fileprivate func components(of piece: String) -> Int { ranges(of: piece).count }
}
