package import Analysis

/// A self-test as JSON: units in the keys, `null` for what was not measured.
package enum SelftestJSON {
    /// One document, ending in a newline.
    package static func render(_ selftest: Selftest) -> String {
        document(selftest).pretty() + "\n"
    }

    static func document(_ selftest: Selftest) -> JSONValue {
        .object([
            ("schema", .whole(1)),
            (
                "selftest",
                .object([
                    ("id", .string(selftest.id)),
                    ("started_at", .string(selftest.startedAt)),
                    ("duration_s", .number(selftest.result.durationSeconds)),
                    ("version", .string(selftest.version)),
                    ("git_revision", text(selftest.gitRevision)),
                    ("quick", .bool(selftest.result.isQuick)),
                    ("bias_callers", selftest.result.biasCallers.map { .whole($0) } ?? .null),
                ])
            ),
            (
                "host",
                .object([
                    ("name", text(selftest.host.name)),
                    ("cores", .whole(selftest.host.cores)),
                    ("kernel", .string(selftest.host.kernel)),
                ])
            ),
            ("fit", .bool(selftest.isFit)),
            ("problems", .array(selftest.problems.map { .string($0) })),
            ("remarks", .array(selftest.remarks.map { .string($0) })),
            ("limits", limits(selftest.result.limits)),
            ("timer", timer(selftest.result.timer)),
            ("levels", .array(selftest.result.levels.map(level))),
            (
                "budget",
                .object([
                    ("bias_ms", .number(SelftestBias.biasLimit)),
                    ("sd_ms", .number(SelftestBias.deviationLimit)),
                    ("decisive_callers", .whole(Selftest.decisiveCallers)),
                ])
            ),
            ("bias", .array(selftest.biases.map(bias))),
        ])
    }

    private static func limits(_ limits: SelftestLimits) -> JSONValue {
        let callers = limits.callers.sorted { $0.key < $1.key }
        return .object([
            (
                "descriptors",
                .object([
                    ("soft", .whole(limits.softDescriptors)),
                    ("hard", .whole(limits.hardDescriptors)),
                    ("open", .whole(limits.openDescriptors)),
                ])
            ),
            ("ephemeral_ports", .whole(limits.ports)),
            ("callers", .object(callers.map { ($0.key, .whole($0.value)) })),
            (
                "buffers_bytes",
                .object([
                    ("receive", buffer(limits.receiveBuffer)),
                    ("send", buffer(limits.sendBuffer)),
                    ("tcp_receive", buffer(limits.tcpReceiveBuffer)),
                    ("tcp_send", buffer(limits.tcpSendBuffer)),
                ])
            ),
            ("cpus", limits.cpus.map { .whole($0) } ?? .null),
            ("cpu_quota_cores", JSONValue(limits.cpuQuota)),
            ("realtime_scheduling", .bool(limits.mayScheduleRealtime)),
        ])
    }

    private static func buffer(_ buffer: SelftestLimits.Buffer?) -> JSONValue {
        guard let buffer else { return .null }
        return .object([("default", .whole(buffer.usual)), ("max", .whole(buffer.most))])
    }

    private static func timer(_ timer: SelftestTimer) -> JSONValue {
        .object([
            ("tick_ms", .whole(1)),
            ("ticks", .whole(timer.ticks)),
            ("missed", .whole(timer.missed)),
            ("lateness_ms", spread(timer.lateness)),
            ("clock_read_ns", .number(timer.clockReadNs)),
            ("clock_resolution_ns", .whole(timer.clockResolutionNs)),
        ])
    }

    private static func level(_ level: SelftestLevel) -> JSONValue {
        let grade = level.grade
        return .object([
            ("callers", .whole(level.callers)),
            ("connected", .whole(level.connected)),
            ("valid", .bool(level.isValid)),
            ("problems", .array(level.sentences.map { .string($0) })),
            ("send_lateness_ms", spread(grade.sendLateness)),
            ("send_ratio", JSONValue(grade.sendRatio)),
            (
                "rx_dwell_ms",
                .object([
                    ("p50", JSONValue(grade.rxDwell.p50)), ("p99", JSONValue(grade.rxDwell.p99)),
                ])
            ),
            ("cpu_cores", JSONValue(grade.cpuCores)),
            ("cpu_ms_per_caller_second", JSONValue(grade.cpuMsPerCallerSecond)),
            (
                "windows",
                .object([
                    ("total", .whole(grade.windowsTotal)), ("void", .whole(grade.windowsVoid)),
                ])
            ),
        ])
    }

    private static func spread(_ spread: GeneratorGrade.Spread) -> JSONValue {
        .object([
            ("p50", JSONValue(spread.p50)), ("p99", JSONValue(spread.p99)),
            ("max", JSONValue(spread.max)),
        ])
    }

    private static func bias(_ bias: SelftestBias) -> JSONValue {
        .object([
            ("transport", .string(bias.transport)),
            ("dialect", text(bias.dialect)),
            ("codec", .string(bias.codec)),
            ("what", .string(bias.what.rawValue)),
            ("n", .whole(bias.count)),
            ("bias_ms", JSONValue(bias.bias)),
            ("sd_ms", JSONValue(bias.deviation)),
            ("within", .bool(bias.problem == nil)),
        ])
    }

    private static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
