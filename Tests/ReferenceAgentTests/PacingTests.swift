import Planning
import ReferenceAgent
import Testing
import Timeline

@Suite struct PacingTests {
    private func chunks(
        _ line: TestLine, pace: Double, chunk: Int64
    ) throws -> (instants: [RunInstant], bytes: [Int]) {
        let call = try TestCall(
            line, .fixed(pace: pace, chunk: chunk),
            saying: Monologue([(200_000, 1_000_000)], length: .milliseconds(4_000)))
        call.run()
        let audio = call.messages.filter { $0.bytes > 0 }
        return (audio.map(\.at), audio.map(\.bytes))
    }

    @Test func `at pace 4 a chunk of 100 ms leaves every 25 ms`() throws {
        let (instants, bytes) = try chunks(.openAI, pace: 4, chunk: 100)

        #expect(bytes == [Int](repeating: 4_800, count: 20))
        #expect(zip(instants, instants.dropFirst()).allSatisfy { $1 - $0 == .milliseconds(25) })
    }

    @Test func `at pace 1 a chunk of 20 ms leaves every 20 ms`() throws {
        let (instants, bytes) = try chunks(.openAIMu, pace: 1, chunk: 20)

        #expect(bytes == [Int](repeating: 160, count: 100))
        #expect(zip(instants, instants.dropFirst()).allSatisfy { $1 - $0 == .milliseconds(20) })
    }

    @Test func `binary frames leave in groups of a chunk`() throws {
        let (instants, bytes) = try chunks(.binaryPCM, pace: 4, chunk: 100)

        #expect(bytes == [Int](repeating: 960, count: 100))
        let groups = Dictionary(grouping: instants) { $0 }.mapValues(\.count)
        #expect(groups.count == 20 && groups.values.allSatisfy { $0 == 5 })
    }

    @Test func `a reply that does not fill its last chunk is sent whole and no more`() throws {
        let (_, bytes) = try chunks(.openAI, pace: 4, chunk: 300)

        #expect(bytes == [Int](repeating: 14_400, count: 6) + [9_600])
    }
}
