import Timeline

/// The keys of `agent.embedded`, and of a behaviour file.
extension ScenarioReader {
    /// `embedded`, or `{embedded: {…}}`.
    func agent(_ entry: YAMLEntry, seed: UInt64) -> AgentBehaviour {
        let plain = AgentBehaviour(seed: seed)
        if let text = entry.value.text {
            if text != "embedded" {
                report(
                    .unknownValue, at: entry.value.place,
                    "'agent' is '\(text)'; write 'embedded', or give every path a 'url'"
                )
            }
            return plain
        }
        guard let fields = fields(entry.value, at: entry.place, of: .agent) else { return plain }
        guard let embedded = required("embedded", of: fields, "'agent'", "write agent: embedded")
        else { return plain }
        if embedded.value.isNull { return plain }
        return behaviour(embedded.value, at: embedded.place, seed: seed)
    }

    /// - Parameter seed: what it draws by, unless it has a `seed` of its own.
    func behaviour(_ value: YAMLValue, at place: Place, seed: UInt64) -> AgentBehaviour {
        var behaviour = AgentBehaviour(seed: seed)
        guard let fields = fields(value, at: place, of: .embedded) else { return behaviour }
        for entry in fields.entries {
            switch entry.key {
            case "endpointing":
                assign(
                    duration(entry, in: .milliseconds(10)...(.seconds(60))),
                    to: &behaviour.endpointing)
            case "start":
                assign(
                    duration(entry, in: .milliseconds(10)...(.seconds(10))), to: &behaviour.start)
            case "think":
                assign(distribution(entry, in: .zero...(.seconds(60))), to: &behaviour.think)
            case "barge_in":
                bargeIn(entry, into: &behaviour.bargeIn)
            case "reply":
                assign(reply(entry), to: &behaviour.reply)
            case "pace":
                assign(pace(entry), to: &behaviour.pace)
            case "chunk":
                assign(tens(entry, in: .milliseconds(10)...(.seconds(1))), to: &behaviour.chunk)
            case "capacity":
                behaviour.capacity = capacity(entry)
            case "seed":
                assign(whole(entry, in: 0...UInt64.max), to: &behaviour.seed)
            default:
                break  // `fields` has kept the table's keys alone.
            }
        }
        if case .clips(let clips) = behaviour.reply { check(clips: clips, of: fields) }
        return behaviour
    }

    /// A duration in whole tens of milliseconds, the frame that hearing works in.
    func tens(_ entry: YAMLEntry, in range: ClosedRange<Nanoseconds>) -> Nanoseconds? {
        guard let span = duration(entry, in: range) else { return nil }
        guard span.count % 10_000_000 == 0 else {
            wrong(entry, "write a multiple of 10ms")
            return nil
        }
        return span
    }

    func assign<Value>(_ value: Value?, to place: inout Value) {
        if let value { place = value }
    }

    private func bargeIn(_ entry: YAMLEntry, into bargeIn: inout AgentBehaviour.BargeIn) {
        guard let fields = fields(entry.value, at: entry.place, of: .bargeIn) else { return }
        if let policy = fields["policy"] { assign(word(policy), to: &bargeIn.policy) }
        if let after = fields["after"] {
            assign(duration(after, in: .milliseconds(10)...(.seconds(10))), to: &bargeIn.after)
        }
        if let decibels = fields["duck_db"] {
            assign(number(decibels, in: 1...60), to: &bargeIn.duckDecibels)
        }
    }

    /// - Returns: `nil` where it is not whole, which has been reported.
    private func capacity(_ entry: YAMLEntry) -> AgentBehaviour.Capacity? {
        let remedy = "write capacity: {sessions: 100, beyond: 5ms}"
        guard let fields = fields(entry.value, at: entry.place, of: .capacity),
            let sessions = required("sessions", of: fields, "'capacity'", remedy),
            let beyond = required("beyond", of: fields, "'capacity'", remedy),
            let count = whole(sessions, in: 0...100_000),
            let span = duration(beyond, in: .microseconds(1)...(.seconds(60)))
        else { return nil }
        return AgentBehaviour.Capacity(sessions: count, beyond: span)
    }

    private func reply(_ entry: YAMLEntry) -> AgentBehaviour.Reply? {
        if let text = entry.value.text {
            return text == "calibration" ? .calibration : .clips([text])
        }
        guard case .sequence(let items) = entry.value.content, !items.isEmpty else {
            wrong(entry, "write a list of clips, or calibration", code: .wrongType)
            return nil
        }
        var clips: [String] = []
        for item in items {
            guard let clip = item.text else {
                report(
                    .wrongType, at: item.place,
                    "'reply' holds \(item.kindName); write a clip's name")
                return nil
            }
            clips.append(clip)
        }
        return .clips(clips)
    }

    private func pace(_ entry: YAMLEntry) -> Double? {
        let remedy = "write how many times faster than real time, as in 4x"
        guard let text = entry.value.text, text.hasSuffix("x"),
            let factor = Self.decimal(String(text.dropLast()))
        else {
            let isBare = entry.value.text.flatMap(Self.decimal) != nil
            wrong(entry, remedy, code: isBare ? .missingUnit : .wrongType)
            return nil
        }
        guard (0.1...1_000).contains(factor) else {
            wrong(entry, "write a pace from 0.1x to 1000x")
            return nil
        }
        return factor
    }

    private func check(clips: [String], of fields: Fields) {
        guard let entry = fields["reply"] else { return }
        if case .sequence(let items) = entry.value.content {
            for (clip, item) in zip(clips, items) { check(clip: clip, at: item.place) }
        } else {
            for clip in clips { check(clip: clip, at: entry.value.place) }
        }
    }

    /// Reports a clip that is missing, or is no speech that can be played.
    func check(clip: String, at place: Place) {
        switch files.clipFault(clip) {
        case nil:
            break
        case .missing(let known):
            let near = Suggestion.nearest(to: clip, among: known).map { "; did you mean '\($0)'?" }
            let remedy =
                known.isEmpty
                ? "; put \(clip).wav into a folder 'clips' beside the scenario"
                : "; there are \(known.joined(separator: ", "))"
            report(.missingFile, at: place, "no clip '\(clip)'" + (near ?? remedy))
        case .unusable(let why):
            report(.badClip, at: place, why)
        }
    }
}
