import Analysis
import Planning
import Reports
import Timeline

/// Runs made up for tests and for looking at reports: their summaries and curves are real.
enum SampleRuns {
    static let yaml = """
        name: quickstart
        description: WebSocket against plain RTP, one agent, one interruption
        seed: 42
        paths:
          websocket: {transport: websocket, dialect: openai-realtime}
          rtp:       {transport: rtp, codec: opus}
        objectives:
          first_audio: ["p(90)<700ms", "p(95)<900ms"]
        """

    static let limits: [(metric: String, Objective.Aggregate, limit: Double, expression: String)] =
        [
            ("first_audio", .quantile(0.9), 700, "p(90)<700ms"),
            ("first_audio", .quantile(0.95), 900, "p(95)<900ms"),
            ("barge_in_cut", .quantile(0.95), 450, "p(95)<450ms"),
            ("response_rate", .rate, 0.97, "rate>0.97"),
        ]

    /// Two paths, everything measured, every objective met.
    static let pass: RunMaterial = {
        material([
            SamplePath("websocket", "websocket", firstAudio: 531, cut: 262),
            SamplePath("rtp", "rtp", firstAudio: 493, cut: 241),
        ])
    }()

    /// Four paths, one of them slow: censored turns, failed calls, objectives missed and undecided.
    static let fourPaths: RunMaterial = {
        var vendor = SamplePath("vendor eu-central", "webrtc", firstAudio: 1_240, cut: 431)
        vendor.unanswered = 0.07
        vendor.failures = ["closed by the agent": 22, "connect timeout": 7]
        vendor.details = ["connect timeout": "no answer to 7 checks of 203.0.113.9:3478"]
        var result = material([
            SamplePath("websocket", "websocket", firstAudio: 531, cut: 262),
            SamplePath("rtp", "rtp", firstAudio: 493, cut: 241),
            SamplePath("webrtc", "webrtc", firstAudio: 498, cut: 249), vendor,
        ])
        result.run.tags = ["branch": "main", "purpose": "choose a transport"]
        return result
    }()

    /// What the comparison of transports looks like: every transport once.
    static let everyTransport: RunMaterial = {
        material([
            SamplePath("websocket", "websocket", firstAudio: 531, cut: 262),
            SamplePath("rtp", "rtp", firstAudio: 493, cut: 241),
            SamplePath("webrtc", "webrtc", firstAudio: 498, cut: 249),
            SamplePath("hybrid", "hybrid", firstAudio: 579, cut: 288),
        ])
    }()

    /// The generator was over its budget.
    static let invalid: RunMaterial = {
        var late = SamplePath("rtp", "rtp", firstAudio: 493, cut: 241)
        late.latenessScale = 21
        return material([SamplePath("websocket", "websocket", firstAudio: 531, cut: 262), late])
    }()

    /// Nothing was measured: no call was ever established.
    static let empty: RunMaterial = {
        var path = SamplePath("rtp", "rtp", firstAudio: 0, cut: 0)
        path.calls = 10
        path.failures = ["connection refused": 10]
        return material([path])
    }()

    /// Six calls: enough for a median, for nothing else.
    static let small: RunMaterial = {
        var path = SamplePath("rtp", "rtp", firstAudio: 493, cut: 241)
        path.calls = 7
        return material([path])
    }()

    /// Virtual time: nobody to grade.
    static let simulated: RunMaterial = {
        var result = pass
        result.run.mode = .simulated
        for index in result.paths.indices {
            result.paths[index].usage = nil
            result.paths[index].frames = [:]
        }
        return result
    }()

    static func summary(_ material: RunMaterial) -> RunSummary { Summarizer.summarize(material) }

    static func detail(_ material: RunMaterial, yaml: String = yaml) -> ReportDetail {
        ReportDetail(
            curves: PathCurves.all(of: material),
            explanations: PathExplanation.all(of: material),
            definitions: MetricCatalogue.all.map {
                MetricNote(name: $0.name, unit: $0.unit.rawValue, definition: $0.definition)
            },
            scenarioYAML: yaml
        )
    }

    /// `text` in every place that a scenario, a target or a command line can fill.
    static func hostile(_ text: String) -> (summary: RunSummary, detail: ReportDetail) {
        var late = SamplePath("rtp", "rtp", firstAudio: 493, cut: 241)
        late.calls = 20
        late.latenessScale = 21
        var named = late
        named.name = text
        let material = material([named, late])
        var summary = summary(material)
        let detail = detail(material, yaml: text)
        summary.run.id = text
        summary.run.scenario = text
        summary.run.startedAt = text
        summary.run.version = text
        summary.run.gitRevision = text
        summary.run.host.kernel = text
        summary.run.tags = [text: text]
        summary.generator?.problems = [text]
        summary.paths[0].transport = text
        summary.paths[0].hearing = text
        summary.paths[0].calls.failed = [text: 1]
        summary.paths[0].calls.failureExamples = [text: text]
        summary.paths[0].calls.packetsRefused = 3
        summary.paths[0].calls.routes = [text: 3]
        var metric = MetricSummary(name: text, unit: text)
        metric.n = 10
        metric.p50 = 3
        metric.beyondTimeout = [text]
        summary.paths[0].metrics.append(metric)
        summary.paths[0].rates.append(
            RateSummary(name: text, hits: 11, n: 12, value: 0.9, interval: nil)
        )
        summary.objectives = [
            ObjectiveResult(
                path: text, metric: text, expression: text, value: 1, verdict: .fail, n: 1,
                reason: text
            )
        ]
        return (summary, detail)
    }

    static func material(_ paths: [SamplePath]) -> RunMaterial {
        let scenario = Scenario(
            name: "quickstart",
            seed: 42,
            paths: [],
            load: .closed(callers: 200, ramp: .seconds(5), repeating: .calls(1)),
            dialogue: [],
            objectives: limits.map { limit in
                Objective(
                    metric: limit.metric, aggregate: limit.1,
                    comparison: limit.metric == "response_rate" ? .greater : .less,
                    limit: limit.limit, expression: limit.expression
                )
            }
        )
        let run = RunFacts(
            id: "01jzx4t8m2k7", mode: .live, scenario: "quickstart", seed: 42,
            startedAt: "2026-02-03T14:05:09Z", durationSeconds: 63.4, version: "0.1.0",
            gitRevision: "4f1d2c9ab3e0", host: HostFacts(cores: 2, kernel: "Linux 6.1.0-28-amd64"),
            tags: ["branch": "main"]
        )
        return RunMaterial(
            run: run, state: .finished, scenario: scenario,
            paths: paths.enumerated().map { $0.element.material(index: $0.offset) }
        )
    }
}
