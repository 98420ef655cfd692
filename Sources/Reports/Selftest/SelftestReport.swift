package import Analysis

/// A self-test as tables for a terminal.
package enum SelftestReport {
    /// The whole report, ending in a newline.
    ///
    /// - Parameter colour: whether ANSI colours may be used; marks carry the same meaning.
    package static func render(_ selftest: Selftest, width: Int, colour: Bool) -> String {
        let width = max(72, width)
        var lines = header(selftest, width: width)
        lines.append(TerminalLine())
        lines += limits(selftest.result.limits, width: width)
        lines.append(TerminalLine())
        lines += timer(selftest.result.timer, width: width)
        lines.append(TerminalLine())
        lines += levels(selftest.result.levels)
        lines.append(TerminalLine())
        lines += biases(selftest.biases, callers: selftest.result.biasCallers)
        lines.append(TerminalLine())
        lines += verdict(selftest, width: width)
        return lines.map { $0.rendered(colour: colour) + "\n" }.joined()
    }

    private static func header(_ selftest: Selftest, width: Int) -> [TerminalLine] {
        var title = TerminalLine("self-test ", .strong)
        title.append(TerminalText.clean(selftest.id))
        let facts = [
            TerminalText.clean(selftest.host.name ?? "this host"),
            Figure.count(selftest.host.cores, "core"), TerminalText.clean(selftest.host.kernel),
            TerminalText.clean(selftest.startedAt),
            Figure.duration(seconds: selftest.result.durationSeconds),
            "talkover \(TerminalText.clean(selftest.version))",
        ]
        return [title] + TerminalText.flowed(facts, to: width).map { TerminalLine($0, .faint) }
    }

    private static func limits(_ limits: SelftestLimits, width: Int) -> [TerminalLine] {
        let callers = limits.callers.sorted { $0.key < $1.key }
            .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let cores = [
            limits.cpus.map { Figure.count($0, "processor") },
            limits.cpuQuota.map { "quota of \(Figure.plain($0)) cores" },
        ]
        let rows = [
            ("descriptors", "\(limits.softDescriptors) soft, \(limits.hardDescriptors) hard"),
            ("ports", "\(limits.ports) ephemeral"),
            ("callers at once", callers),
            (
                "UDP buffers",
                buffers(limits.receiveBuffer, limits.sendBuffer)
            ),
            (
                "TCP buffers",
                buffers(limits.tcpReceiveBuffer, limits.tcpSendBuffer)
            ),
            ("processors", cores.compactMap(\.self).joined(separator: ", ")),
            (
                "real-time scheduling",
                limits.mayScheduleRealtime ? "allowed" : "not allowed to this user"
            ),
        ]
        return [TerminalLine("limits", .strong)]
            + rows.flatMap { label, value in
                TerminalText.wrapped(value.isEmpty ? Figure.absent : value, to: width - 24)
                    .enumerated().map { index, text in
                        var line = TerminalLine(index == 0 ? "  " + label : "")
                        line.place(text, at: 24)
                        return line
                    }
            }
    }

    private static func buffers(
        _ receive: SelftestLimits.Buffer?, _ send: SelftestLimits.Buffer?
    ) -> String {
        func text(_ buffer: SelftestLimits.Buffer?) -> String {
            buffer.map { "\($0.usual / 1_024) KiB, at most \($0.most / 1_024)" } ?? Figure.absent
        }
        return "receive \(text(receive)); send \(text(send))"
    }

    private static func timer(_ timer: SelftestTimer, width: Int) -> [TerminalLine] {
        let late = timer.lateness
        let facts = [
            "late p50 \(milliseconds(late.p50)) p99 \(milliseconds(late.p99))"
                + " max \(milliseconds(late.max)) ms",
            "\(timer.missed) of \(timer.ticks + timer.missed) ticks missed",
            "clock read \(Figure.plain(timer.clockReadNs)) ns,"
                + " resolution \(timer.clockResolutionNs) ns",
        ]
        return [TerminalLine("timer, 1 ms tick", .strong)]
            + TerminalText.flowed(facts, to: width - 2).map { TerminalLine("  " + $0) }
    }

    static func milliseconds(_ value: Double?) -> String {
        value.map { Figure.fixed($0, 2) } ?? Figure.absent
    }
}
