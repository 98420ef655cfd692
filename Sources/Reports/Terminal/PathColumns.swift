import Analysis

/// Right edges of a path's figures, counted from its own left edge.
struct PathColumns {
    var quantiles: [(quantile: Quantile, edge: Int)]
    var count: Int

    static let full = PathColumns(
        quantiles: [(.p50, 10), (.p90, 17), (.p95, 27), (.p99, 34)], count: 41
    )
    static let narrow = PathColumns(quantiles: [(.p50, 10), (.p95, 20)], count: 27)
    /// Four of them beside the names take 118 columns.
    static let compact = PathColumns(quantiles: [(.p50, 9), (.p95, 19)], count: 25)

    /// The widest first.
    static let all = [full, narrow, compact]

    func edge(_ quantile: Quantile) -> Int {
        quantiles.first { $0.quantile == quantile }?.edge ?? count
    }

    /// The lines of one metric on one path.
    struct Row {
        var values = TerminalLine()
        var intervals = TerminalLine()
        /// What became of other samples, where it does not fit beside the intervals.
        var remarks = TerminalLine()

        var lines: [TerminalLine] { [values] + [intervals, remarks].filter { $0.end > 0 } }
    }

    /// Puts a measurement into `row`, figures beginning at `left`.
    func place(_ measurement: Measurement, at left: Int, in row: inout Row) {
        switch measurement {
        case .distribution(let metric) where metric.isMeasured || metric.void > 0:
            for column in quantiles {
                row.values.place(metric.text(column.quantile), endingAt: left + column.edge)
                if let text = metric.intervalText(column.quantile) {
                    row.intervals.place(text, endingAt: left + column.edge, .faint)
                }
            }
            row.values.place("\(metric.n)", endingAt: left + count)
            if let remark = metric.remark { place(remark: remark, at: left, in: &row) }
        case .rate(let rate) where rate.n > 0:
            row.values.place(rate.text, endingAt: left + edge(.p50))
            place(interval: rate.intervalText, at: left, in: &row)
            row.values.place("\(rate.hits)/\(rate.n)", endingAt: left + count)
        case .distribution, .rate, .missing:
            row.values.place(Figure.absent, endingAt: left + edge(.p50))
        }
    }

    /// A rate's interval stands between rate and counts where there is room for all three.
    private func place(interval: String?, at left: Int, in row: inout Row) {
        guard let interval else { return }
        if count == Self.full.count {
            row.values.place(interval, endingAt: left + edge(.p95), .faint)
        } else {
            row.intervals.place(interval, endingAt: left + edge(.p95), .faint)
        }
    }

    private func place(remark: String, at left: Int, in row: inout Row) {
        if row.intervals.end + 2 + TerminalText.columns(remark) <= left + count {
            row.intervals.place(remark, endingAt: left + count, .faint)
        } else {
            row.remarks.place(remark, endingAt: left + count, .faint)
        }
    }
}
