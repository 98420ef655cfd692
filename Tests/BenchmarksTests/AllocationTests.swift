import BuiltProducts
import Foundation
import Testing

@Suite struct AllocationTests {
    /// In a process of its own, where the heap's functions count.
    ///
    /// A report may ask for a block, every
    /// few seconds, and a buffer may grow; one block a packet would be twenty thousand and more.
    @Test func `packets of a thousand callers ask the heap for nothing in steady state`() throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = try BuiltProducts.program("Benchmarks")
        process.arguments = [
            "--allocations", "--clips",
            BuiltProducts.repository.appendingPathComponent("Scenarios/clips").path,
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
