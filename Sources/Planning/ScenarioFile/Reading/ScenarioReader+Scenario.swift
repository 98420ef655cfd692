import Timeline

/// The top of the file.
extension ScenarioReader {
    /// - Parameter source: the YAML that `root` was read from, as the store will keep it.
    func scenario(_ root: YAMLValue, source: String) -> Scenario? {
        guard let fields = fields(root, at: root.place, of: .scenario) else { return nil }
        var scenario = Scenario(
            name: "", agent: nil, paths: [],
            load: .closed(callers: 1, ramp: .zero, repeating: .calls(1)),
            dialogue: [], source: source
        )
        header(fields, into: &scenario)
        measuring(fields, into: &scenario)

        let first = Fields(place: .line(1), entries: fields.entries)
        if let paths = required(
            "paths", of: first, "the scenario", "write paths: {rtp: {transport: rtp}}")
        {
            scenario.paths = self.paths(paths)
        }
        if let load = fields["load"] { scenario.load = self.load(load) }
        if let dialogue = required("dialogue", of: first, "the scenario", "write what callers say")
        {
            scenario.dialogue = self.dialogue(dialogue)
        }
        if let objectives = fields["objectives"] {
            scenario.objectives = self.objectives(objectives)
        }
        agent(fields, into: &scenario)
        return problems.isEmpty ? scenario : nil
    }

    private func header(_ fields: Fields, into scenario: inout Scenario) {
        let first = Fields(place: .line(1), entries: fields.entries)
        if let name = required("name", of: first, "the scenario", "write name: quickstart") {
            assign(text(name), to: &scenario.name)
        }
        if let description = fields["description"] {
            assign(text(description), to: &scenario.description)
        }
        if let seed = fields["seed"] { assign(whole(seed, in: 0...UInt64.max), to: &scenario.seed) }
        if let order = fields["order"] { assign(word(order), to: &scenario.order) }
    }

    private func measuring(_ fields: Fields, into scenario: inout Scenario) {
        if let timeout = fields["turn_timeout"] {
            assign(
                duration(timeout, in: .milliseconds(100)...(.seconds(600))),
                to: &scenario.turnTimeout)
        }
        if let hold = fields["hold"] {
            assign(duration(hold, in: .milliseconds(50)...(.seconds(10))), to: &scenario.hold)
        }
        if let turns = fields["warmup_turns"] {
            assign(whole(turns, in: 0...1_000), to: &scenario.warmupTurns)
        }
        if let control = fields["control"] {
            assign(number(control, in: 0...1), to: &scenario.control)
        }
        if let hearing = fields["hearing"] { assign(word(hearing), to: &scenario.hearing) }
    }

    /// The embedded agent is there where a path has no address of its own, asked for or not.
    private func agent(_ fields: Fields, into scenario: inout Scenario) {
        let needsAgent = scenario.paths.contains(where: \.usesEmbeddedAgent)
        let behaviour = fields["agent"].map { agent($0, seed: scenario.seed) }
        if needsAgent {
            let agent = behaviour ?? AgentBehaviour(seed: scenario.seed)
            scenario.agent = agent
            if agent.reply == .clips(AgentBehaviour.defaultReplies) {
                // Nobody wrote these names, so the line is that of what stands for them.
                let place = fields["agent"]?.place ?? .line(1)
                for clip in AgentBehaviour.defaultReplies { check(clip: clip, at: place) }
            }
        }
        guard needsAgent, scenario.dialogue.contains(.listenToGreeting),
            let dialogue = fields["dialogue"]
        else { return }
        report(
            .anchorNeverFires, at: dialogue.place,
            "'listen: greeting' waits for an agent that speaks first, which the embedded one "
                + "does not; "
                + "leave it out, or give every path a 'url'"
        )
    }
}
