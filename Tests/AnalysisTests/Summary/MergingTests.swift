import Planning
import Testing
import Timeline

@testable import Analysis

@Suite struct MergingTests {
    /// A path of thirty calls with turns, seconds and tallies drawn from the seed.
    private func wholePath(_ generator: inout SeededGenerator) -> PathMaterial {
        var whole = PathMaterial.path()
        for number in 0..<30 {
            whole.calls.append(.completed(number, start: Double(number) * 100))
            for turn in 0..<3 {
                whole.turns.append(
                    .utterance(
                        call: number, number: turn, onset: generator.unit() * 20_000,
                        answeredAfter: generator.unit() < 0.1 ? nil : generator.unit() * 900
                    )
                )
            }
        }
        return whole
    }

    /// Deals calls, seconds and frames to `count` shards.
    private func deal(
        _ whole: inout PathMaterial, to count: Int, _ generator: inout SeededGenerator
    ) -> [PathMaterial] {
        var shards = (0..<count).map { _ in PathMaterial.path() }
        for call in whole.calls {
            let shard = Int(generator.next() % UInt64(count))
            shards[shard].calls.append(call)
            shards[shard].turns += whole.turns.filter { $0.call == call.id }
        }
        for second in 0..<20 {
            var sum = SecondRecord(path: 0, second: second)
            for shard in shards.indices where generator.unit() < 0.8 {
                let part = SecondRecord.second(
                    second, callers: Int(generator.next() % 9), late: generator.unit() * 80
                )
                shards[shard].seconds.append(part)
                sum = sum.merged(with: part)
            }
            if sum.framesScheduled > 0 { whole.seconds.append(sum) }
        }
        for metric in FrameMetric.allCases {
            for _ in 0..<200 {
                let span = Nanoseconds(Int64(generator.unit() * 2e8))
                whole.frames[metric, default: FrameTally()].record(span)
                let shard = Int(generator.next() % UInt64(count))
                shards[shard].frames[metric, default: FrameTally()].record(span)
            }
        }
        for shard in shards.indices {
            shards[shard].usage = GeneratorUsage(
                cpu: .milliseconds(Int64(shard) * 10), wall: .seconds(Int64(10 + shard)),
                rssBytes: 1_000, droppedObservations: shard
            )
        }
        whole.usage = shards.compactMap(\.usage).reduce(
            GeneratorUsage(cpu: .zero, wall: .zero, rssBytes: 0, droppedObservations: 0)
        ) { $0.merged(with: $1) }
        return shards
    }

    private func expectEqual(_ left: PathMaterial, _ right: PathMaterial, _ comment: Comment) {
        #expect(left.calls == right.calls, comment)
        #expect(left.turns == right.turns, comment)
        #expect(left.seconds == right.seconds, comment)
        #expect(left.frames == right.frames, comment)
        #expect(left.usage == right.usage, comment)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `shards merged in any order and grouping equal the whole`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed, stream: "shards")
        var whole = wholePath(&generator)
        let shards = deal(&whole, to: 4, &generator)

        var left = shards[0]
        for shard in shards.dropFirst() { left.merge(shard) }
        var tail = shards[3]
        tail.merge(shards[1])
        var right = shards[2]
        right.merge(shards[0])
        tail.merge(right)

        expectEqual(left, tail, "seed \(seed)")
        expectEqual(left, whole.sorted(), "seed \(seed)")
        #expect(
            Summarizer.summarize(.sample([left])) == Summarizer.summarize(.sample([whole])),
            "seed \(seed)"
        )
    }

    @Test func `merging with nothing changes nothing`() {
        var path = PathMaterial.path()
        path.seconds = [.second(3), .second(1)]
        path.usage = GeneratorUsage(
            cpu: .seconds(1), wall: .seconds(2), rssBytes: 5, droppedObservations: 0
        )
        var empty = PathMaterial.path()
        empty.merge(path)
        expectEqual(empty, path.sorted(), "empty first")
    }
}
