import Analysis
import ArgumentParser
import Audio
import Planning

/// What the command line may change of a scenario.
struct ScenarioOptions: ParsableArguments {
    @Argument(help: "The scenario, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var scenario: String

    @Option(
        name: .customLong("path"),
        help: "Run only this path; may be given again, in the order to run them in.")
    var paths: [String] = []

    @Option(help: "Calls held at once, in place of load.callers.")
    var callers: Int?

    @Option(help: ArgumentHelp("New calls begin for this long, as in 60s.", valueName: "duration"))
    var duration: String?

    @Option(help: "Seed of everything that is drawn.")
    var seed: UInt64?

    @Option(
        help: ArgumentHelp(
            "The agent's address, in place of every chosen path's url.", valueName: "url"))
    var target: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Any value of the scenario, as in load.ramp=10s; several values parted by commas are a"
                + " run each.",
            valueName: "key=value"))
    var settings: [String] = []

    /// `--set` as it was given, its values not taken apart.
    func parsedSettings() throws -> [ScenarioOverrides.Setting] {
        try settings.map { argument in
            guard let setting = ScenarioOverrides.Setting(argument) else {
                throw CommandFailure(
                    status: .usage,
                    message: "--set \(argument): write KEY=VALUE, as in load.callers=50"
                )
            }
            return setting
        }
    }

    /// The scenario with every override applied, or every problem of it.
    ///
    /// - Parameters:
    ///   - settings: in place of `--set`, where a sweep has taken its values apart.
    ///   - change: what a command alters after the user has.
    func load(
        _ settings: [ScenarioOverrides.Setting]? = nil,
        changing change: (inout ScenarioOverrides) -> Void = { _ in }
    ) throws -> Scenario {
        let settings = try settings ?? parsedSettings()
        var overrides = ScenarioOverrides(
            settings: settings, callers: callers, duration: duration, seed: seed, target: target,
            paths: paths
        )
        change(&overrides)
        switch ScenarioFile.load(
            path: scenario, overrides: overrides, environment: ClipFolders.more)
        {
        case .success(let scenario): return scenario
        case .failure(let problems):
            throw CommandFailure(
                status: .usage, message: "the scenario does not validate\n\(problems)")
        }
    }

    /// Where the scenario's clips are looked for.
    var library: ClipLibrary {
        ScenarioFile.library(for: scenario, environment: ClipFolders.more)
    }
}
