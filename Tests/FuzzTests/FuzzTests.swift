import Testing
import Timeline

@testable import Fuzz

@Suite struct FuzzTests {
    @Test(arguments: FuzzTarget.Layer.allCases)
    func `no parser crashes, hangs or reads beyond what it was given`(
        layer: FuzzTarget.Layer
    ) throws {
        let runner = FuzzRunner(seed: 20_261_122, inputs: 20_000, seconds: 1)

        for target in try layer.targets() {
            let report = try runner.run(target)

            #expect(report.hangs.isEmpty, "\(target.name), seed \(runner.seed)")
            // Were nothing read, nothing behind the first check would have been tried.
            #expect(report.taken > report.inputs / 200, "\(report.line)")
            #expect(report.inputs >= 64)
        }
    }

    @Test(arguments: FuzzTarget.Layer.allCases)
    func `valid messages are read`(layer: FuzzTarget.Layer) throws {
        // Whoever shakes hands believes no other handshake's messages.
        guard layer != .dtls else { return }
        for target in try layer.targets() {
            var read = 0
            let room = try #require(GuardedBytes(capacity: target.capacity))
            var generator = SeededGenerator(seed: 1, stream: "valid")
            let feed = try target.begin(&generator)
            for message in target.corpus where feed(room.hold(message), &generator) { read += 1 }
            #expect(read > 0, "\(target.name) reads nothing of its corpus")
        }
    }

    @Test func `a round is the same whenever it is run`() throws {
        func round() throws -> FuzzReport {
            let runner = FuzzRunner(seed: 7, inputs: 1_000, seconds: 60)
            let target = try #require(try FuzzTarget.Layer.sctp.targets().first)
            let room = try #require(GuardedBytes(capacity: target.capacity))
            var report = FuzzReport(name: "", corpus: 0)
            try runner.round(3, of: target, in: room, &report)
            report.slowest = 0
            return report
        }
        #expect(try round() == round())
    }

    @Test func `mutations change most messages and keep their bounds`() {
        let corpus = [[UInt8](0..<100), [], [1]]
        let mutator = Mutator(corpus: corpus, dictionary: [[9, 9, 9]], capacity: 200)
        var generator = SeededGenerator(seed: 1, stream: "mutator")
        let inputs = (0..<10_000).map { _ in mutator.input(using: &generator) }
        #expect(inputs.allSatisfy { $0.count <= 200 })
        #expect(inputs.count { corpus.contains($0) } < 4_000)
        #expect(Set(inputs).count > 5_000)
    }
}
