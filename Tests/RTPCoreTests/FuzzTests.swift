import RTPCore
import Testing
import Timeline

@Suite struct FuzzTests {
    private static func mutated(
        _ original: [UInt8], using generator: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = original
        for _ in 0...Int(generator.next() % 4) where !bytes.isEmpty {
            let place = Int(generator.next() % UInt64(bytes.count))
            switch generator.next() % 4 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            case 1: bytes[place] ^= 1 << UInt8(generator.next() % 8)
            case 2: bytes.removeLast(min(bytes.count, 1 + Int(generator.next() % 12)))
            default: bytes.insert(UInt8(truncatingIfNeeded: generator.next()), at: place)
            }
        }
        return bytes
    }

    @Test func `no mutation of an RTP packet reads outside its bytes`() {
        var generator = SeededGenerator(seed: 31, stream: "fuzz-rtp")
        let originals = [
            "80 EF 1234 89ABCDEF 01020304 AA BB",
            "B2 00 0001 00000002 00000003 0000000A 0000000B BEDE0001 109E0000 112233 0000000005",
            "90 00 0001 00000002 00000003 1000 0002 0200 00 01 01 85 0000 FF",
        ].map(hex)
        var valid = 0
        for round in 0..<210_000 {
            let bytes = Self.mutated(originals[round % 3], using: &generator)
            guard let packet = try? parsed(bytes) else { continue }
            valid += 1
            #expect(packet.payload.upperBound <= bytes.count, "round \(round)")
            #expect(packet.payload.lowerBound >= 12)
            for id in UInt8(0)...15 {
                let place = bytes.withUnsafeBytes { packet.element(id: id, in: $0) }
                guard let place else { continue }
                if place.upperBound > packet.payload.lowerBound { Issue.record("round \(round)") }
            }
        }
        #expect(valid > 20_000)
    }

    @Test func `no mutation of an RTCP packet reads outside its bytes`() {
        var generator = SeededGenerator(seed: 32, stream: "fuzz-rtcp")
        var reporter = RTCPReporter(
            ssrc: 0x0A0B_0C0D, name: "x", clockOrigin: NTPTimestamp(value: 0),
            generator: generator, start: .zero)
        var valid = 0
        for round in 0..<210_000 {
            let bytes = Self.mutated(RTCPTests.compound, using: &generator)
            if (try? bytes.withUnsafeBytes { try reporter.receive($0, arrived: .zero) }) != nil {
                valid += 1
            }
            guard let facts = try? items(bytes) else { continue }
            for case .name(_, let text) in facts where text.upperBound > bytes.count {
                Issue.record("round \(round): name outside")
            }
        }
        #expect(valid > 20_000)
        #expect(reporter.roundTrips.count <= 64)
    }
}
