/// What the command line changes of a scenario before it is validated.
package struct ScenarioOverrides: Equatable, Sendable {
    /// `--set KEY=VALUE`, in the order given.
    package var settings: [Setting]
    /// `--callers N`: `load.callers`.
    package var callers: Int?
    /// `--duration D`, with its unit: `load.for`, in place of `load.calls_each`.
    package var duration: String?
    package var seed: UInt64?
    /// `--target URL`: the `url` of every chosen path; of a hybrid's upstream where it is `ws(s)://`.
    package var target: String?
    /// `--path NAME`: the paths that remain, in the order in which they are run; empty for all as
    /// they stand in the file.
    package var paths: [String]

    package init(
        settings: [Setting] = [], callers: Int? = nil, duration: String? = nil, seed: UInt64? = nil,
        target: String? = nil, paths: [String] = []
    ) {
        self.settings = settings
        self.callers = callers
        self.duration = duration
        self.seed = seed
        self.target = target
        self.paths = paths
    }

    /// Whether the scenario stays as it was written.
    package var isEmpty: Bool { self == ScenarioOverrides() }

    /// One `--set`: the keys that lead to a value, and the value as YAML.
    package struct Setting: Equatable, Sendable {
        /// As in `paths.rtp.codec`, or `dialogue.0.say` for the first step.
        package var key: String
        package var value: String

        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }

        /// The keys that lead to the value.
        ///
        /// `agent.endpointing` is short for `agent.embedded.endpointing`.
        var keys: [String] {
            var keys = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            if keys.count > 1, keys[0] == "agent", KeyTable.embedded.keys.contains(keys[1]) {
                keys.insert("embedded", at: 1)
            }
            return keys
        }

        /// Reads `load.callers=50`; `nil` without a key and an equals sign.
        package init?(_ argument: String) {
            guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
                return nil
            }
            key = String(argument[..<equals])
            value = String(argument[argument.index(after: equals)...])
        }
    }
}
