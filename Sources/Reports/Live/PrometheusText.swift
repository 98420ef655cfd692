package import Analysis

/// Where a run stands, in the text format of Prometheus (exposition format 0.0.4).
package enum PrometheusText {
    /// What the endpoint says it is.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What of a run stands in its labels.
    package struct Run: Equatable, Sendable {
        package var id: String
        package var scenario: String
        package var version: String

        package init(id: String, scenario: String, version: String) {
            self.id = id
            self.scenario = scenario
            self.version = version
        }
    }

    /// Every figure; durations in seconds, as the format's naming asks for.
    package static func render(_ figures: LiveFigures, of run: Run) -> String {
        var text = ""
        text += family(
            "talkover_run_info", "gauge", "The run that is going on.",
            [
                line(
                    "talkover_run_info",
                    [
                        ("run", run.id), ("scenario", run.scenario), ("version", run.version),
                    ], "1")
            ])
        text += perPath(figures, "talkover_callers", "gauge", "Callers connected now.") {
            String($0.callers)
        }
        text += family(
            "talkover_calls_total", "counter", "Calls that have ended.",
            figures.paths.flatMap { path in
                path.calls.sorted { $0.key < $1.key }.map { key, count in
                    line(
                        "talkover_calls_total",
                        labels(path) + [("outcome", key.outcome), ("reason", key.reason)],
                        String(count))
                }
            })
        text += histogram(
            figures, "talkover_first_audio_seconds",
            "Last voiced sample of a turn to the first audible sample heard.", \.firstAudio)
        text += histogram(
            figures, "talkover_barge_in_cut_seconds",
            "Onset of an interruption to the last audible sample played.", \.bargeInCut)
        text += family(
            "talkover_censored_turns_total", "counter",
            "Turns whose answer or stop did not come while it was watched for.",
            figures.paths.flatMap { path in
                [("first_audio", path.firstAudio), ("barge_in_cut", path.bargeInCut)].map {
                    line(
                        "talkover_censored_turns_total", labels(path) + [("metric", $0)],
                        String($1.censored))
                }
            })
        return text + generator(figures)
    }

    /// What the generator itself did.
    private static func generator(_ figures: LiveFigures) -> String {
        perPath(
            figures, "talkover_frames_scheduled_total", "counter",
            "Frames of speech or silence that were due."
        ) { String($0.framesScheduled) }
            + perPath(
                figures, "talkover_frames_on_time_total", "counter",
                "Frames that left at most half a frame late."
            ) { String($0.framesOnTime) }
            + perPath(
                figures, "talkover_send_lateness_seconds", "gauge",
                "Greatest lateness of a sending tick in the last whole second."
            ) { seconds($0.tickLateness) }
            + perPath(
                figures, "talkover_void_seconds_total", "counter",
                "Seconds in which the host stalled for more than 50 ms; their turns do not count."
            ) { String($0.secondsVoid) }
    }

    private static func histogram(
        _ figures: LiveFigures, _ name: String, _ help: String,
        _ histogram: KeyPath<LiveFigures.Path, LiveFigures.Histogram>
    ) -> String {
        family(
            name, "histogram", help,
            figures.paths.flatMap { path in
                let values = path[keyPath: histogram]
                let bounds = values.bounds.map { seconds($0) } + ["+Inf"]
                let buckets = zip(bounds, values.cumulative).map { bound, count in
                    line("\(name)_bucket", labels(path) + [("le", bound)], String(count))
                }
                return buckets + [
                    line("\(name)_sum", labels(path), seconds(values.sum)),
                    line("\(name)_count", labels(path), String(values.total)),
                ]
            })
    }

    private static func perPath(
        _ figures: LiveFigures, _ name: String, _ type: String, _ help: String,
        _ value: (LiveFigures.Path) -> String
    ) -> String {
        family(name, type, help, figures.paths.map { line(name, labels($0), value($0)) })
    }

    private static func family(
        _ name: String, _ type: String, _ help: String, _ lines: [String]
    ) -> String {
        "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" + lines.joined()
    }

    private static func labels(_ path: LiveFigures.Path) -> [(String, String)] {
        [("path", path.name), ("transport", path.transport)]
    }

    private static func line(
        _ name: String, _ labels: [(String, String)], _ value: String
    ) -> String {
        let pairs = labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
        return "\(name){\(pairs)} \(value)\n"
    }

    /// A label's value: backslash, quote and line feed are the three that the format escapes.
    private static func escaped(_ text: String) -> String {
        text.escaping { scalar in
            switch scalar {
            case "\\": "\\\\"
            case "\"": "\\\""
            case "\n": "\\n"
            default: nil
            }
        }
    }

    /// Milliseconds as seconds, to the microsecond and without trailing zeros.
    private static func seconds(_ milliseconds: Double) -> String {
        var text = Figure.fixed(milliseconds / 1_000, 6)
        while text.hasSuffix("0") { text.removeLast() }
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}
