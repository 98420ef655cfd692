import Foundation
import Planning
import Testing

@Suite struct GalleryTests {
    @Test(arguments: Gallery.names)
    func `a scenario of the gallery loads without a problem`(name: String) throws {
        let file = "\(Gallery.folder)/\(name).yaml"

        let scenario = try ScenarioFile.load(path: file).get()

        #expect(scenario.name == name)
        #expect(!scenario.objectives.isEmpty)
        #expect(scenario.agent != nil)
        #expect(scenario.dialogue.last == .hangUp)
    }

    @Test func `every scenario in the folder is known to these tests`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Gallery.folder)

        #expect(
            files.filter { $0.hasSuffix(".yaml") }.sorted() == Gallery.names.map { "\($0).yaml" })
    }

    @Test(arguments: Gallery.names)
    func `a scenario of the gallery names its schema first and then explains itself`(name: String)
        throws
    {
        let lines = try Gallery.text("\(name).yaml").split(separator: "\n")

        #expect(lines.first == "# yaml-language-server: $schema=scenario.schema.json")
        #expect(lines.dropFirst().prefix { $0.hasPrefix("#") }.count >= 4)
    }

    @Test func `clips are looked for beside the scenario, then in the gallery, then where told`() {
        #expect(
            ScenarioFile.clipFolders(for: "work/s.yaml", environment: "/a:/b:/a")
                == ["work/clips", "work", "Scenarios/clips", "/a", "/b"]
        )
        #expect(ScenarioFile.clipFolders(for: "s.yaml") == ["clips", ".", "Scenarios/clips"])
        #expect(
            ScenarioFile.clipFolders(for: "Scenarios/s.yaml") == ["Scenarios/clips", "Scenarios"]
        )
    }

    @Test func `the quickstart leaves enough interruptions for a 95th percentile`() throws {
        let scenario = try ScenarioFile.load(path: "\(Gallery.folder)/quickstart.yaml").get()
        let plan = try Plan(scenario: scenario, library: Gallery.library)
        let calls = try #require(plan.arrivals.plannedCalls)

        let interrupting = (0..<calls).count { !plan.script(forCall: $0).isControl }

        #expect(interrupting == 90)
    }
}
