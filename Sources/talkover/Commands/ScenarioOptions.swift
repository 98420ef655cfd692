import Analysis
import ArgumentParser
import Audio
import Foundation
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
            "Any value of the scenario, as in load.ramp=10s.", valueName: "key=value"))
    var settings: [String] = []

    private static let clipFolders = "TALKOVER_CLIPS"

    /// The scenario with every override applied, or every problem of it.
    ///
    /// - Parameters:
    ///   - seed: in place of the option's.
    ///   - order: the names of the paths to run, in place of the option's.
    func load(seed: UInt64? = nil, order: [String]? = nil) throws -> Scenario {
        let settings = try self.settings.map { argument in
            guard let setting = ScenarioOverrides.Setting(argument) else {
                throw CommandFailure(
                    status: .usage,
                    message: "--set \(argument): write KEY=VALUE, as in load.callers=50"
                )
            }
            return setting
        }
        let overrides = ScenarioOverrides(
            settings: settings, callers: callers, duration: duration, seed: seed ?? self.seed,
            target: target, paths: order ?? paths
        )
        let environment = ProcessInfo.processInfo.environment[Self.clipFolders]
        switch ScenarioFile.load(path: scenario, overrides: overrides, environment: environment) {
        case .success(let scenario): return scenario
        case .failure(let problems):
            throw CommandFailure(
                status: .usage, message: "the scenario does not validate\n\(problems)")
        }
    }

    /// Where the scenario's clips are looked for.
    var library: ClipLibrary {
        ScenarioFile.library(
            for: scenario, environment: ProcessInfo.processInfo.environment[Self.clipFolders]
        )
    }
}
