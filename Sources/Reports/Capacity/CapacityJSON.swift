package import Analysis

/// A capacity as JSON, schema 1: keys in a fixed order, `null` for what was not measured.
package enum CapacityJSON {
    /// One document, ending in a newline, numbers rounded to three decimals.
    package static func render(_ material: CapacityReportMaterial) -> String {
        let run = material.run
        let document = JSONValue.object([
            ("schema", .whole(1)),
            (
                "capacity",
                .object([
                    ("id", .string(run.id)), ("mode", .string(run.mode.rawValue)),
                    ("scenario", .string(run.scenario)), ("seed", .unsigned(run.seed)),
                    ("started_at", .string(run.startedAt)),
                    ("duration_s", .number(run.durationSeconds)),
                    ("version", .string(run.version)),
                    (
                        "host",
                        .object([
                            ("cores", .whole(run.host.cores)), ("kernel", .string(run.host.kernel)),
                        ])
                    ),
                    ("hold_s", .number(material.holdSeconds)),
                    ("soak_s", .number(material.soakSeconds)),
                    ("start", .whole(material.settings.start)),
                    ("max", .whole(material.settings.ceiling)),
                    ("precision", .number(material.settings.precision)),
                    ("agent_source", material.agentSource.map { .string($0) } ?? .null),
                ])
            ),
            ("paths", .object(material.paths.map { ($0.name, path($0)) })),
        ])
        return document.pretty() + "\n"
    }

    private static func path(_ path: CapacityPath) -> JSONValue {
        let found = path.conclusion
        return .object([
            ("transport", .string(path.transport)),
            ("ending", .string(found.ending.rawValue)),
            ("sentence", .string(path.sentence)),
            ("capacity", whole(found.capacity)), ("ceiling", .whole(path.ceiling)),
            ("bracket", .array([whole(found.capacity), whole(found.upper)])),
            ("upper_is", found.upperStanding.map { .string($0.rawValue) } ?? .null),
            ("gave_out", .array(path.gaveOut.map(objective))),
            ("soak_passed", path.soakWording == nil ? .null : .bool(found.isSoaked)),
            ("latency_at", .array(path.profile.map(share))),
            ("agent", path.agent.map(agent) ?? .null),
            ("generator_cores", JSONValue(path.generatorCores)),
            ("scalability", path.scalability.map(scalability) ?? .null),
            ("plan", path.plan.map(plan) ?? .null),
            ("points", .array(path.points.map(point))),
        ])
    }

    private static func share(_ share: CapacityPath.Share) -> JSONValue {
        .object([
            ("share", .number(share.share)), ("callers", .whole(share.point.callers)),
            ("run", .string(share.point.run)), ("metrics", metrics(share.point)),
        ])
    }

    private static func metrics(_ point: CapacityPoint) -> JSONValue {
        .object(
            point.latencies.map { metric in
                (
                    metric.name,
                    .object([
                        ("unit", .string(metric.unit)), ("n", .whole(metric.n)),
                        ("censored", .whole(metric.censored)), ("p50", JSONValue(metric.p50)),
                        ("p90", JSONValue(metric.p90)), ("p95", JSONValue(metric.p95)),
                        ("p99", JSONValue(metric.p99)), ("max", JSONValue(metric.max)),
                        (
                            "beyond_timeout",
                            .array(metric.beyondTimeout.map { .string($0) })
                        ),
                    ])
                )
            })
    }

    private static func agent(_ agent: CapacityPath.AgentPoint) -> JSONValue {
        .object([
            ("callers", .whole(agent.callers)), ("cores", .number(agent.usage.cores)),
            ("callers_per_core", JSONValue(agent.usage.callersPerCore)),
            ("resident_mb", .number(agent.usage.residentMB)),
            ("mb_per_caller", JSONValue(agent.usage.mbPerCaller)),
        ])
    }

    private static func scalability(_ fit: ScalabilityFit) -> JSONValue {
        .object([
            ("loads", .whole(fit.loads)), ("runs", .whole(fit.runs)),
            ("retrograde", .bool(fit.isRetrograde)),
            // Coefficients are small: as text, since numbers are rounded to three places.
            ("lambda", fit.isRetrograde ? .string("\(fit.lambda)") : .null),
            ("sigma", fit.isRetrograde ? .string("\(fit.sigma)") : .null),
            ("kappa", fit.isRetrograde ? .string("\(fit.kappa)") : .null),
            (
                "kappa_ci95",
                .array(
                    [fit.kappaInterval.lower, fit.kappaInterval.upper].map { bound in
                        bound.map { .string("\($0)") } ?? .null
                    })
            ),
            ("best_callers", JSONValue(fit.bestCallers)),
        ])
    }

    private static func plan(_ plan: ServerPlan) -> JSONValue {
        .object([
            ("peak_calls_per_hour", .number(plan.demand.peakCallsPerHour)),
            ("holding_s", .number(plan.holdingSeconds)),
            ("holding_is_measured", .bool(plan.isHoldingMeasured)),
            ("erlangs", .number(plan.erlangs)), ("blocking", .number(plan.demand.blocking)),
            ("lines", .whole(plan.lines)), ("capacity", .whole(plan.capacity)),
            ("headroom", .number(plan.demand.headroom)), ("servers", .whole(plan.servers)),
        ])
    }

    private static func point(_ point: CapacityPoint) -> JSONValue {
        let failed = point.failedCalls.sorted { $0.key < $1.key }
        return .object([
            ("callers", .whole(point.callers)), ("run", .string(point.run)),
            ("for", .string(point.step.purpose.rawValue)),
            ("hold_s", .number(point.holdSeconds)), ("outcome", .string(point.outcome.word)),
            ("objectives", .array(point.objectives.map(objective))),
            ("metrics", metrics(point)),
            ("turns_per_second", .number(point.turnsPerSecond)),
            ("callers_held", .number(point.heldCallers)),
            ("mean_call_s", JSONValue(point.meanCallSeconds)),
            ("failed_calls", .object(failed.map { ($0.key, .whole($0.value)) })),
            ("generator_problems", .array(point.problems.map { .string($0) })),
            ("generator_cores", JSONValue(point.generatorCores)),
            ("agent_cores", JSONValue(point.agent?.cores)),
            ("agent_resident_mb", JSONValue(point.agent?.residentMB)),
        ])
    }

    private static func objective(_ objective: ObjectiveResult) -> JSONValue {
        .object([
            ("metric", .string(objective.metric)), ("expression", .string(objective.expression)),
            ("value", JSONValue(objective.value)), ("verdict", .string(objective.verdict.rawValue)),
            ("n", .whole(objective.n)),
        ])
    }

    private static func whole(_ number: Int?) -> JSONValue { number.map { .whole($0) } ?? .null }
}
