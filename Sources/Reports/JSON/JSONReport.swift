package import Analysis

/// The JSON summary of a run, schema 1: keys in a fixed order, `null` for what was not measured.
package enum JSONReport {
    /// One document, ending in a newline, numbers rounded to three decimals.
    ///
    /// - Parameter comparisons: of a group of runs, under a key of their own; without any the key
    ///   is left out.
    package static func render(
        _ summary: RunSummary, comparisons: [ComparisonDocument] = []
    ) -> String {
        guard case .object(var members) = document(summary), !comparisons.isEmpty else {
            return document(summary).pretty() + "\n"
        }
        members.append(("comparisons", .array(comparisons.map(ComparisonJSON.value))))
        return JSONValue.object(members).pretty() + "\n"
    }

    static func document(_ summary: RunSummary) -> JSONValue {
        .object([
            ("schema", .whole(1)),
            ("run", run(summary.run)),
            ("verdict", .string(summary.verdict.rawValue)),
            ("generator", summary.generator.map(generator) ?? .null),
            ("paths", .object(summary.paths.map { ($0.name, path($0)) })),
            ("objectives", .array(summary.objectives.map(objective))),
            ("differences", .array(summary.differences.map(difference))),
        ])
    }

    private static func run(_ run: RunFacts) -> JSONValue {
        .object([
            ("id", .string(run.id)),
            ("mode", .string(run.mode.rawValue)),
            ("scenario", .string(run.scenario)),
            ("seed", .unsigned(run.seed)),
            ("started_at", .string(run.startedAt)),
            ("duration_s", .number(run.durationSeconds)),
            ("version", .string(run.version)),
            (
                "host",
                .object([
                    ("cores", .whole(run.host.cores)),
                    ("kernel", .string(run.host.kernel)),
                ])
            ),
            (
                "tags",
                .object(run.tags.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
            ),
        ])
    }

    private static func generator(_ grade: GeneratorGrade) -> JSONValue {
        .object([
            ("valid", .bool(grade.valid)),
            ("problems", .array(grade.problems.map { .string($0) })),
            (
                "send_lateness_ms",
                .object([
                    ("p50", JSONValue(grade.sendLateness.p50)),
                    ("p99", JSONValue(grade.sendLateness.p99)),
                    ("max", JSONValue(grade.sendLateness.max)),
                ])
            ),
            ("send_ratio", JSONValue(grade.sendRatio)),
            (
                "rx_dwell_ms",
                .object([
                    ("p50", JSONValue(grade.rxDwell.p50)),
                    ("p99", JSONValue(grade.rxDwell.p99)),
                ])
            ),
            ("cpu_cores", JSONValue(grade.cpuCores)),
            ("cpu_ms_per_caller_second", JSONValue(grade.cpuMsPerCallerSecond)),
            (
                "decoding_ms_per_caller_second",
                JSONValue(grade.decodingMsPerCallerSecond)
            ),
            ("rss_mb", JSONValue(grade.rssMB)),
            ("cpu_ms_per_setup", JSONValue(grade.cpuMsPerSetup)),
            ("memory_kb_per_caller", JSONValue(grade.memoryKBPerCaller)),
            (
                "windows",
                .object([
                    ("total", .whole(grade.windowsTotal)),
                    ("void", .whole(grade.windowsVoid)),
                ])
            ),
            ("dropped_observations", .whole(grade.droppedObservations)),
            ("late_starts", .whole(grade.lateStarts)),
            ("late_start_ms_max", JSONValue(grade.lateStartMsMax)),
            ("frames_late", .whole(grade.framesLate)),
            ("frames_skipped", .whole(grade.framesSkipped)),
            ("scheduling", grade.scheduling.map(scheduling) ?? .null),
        ])
    }

    private static func scheduling(_ scheduling: GeneratorScheduling) -> JSONValue {
        .object([
            ("policy", .string(scheduling.policy.rawValue)),
            ("loops", .whole(scheduling.loops)),
            ("cpus", .array(scheduling.cpus.map { .whole($0) })),
            ("pinned", .bool(scheduling.isPinned)),
            (
                "agent_cpus",
                scheduling.agentCPUs.map { .array($0.map { .whole($0) }) } ?? .null
            ),
        ])
    }

    private static func path(_ path: PathSummary) -> JSONValue {
        let failed = path.calls.failed.sorted { $0.key < $1.key }
        let routes = path.calls.routes.sorted { $0.key < $1.key }
        let examples = path.calls.failureExamples.sorted { $0.key < $1.key }
        return .object([
            ("transport", .string(path.transport)),
            (
                "calls",
                .object([
                    ("planned", .whole(path.calls.planned)),
                    ("connected", .whole(path.calls.connected)),
                    ("completed", .whole(path.calls.completed)),
                    ("failed", .object(failed.map { ($0.key, .whole($0.value)) })),
                    ("failure_examples", .object(examples.map { ($0.key, .string($0.value)) })),
                ])
            ),
            ("packets_refused", .whole(path.calls.packetsRefused)),
            ("routes", .object(routes.map { ($0.key, .whole($0.value)) })),
            ("peak_callers", .whole(path.peakCallers)),
            ("generator", path.generator.map(generator) ?? .null),
            ("hearing", .string(path.hearing)),
            ("metrics", .object(path.metrics.map { ($0.name, metric($0)) })),
            ("rates", .object(path.rates.map { ($0.name, rate($0)) })),
            (
                "control",
                .object([
                    ("calls", .whole(path.control.calls)),
                    ("stopped_by_themselves", .whole(path.control.stoppedByThemselves)),
                ])
            ),
            ("error_bar", path.errorBar.map(errorBar) ?? .null), ("detector", detector(path)),
        ])
    }

    private static func metric(_ metric: MetricSummary) -> JSONValue {
        .object([
            ("unit", .string(metric.unit)),
            ("n", .whole(metric.n)),
            ("censored", .whole(metric.censored)),
            ("censored_at", JSONValue(metric.censoredAt)),
            ("void", .whole(metric.void)),
            ("min", JSONValue(metric.min)),
            ("mean", JSONValue(metric.mean)),
            ("p50", JSONValue(metric.p50)),
            ("p90", JSONValue(metric.p90)),
            ("p95", JSONValue(metric.p95)),
            ("p99", JSONValue(metric.p99)),
            ("p999", JSONValue(metric.p999)),
            ("max", JSONValue(metric.max)),
            ("beyond_timeout", .array(metric.beyondTimeout.map { .string($0) })),
            (
                "ci95",
                .object([
                    ("p50", interval(metric.intervals["p50"])),
                    ("p95", interval(metric.intervals["p95"])),
                ])
            ),
        ])
    }

    private static func rate(_ rate: RateSummary) -> JSONValue {
        .object([
            ("value", JSONValue(rate.value)),
            ("hits", .whole(rate.hits)),
            ("n", .whole(rate.n)),
            ("ci95", interval(rate.interval)),
        ])
    }

    /// Always two elements, so that a reader need not look before indexing.
    private static func interval(_ interval: Interval?) -> JSONValue {
        .array([JSONValue(interval?.lower), JSONValue(interval?.upper)])
    }

    private static func objective(_ objective: ObjectiveResult) -> JSONValue {
        .object([
            ("path", .string(objective.path)),
            ("metric", .string(objective.metric)),
            ("expression", .string(objective.expression)),
            ("value", JSONValue(objective.value)),
            ("verdict", .string(objective.verdict.rawValue)),
            ("n", .whole(objective.n)),
        ])
    }
}
