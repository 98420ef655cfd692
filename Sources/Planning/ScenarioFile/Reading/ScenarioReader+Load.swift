import Timeline

/// When calls begin.
extension ScenarioReader {
    /// Calls of one path are numbered in 20 bits.
    static let callsAtMost = 1 << 20
    private static let longest = Nanoseconds.seconds(86_400)

    func load(_ entry: YAMLEntry) -> Load {
        let standard = Load.closed(callers: 1, ramp: .zero, repeating: .calls(1))
        guard case .mapping(let entries) = entry.value.content else {
            wrong(entry, "write {callers: 10} or {arrivals: 20/s, for: 60s}", code: .wrongType)
            return standard
        }
        let open = entries.first { $0.key == "arrivals" }
        let closed = entries.first { ["callers", "ramp", "calls_each"].contains($0.key) }
        if let open, let closed {
            report(
                .conflict, at: open.place,
                "'arrivals' and '\(closed.key)' are two kinds of load; "
                    + "keep callers with ramp, or arrivals with for"
            )
            return standard
        }
        if open != nil || entries.contains(where: { $0.key == "distribution" }) {
            return openLoad(entry) ?? standard
        }
        return closedLoad(entry) ?? standard
    }

    private func closedLoad(_ entry: YAMLEntry) -> Load? {
        guard let fields = fields(entry.value, at: entry.place, of: .closedLoad, title: "'load'")
        else {
            return nil
        }
        var callers = 1
        if let key = required(
            "callers", of: fields, "'load'", "write callers: 10, or arrivals: 20/s")
        {
            assign(whole(key, in: 1...100_000), to: &callers)
        }
        let ramp = fields["ramp"].flatMap { duration($0, in: .zero...Self.longest) } ?? .zero
        if let lasting = fields["for"] {
            if let each = fields["calls_each"] {
                report(
                    .conflict, at: each.place, "'calls_each' and 'for' exclude each other; keep one"
                )
            }
            let span = duration(lasting, in: .seconds(1)...Self.longest) ?? .seconds(1)
            return .closed(callers: callers, ramp: ramp, repeating: .lasting(span))
        }
        let atMost = max(1, Self.callsAtMost / callers - 1)
        let each = fields["calls_each"].flatMap { whole($0, in: 1...atMost) } ?? 1
        return .closed(callers: callers, ramp: ramp, repeating: .calls(each))
    }

    private func openLoad(_ entry: YAMLEntry) -> Load? {
        guard let fields = fields(entry.value, at: entry.place, of: .openLoad, title: "'load'")
        else {
            return nil
        }
        let arrivals = required("arrivals", of: fields, "'load'", "write arrivals: 20/s")
        let rate = arrivals.flatMap(rate)
        let lasting = required("for", of: fields, "an open load", "write for: 60s").flatMap {
            duration($0, in: .seconds(1)...Self.longest)
        }
        let distribution =
            fields["distribution"].map { word($0, ArrivalDistribution.self) } ?? .poisson
        guard let rate, let lasting, let distribution, let arrivals else { return nil }
        guard rate * lasting.seconds < Double(Self.callsAtMost) / 2 else {
            report(
                .outOfRange, at: arrivals.value.place,
                "'arrivals' makes over \(Self.callsAtMost / 2) calls in that time; lower it, or "
                    + "'for'"
            )
            return nil
        }
        return .open(arrivalsPerSecond: rate, distribution: distribution, lasting: lasting)
    }

    /// `20/s`, `600/m`, `90/h`, as a number a second.
    private func rate(_ entry: YAMLEntry) -> Double? {
        let parts = (entry.value.text ?? "").split(separator: "/", omittingEmptySubsequences: false)
        let units: [Substring: Double] = ["s": 1, "m": 60, "h": 3_600]
        guard parts.count == 2, let unit = units[parts[1]],
            let count = Self.decimal(String(parts[0]))
        else {
            let isBare = entry.value.text.flatMap(Self.decimal) != nil
            wrong(
                entry,
                isBare
                    ? "a rate has a unit: write 20/s or 600/m"
                    : "write a rate, as in 20/s or 600/m",
                code: isBare ? .missingUnit : .wrongType
            )
            return nil
        }
        let rate = count / unit
        guard rate > 0, rate <= 10_000 else {
            wrong(entry, "write a rate above zero, up to 10000/s")
            return nil
        }
        return rate
    }
}
