import Testing

extension LiveRuns {
    @Suite(.serialized) struct HelpTests {
        @Test(arguments: [
            ([], "talkover <subcommand>"),
            (["--help"], "talkover <subcommand>"),
            (["-h"], "talkover <subcommand>"),
            (["help"], "talkover <subcommand>"),
            (["run", "--help"], "talkover run "),
            (["help", "run"], "talkover run "),
            (["runs", "--help"], "talkover runs <subcommand>"),
            (["runs", "delete", "--help"], "talkover runs delete "),
            (["help", "runs", "show"], "talkover runs show "),
            (["help", "agent"], "talkover agent "),
            (["help", "gateway"], "talkover gateway "),
        ])
        func `help is a result, of the command that was asked about`(
            _ arguments: [String], _ usage: String
        ) async throws {
            let result = try await Command(arguments, in: Workbench()).wait()

            #expect(result.end == .exit(0))
            #expect(result.output.contains("USAGE: \(usage)"), "\(result)")
            #expect(result.errors.isEmpty)
        }

        @Test func `the exit codes are in the help`() async throws {
            let result = try await Workbench().run("--help")
            for code in ["0 passed", "1 an", "2 usage", "3 ", "4 ", "5 ", "6 ", "130 interrupted"] {
                #expect(result.output.contains(code))
            }
        }

        @Test func `the version is one line`() async throws {
            let result = try await Workbench().run("--version")
            #expect(result.end == .exit(0))
            #expect(result.output.split(separator: ".").count == 3)
            #expect(result.output.split(separator: "\n").count == 1)
        }
    }
}
