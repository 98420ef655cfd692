package import Analysis
import Timeline

/// Observations of a run that is going on, one line each.
package enum LiveLine {
    /// How lines are written.
    package enum Format: String, Sendable, CaseIterable {
        /// One JSON object a line; what was not measured is left out.
        case jsonl
        /// RFC 4180, one header, one column for each fact and each metric.
        case csv
    }

    /// What is the same in every line of a run.
    package struct Run: Equatable, Sendable {
        package var id: String
        /// Time of day at the run's own zero, ns since 1970.
        package var originUnixNs: Int64

        package init(id: String, originUnixNs: Int64) {
            self.id = id
            self.originUnixNs = originUnixNs
        }
    }

    /// The line above all others, with its line end; `nil` where a format has none.
    package static func header(_ format: Format) -> String? {
        switch format {
        case .jsonl: nil
        case .csv: record(csvColumns)
        }
    }

    /// One observation, with its line end.
    package static func render(_ row: LiveRow, of run: Run, as format: Format) -> String {
        switch format {
        case .jsonl: json(row, run).compact + "\n"
        case .csv: csv(row, run)
        }
    }

    /// Names of the columns, in their order.
    package static let csvColumns =
        ["event", "time", "at_ns", "run", "path"] + LiveColumn.allCases.map(\.rawValue)
        + ["censored"] + LiveColumn.metrics

    private static func time(_ row: LiveRow, _ run: Run) -> String {
        RFC3339.text(unixNanoseconds: run.originUnixNs + row.at.nanoseconds)
    }

    private static func json(_ row: LiveRow, _ run: Run) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            ("event", .string(row.event.rawValue)), ("time", .string(time(row, run))),
            ("at_ns", .whole(Int(row.at.nanoseconds))), ("run", .string(run.id)),
            ("path", .string(row.path)),
        ]
        for column in LiveColumn.allCases {
            guard let cell = row.facts[column] else { continue }
            members.append((column.rawValue, cell.json))
        }
        if row.event != .second {
            let measured = LiveColumn.metrics.compactMap { name in
                row.metrics[name].map { (name, JSONValue.number($0)) }
            }
            members.append(("metrics", .object(measured)))
        }
        if !row.censored.isEmpty {
            members.append(("censored", .array(row.censored.map { .string($0) })))
        }
        return .object(members)
    }

    private static func csv(_ row: LiveRow, _ run: Run) -> String {
        var cells = [
            row.event.rawValue, time(row, run), String(row.at.nanoseconds), run.id, row.path,
        ]
        cells += LiveColumn.allCases.map { row.facts[$0]?.text ?? "" }
        cells.append(row.censored.joined(separator: " "))
        cells += LiveColumn.metrics.map { name in
            row.metrics[name].map { Figure.shortest($0) } ?? ""
        }
        return record(cells)
    }

    /// One record of RFC 4180 §2: quoted where a cell holds a quote, a comma or a line end.
    private static func record(_ cells: [String]) -> String {
        cells.map(quoted).joined(separator: ",") + "\r\n"
    }

    private static func quoted(_ cell: String) -> String {
        guard cell.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) })
        else { return cell }
        return "\"" + cell.escaping { $0 == "\"" ? "\"\"" : nil } + "\""
    }
}

extension LiveRow.Cell {
    fileprivate var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .whole(let number): .whole(number)
        case .number(let number): .number(number)
        case .flag(let flag): .bool(flag)
        }
    }

    fileprivate var text: String {
        switch self {
        case .text(let text): text
        case .whole(let number): String(number)
        case .number(let number): Figure.shortest(number)
        case .flag(let flag): flag ? "true" : "false"
        }
    }
}
