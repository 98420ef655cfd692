import Foundation
import Testing

@Suite struct AllocationTests {
    /// Beside the tests' own executable.
    private static var executable: URL {
        get throws {
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let beside = URL(fileURLWithPath: own).deletingLastPathComponent()
                .appendingPathComponent("Benchmarks")
            if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
            return repository.appendingPathComponent(".build/debug/Benchmarks")
        }
    }

    private static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// In a process of its own, where the heap's functions count.
    ///
    /// A report may ask for a block, every
    /// few seconds, and a buffer may grow; one block a packet would be twenty thousand and more.
    @Test func `packets of a thousand callers ask the heap for nothing in steady state`() throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = try Self.executable
        process.arguments = [
            "--allocations", "--clips",
            Self.repository.appendingPathComponent("Scenarios/clips").path,
        ]
        process.standardOutput = output
        try process.run()
        let told = try output.fileHandleForReading.readToEnd()
        process.waitUntilExit()

        #expect(process.terminationStatus == 0)
        let words = String(decoding: told ?? Data(), as: UTF8.self).split(separator: " ")
        let numbers = words.compactMap { Int($0) }
        let (blocks, pairs) = (numbers.first ?? .max, numbers.last ?? 0)
        #expect(pairs == 20_000)
        #expect(blocks <= pairs / 50, "\(blocks) blocks in \(pairs) pairs")
    }
}
