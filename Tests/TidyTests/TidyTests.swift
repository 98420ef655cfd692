import Testing

/// The habits of this project, held by a test instead of by memory.
@Suite struct TidyTests {
    private let repository = Repository.current

    @Test func `the repository is found, every folder of it`() throws {
        try #require(repository.file("Package.swift") != nil)
        #expect(repository.swiftSources.contains { $0.module == "Timeline" })
        #expect(repository.swiftSources.contains { $0.module == "talkover" })
        #expect(repository.swiftTests.contains { $0.testTarget == "TidyTests" })
        #expect(repository.files.contains { $0.path.hasPrefix("Scenarios/") })
        #expect(repository.file("Results/README.md") != nil)
        #expect(repository.file("CHANGELOG.md") != nil)
        #expect(repository.file("Makefile") != nil)
    }

    @Test func `modules import only what the table allows`() {
        expectNone(ModuleTable.offences(in: repository))
    }

    @Test func `no file is longer than the limit`() {
        expectNone(LengthRules.fileOffences(in: repository))
    }

    @Test func `no function is longer than the limit`() {
        expectNone(LengthRules.functionOffences(in: repository))
    }

    @Test func `nothing says what is banned`() {
        expectNone(Ban.offences(in: repository))
    }

    @Test func `what other modules use says what it is for`() {
        expectNone(DocumentationRule.offences(in: repository))
    }

    @Test func `files are named after what they hold`() {
        expectNone(TextRules.nameOffences(in: repository))
    }

    @Test func `text ends where it should`() {
        expectNone(TextRules.whiteSpaceOffences(in: repository))
    }

    @Test func `nothing names a folder of one machine`() {
        expectNone(TextRules.pathOffences(in: repository))
    }

    @Test func `tests are named by sentences`() {
        expectNone(TextRules.testNameOffences(in: repository))
    }

    @Test func `every scenario names its schema`() {
        expectNone(TextRules.scenarioOffences(in: repository))
    }

    @Test func `the documented exit codes are the command's`() {
        expectNone(ExitCodeRule.offences(in: repository))
    }

    private func expectNone(
        _ offences: [Offence],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard !offences.isEmpty else { return }
        let list = offences.map(\.description).joined(separator: "\n")
        Issue.record("\(offences.count) to mend\n\(list)", sourceLocation: sourceLocation)
    }
}
