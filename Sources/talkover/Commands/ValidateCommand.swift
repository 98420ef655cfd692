import Analysis
import ArgumentParser
import Planning

struct ValidateCommand: TalkoverCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Names every problem of a scenario as file:line: message; opens no socket."
    )

    @Argument(help: "Scenario files.", completion: .file(extensions: ["yaml", "yml"]))
    var scenarios: [String]

    func execute() async throws -> ExitStatus {
        var count = 0
        for file in scenarios {
            switch ScenarioFile.load(path: file, environment: ClipFolders.more) {
            case .success(let scenario):
                Console.print(
                    "\(file): valid: \(scenario.name), \(scenario.paths.count) path(s), \(scenario.dialogue.count) step(s)"
                )
            case .failure(let problems):
                count += problems.problems.count
                Console.print("\(problems)")
            }
        }
        guard count > 0 else { return .passed }
        Console.error("\(count) problem(s)")
        return .usage
    }
}
