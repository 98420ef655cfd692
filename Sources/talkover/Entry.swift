import Analysis
import ArgumentParser
import Foundation

/// Where the process begins and ends: the only place that turns outcomes into exit codes.
@main
enum Entry {
    static func main() async {
        // A peer that closes its socket is news for a call, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        // A file that may not grow is an error of the write, which the store explains.
        signal(SIGXFSZ, SIG_IGN)
        var statuses = [await run(Array(CommandLine.arguments.dropFirst()))]
        if let fault = Console.fault {
            Console.error("cannot write stdout: \(fault.reason)")
            statuses.append(.environment)
        }
        exit(ExitStatus.deciding(among: statuses).rawValue)
    }

    static func run(_ arguments: [String]) async -> ExitStatus {
        do {
            var command = try Talkover.parseAsRoot(arguments)
            if let command = command as? any TalkoverCommand { return try await command.execute() }
            // What is left shows help, of the command that was asked about, by throwing it.
            try command.run()
            return .passed
        } catch let failure as CommandFailure {
            Console.error(failure.message)
            return failure.status
        } catch {
            let text = Talkover.fullMessage(for: error)
            guard Talkover.exitCode(for: error) != .success else {
                Console.print(text)
                return .passed
            }
            let label = "Error: "
            Console.error(text.hasPrefix(label) ? String(text.dropFirst(label.count)) : text)
            return .usage
        }
    }
}

/// A subcommand that says how it ended.
protocol TalkoverCommand: ParsableCommand {
    func execute() async throws -> ExitStatus
}

/// Why a command ends early: what the user reads, and the exit code.
struct CommandFailure: Error {
    let status: ExitStatus
    let message: String
}

struct Talkover: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "talkover",
        abstract:
            "Measures how fast a realtime voice agent starts talking, and how fast it shuts up.",
        discussion: """
            Start here:
              talkover run Scenarios/quickstart.yaml        two transports, one agent, interruptions
              talkover run my.yaml --target wss://…         your own agent
              talkover init wss://…                         a scenario for your own agent
              talkover report latest --html report.html     the last run as a page
              talkover capacity my.yaml --path websocket    how many callers it can take
              talkover serve                                all runs as web pages, on this machine
              talkover selftest                             what this host adds to every figure

            Exit codes: 0 passed, 1 an objective failed, 2 usage, 3 inconclusive, 4 invalid measurement,
            5 could not connect, 6 environment, 130 interrupted.
            """,
        version: Version.current,
        subcommands: [
            RunCommand.self, ValidateCommand.self, RunsCommand.self, ReportCommand.self,
            CompareCommand.self, GateCommand.self, CapacityCommand.self, InitCommand.self,
            ServeCommand.self, AgentCommand.self, GatewayCommand.self, SelftestCommand.self,
        ]
    )
}

/// The version runs are stored under.
enum Version {
    static let current = "0.1.0"
}
