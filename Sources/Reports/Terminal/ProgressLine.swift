/// What is known of a path while it runs, and how it is put on one line.
package struct ProgressLine: Equatable, Sendable {
    package var path: String
    /// Seconds since the path's first call.
    package var elapsedSeconds: Double
    /// Connected right now.
    package var callers: Int
    package var callsEnded: Int
    /// `nil` under the open model and where calls repeat for a time.
    package var callsPlanned: Int?
    package var callsFailed: Int
    package var metrics: [RunningMetric]

    package init(
        path: String, elapsedSeconds: Double, callers: Int, callsEnded: Int, callsPlanned: Int?,
        callsFailed: Int = 0, metrics: [RunningMetric] = []
    ) {
        self.path = path
        self.elapsedSeconds = elapsedSeconds
        self.callers = callers
        self.callsEnded = callsEnded
        self.callsPlanned = callsPlanned
        self.callsFailed = callsFailed
        self.metrics = metrics
    }

    /// Running percentiles of one metric, ms; `nil` where they cannot be told yet.
    package struct RunningMetric: Equatable, Sendable {
        package var name: String
        package var p50: Double?
        package var p95: Double?
        package var n: Int

        package init(name: String, p50: Double?, p95: Double?, n: Int) {
            self.name = name
            self.p50 = p50
            self.p95 = p95
            self.n = n
        }
    }

    /// One whole line for a log, without a newline: nothing is cut off.
    package var plain: String {
        parts.joined(separator: "  ")
    }

    /// The line cut to the terminal, behind what takes the cursor back and erases the one before.
    ///
    /// - Parameter width: columns of the terminal; the last stays free, so that it never wraps.
    package func redraw(width: Int) -> String {
        var line = ""
        for part in parts {
            let longer = line.isEmpty ? part : line + "  " + part
            guard TerminalText.columns(longer) < width else { break }
            line = longer
        }
        if line.isEmpty, let first = parts.first {
            line = TerminalText.fitted(first, to: max(1, width - 1))
        }
        return "\r\u{1B}[2K" + line
    }

    private var parts: [String] {
        let calls = callsPlanned.map { "calls \(callsEnded)/\($0)" } ?? "calls \(callsEnded)"
        var parts = [
            TerminalText.clean(path),
            Figure.duration(seconds: elapsedSeconds),
            "callers \(callers)",
            calls,
        ]
        if callsFailed > 0 { parts.append("failed \(callsFailed)") }
        parts += metrics.map {
            let p50 = Figure.plain($0.p50)
            let p95 = Figure.plain($0.p95)
            return "\(TerminalText.clean($0.name)) p50 \(p50) p95 \(p95) ms (n \($0.n))"
        }
        return parts
    }
}
