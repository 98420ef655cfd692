package import Timeline

/// The steps of a call.
extension ScenarioReader {
    private static let longestDelay = Nanoseconds.seconds(600)
    private static let verbs = ["say", "wait", "listen", "pause", "hang_up"]

    /// A step with where it stands and where its parts do, for the rules that look at several.
    struct PlacedStep {
        var step: Step
        var place: Place
        var delayPlace: Place?
        var anchorPlace: Place?
        var expectPlace: Place?
    }

    /// - Returns: the steps, with a `hang_up` at the end if the file has none.
    func dialogue(_ entry: YAMLEntry) -> [Step] {
        guard case .sequence(let items) = entry.value.content, !items.isEmpty else {
            wrong(entry, "write a list of steps, as in - say: opening_hours", code: .wrongType)
            return []
        }
        if items.count > 1_000 {
            report(.outOfRange, at: entry.place, "\(items.count) steps; a call has at most 1000")
        }
        let readable = items.map { self.step($0) }
        let placed = readable.compactMap { $0 }
        // Rules over a list with holes would report what is not wrong.
        if readable.count == placed.count { check(dialogue: placed) }
        if !placed.contains(where: { if case .say = $0.step { true } else { false } }) {
            if readable.count == placed.count {
                report(
                    .missingKey, at: entry.place,
                    "no step of 'dialogue' says anything; add - say: a clip")
            }
        }
        var steps = placed.map(\.step)
        if steps.last != .hangUp { steps.append(.hangUp) }
        return steps
    }

    private func step(_ value: YAMLValue) -> PlacedStep? {
        if let text = value.text {
            if text == "hang_up" { return PlacedStep(step: .hangUp, place: value.place) }
            let isVerb = Self.verbs.contains(text)
            report(
                .unknownValue, at: value.place,
                isVerb
                    ? "step '\(text)' lacks its value; write \(text): \(Self.example(of: text))"
                    : "unknown step '\(text)'; \(Suggestion.remedy(for: text, among: Self.verbs))"
            )
            return nil
        }
        guard case .mapping(let entries) = value.content else {
            report(
                .wrongType, at: value.place,
                "a step is \(value.kindName); write say: a clip, or hang_up")
            return nil
        }
        let found = entries.filter { Self.verbs.contains($0.key) }
        guard let verb = found.first else {
            let key = entries.first?.key ?? ""
            report(
                .unknownKey, at: entries.first?.place ?? value.place,
                "unknown step '\(key)'; \(Suggestion.remedy(for: key, among: Self.verbs))"
            )
            return nil
        }
        guard found.count == 1 else {
            report(
                .conflict, at: found[1].place,
                "a step has both '\(verb.key)' and '\(found[1].key)'; begin a new one with '-'"
            )
            return nil
        }
        return step(verb, in: value, at: entries[0].place)
    }

    private func step(_ verb: YAMLEntry, in value: YAMLValue, at place: Place) -> PlacedStep? {
        switch verb.key {
        case "say":
            return fields(value, at: place, of: .say).flatMap { say(verb, $0, at: place) }
        case "wait":
            guard fields(value, at: place, of: .wait) != nil, let what = word(verb, WaitFor.self)
            else {
                return nil
            }
            return PlacedStep(step: .wait(what), place: place)
        case "listen":
            guard fields(value, at: place, of: .listen) != nil, word(verb, ListenFor.self) != nil
            else {
                return nil
            }
            return PlacedStep(step: .listenToGreeting, place: place)
        case "pause":
            guard fields(value, at: place, of: .pause) != nil,
                let span = distribution(verb, in: .zero...Self.longestDelay)
            else { return nil }
            return PlacedStep(step: .pause(span), place: place)
        default:
            guard case .mapping(let entries) = value.content, entries.count == 1, verb.value.isNull
            else {
                report(.wrongType, at: place, "'hang_up' stands alone; write - hang_up")
                return nil
            }
            return PlacedStep(step: .hangUp, place: place)
        }
    }

    private enum ListenFor: String, CaseIterable { case greeting }

    private func say(_ verb: YAMLEntry, _ fields: Fields, at place: Place) -> PlacedStep? {
        let known = problems.count
        let clip = text(verb)
        if let clip { check(clip: clip, at: verb.value.place) }
        var utterance = Utterance(
            clip: clip ?? "", anchor: .previous, delay: .fixed(.zero), kind: .utterance,
            expect: .response
        )
        if let after = fields["after"] { assign(word(after), to: &utterance.anchor) }
        if let delay = fields["delay"] {
            assign(distribution(delay, in: .zero...Self.longestDelay), to: &utterance.delay)
        }
        if let kind = fields["kind"] { assign(word(kind), to: &utterance.kind) }
        utterance.expect = utterance.kind.usualExpectation
        if let expect = fields["expect"] { assign(word(expect), to: &utterance.expect) }
        // A clip that is missing does not spoil the rules; a word that was not understood does.
        let isWhole = clip != nil && !problems[known...].contains { !$0.code.isOfFiles }
        guard isWhole else { return nil }
        return PlacedStep(
            step: .say(utterance), place: place, delayPlace: fields["delay"]?.place,
            anchorPlace: fields["after"]?.place, expectPlace: fields["expect"]?.place
        )
    }

    private static func example(of verb: String) -> String {
        switch verb {
        case "say": "opening_hours"
        case "wait": "response"
        case "listen": "greeting"
        default: "500ms"
        }
    }
}

extension ScenarioProblem.Code {
    /// About a file the scenario names rather than about the scenario.
    fileprivate var isOfFiles: Bool { self == .missingFile || self == .badClip }
}

extension SpeechKind {
    /// What the script expects after it, unless it says otherwise.
    package var usualExpectation: Expectation {
        switch self {
        case .utterance: .response
        case .interrupt: .cut
        case .backchannel, .tic, .sideTalk, .noise: .continue
        }
    }
}
