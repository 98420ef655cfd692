import Timeline

/// The reference agent's behaviour as a file: the keys of `agent.embedded`.
package enum AgentBehaviourFile {
    /// Reads one from the file that `--behaviour` names.
    ///
    /// Clips are not looked up: whoever plays them does that.
    package static func load(path: String) -> Result<AgentBehaviour, ScenarioProblems> {
        let reader = ScenarioReader(file: path, files: .trusting)
        guard let text = ScenarioFile.text(of: path, reader: reader) else {
            return .failure(ScenarioProblems(reader.problems))
        }
        return parse(text, file: path)
    }

    /// Reads one from text; `file` is how problems name it.
    package static func parse(_ text: String, file: String) -> Result<
        AgentBehaviour, ScenarioProblems
    > {
        let reader = ScenarioReader(file: file, files: .trusting)
        let root = YAMLReader.read(text, at: nil) { reader.report($0, at: $1, $2) }
        let behaviour = root.map { reader.behaviour($0, at: $0.place, seed: AgentBehaviour().seed) }
        guard let behaviour, reader.problems.isEmpty else {
            return .failure(ScenarioProblems(reader.problems))
        }
        return .success(behaviour)
    }

    /// Writes every key, so that ``parse(_:file:)`` gives the same behaviour back.
    package static func render(_ behaviour: AgentBehaviour) -> String {
        let bargeIn = behaviour.bargeIn
        return """
            endpointing: \(DurationText.render(behaviour.endpointing))
            start: \(DurationText.render(behaviour.start))
            think: \(render(behaviour.think))
            barge_in:
              policy: \(bargeIn.policy.rawValue)
              after: \(DurationText.render(bargeIn.after))
              duck_db: \(bargeIn.duckDecibels)
            reply: \(render(behaviour.reply))
            pace: \(behaviour.pace)x
            chunk: \(DurationText.render(behaviour.chunk))
            seed: \(behaviour.seed)

            """ + (behaviour.capacity.map(render) ?? "")
    }

    private static func render(_ capacity: AgentBehaviour.Capacity) -> String {
        """
        capacity:
          sessions: \(capacity.sessions)
          beyond: \(DurationText.render(capacity.beyond))

        """
    }

    private static func render(_ distribution: DurationDistribution) -> String {
        switch distribution {
        case .fixed(let span): DurationText.render(span)
        case .uniform(let from, let to):
            "{uniform: [\(DurationText.render(from)), \(DurationText.render(to))]}"
        case .normal(let mean, let sd): "{normal: \(render(mean: mean, sd: sd))}"
        case .lognormal(let mean, let sd): "{lognormal: \(render(mean: mean, sd: sd))}"
        case .exponential(let mean): "{exponential: {mean: \(DurationText.render(mean))}}"
        }
    }

    private static func render(mean: Nanoseconds, sd: Nanoseconds) -> String {
        "{mean: \(DurationText.render(mean)), sd: \(DurationText.render(sd))}"
    }

    private static func render(_ reply: AgentBehaviour.Reply) -> String {
        switch reply {
        case .calibration:
            return "calibration"
        case .clips(let clips):
            let quoted = clips.map { clip in
                var text = ""
                JSONText.append(string: clip, to: &text)
                return text
            }
            return "[\(quoted.joined(separator: ", "))]"
        }
    }
}
