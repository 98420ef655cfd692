import Testing
import Timeline

@testable import WebRTCCore

/// A peer that means harm: what it makes a side keep stays bounded, and the side says what it is.
@Suite struct ChannelAttackTests {
    /// A side with an association, and what its peer needs to forge packets.
    private final class Victim {
        let pair: ChannelPair
        let tag: UInt32
        var nextTSN: UInt32
        let ownTSN: UInt32
        private(set) var answers: [[UInt8]] = []

        init(seed: UInt64 = 1) throws {
            pair = ChannelPair(seed: seed)
            pair.keepsPackets = true
            pair.start(0, 1)
            pair.settle()
            // What each side said in its INIT.
            let theirs = pair.sent[1][0]
            let ours = pair.sent[0][0]
            try #require(chunkTypes(theirs) == [1] && chunkTypes(ours) == [1])
            (tag, ownTSN) = ours.withUnsafeBytes { ($0.sctpU32(at: 16), $0.sctpU32(at: 28)) }
            nextTSN = theirs.withUnsafeBytes { $0.sctpU32(at: 28) }
            pair.sent = [[], []]
            pair.heard = [[], []]
            pair.letsPass = { _, _ in false }
        }

        var channels: DataChannels { pair.sides[0] }

        func attack(_ write: (inout WireBuffer) -> Void) {
            pair.deliver(sealed(tag: tag, write), to: 0)
        }

        func data(
            _ payload: [UInt8], ahead: UInt32 = 0, stream: UInt16 = 1, order: UInt16 = 0,
            flags: UInt8 = 3, type: UInt32 = 51
        ) {
            attack {
                appendData(
                    &$0, tsn: nextTSN &+ ahead, stream: stream, order: order, flags: flags,
                    type: type, payload)
            }
        }

        /// The chunks sent since the last call.
        func takeAnswers() -> [UInt8] {
            defer { pair.sent[0] = [] }
            return pair.sent[0].flatMap(chunkTypes)
        }
    }

    private static let kilobyte = [UInt8](repeating: 7, count: 1_024)

    @Test func `numbers far ahead are not kept`() throws {
        let victim = try Victim()
        for ahead in stride(from: UInt32(5_000), to: 2_000_000, by: 1_001) {
            victim.data(Self.kilobyte, ahead: ahead)
        }
        #expect(victim.channels.refused == 1_994)
        #expect(victim.channels.isEstablished)
    }

    @Test func `fragments that never end are refused with their channel`() throws {
        let victim = try Victim()
        let open = DataChannelOpen(label: "x", protocolName: "")
        victim.data(open.bytes, type: 50)
        for number in 0..<1_000 {
            victim.nextTSN &+= 1
            victim.data(Self.kilobyte, order: 1, flags: number == 0 ? 2 : 0)
        }
        // The channel's stream is begun anew by our side, which closes it.
        #expect(victim.takeAnswers().contains(0))
        #expect(victim.channels.refused == 1)
        #expect(throws: DataChannelProblem.self) {
            try victim.pair.send("x", on: 1, from: 0)
        }
        #expect(victim.channels.isEstablished)
    }

    @Test func `messages that wait for one that never comes end the association`() throws {
        let victim = try Victim()
        for number in UInt32(1)..<2_000 {
            victim.data(Self.kilobyte, order: UInt16(number))
            victim.nextTSN &+= 1
        }
        #expect(victim.pair.failure(of: 0) == .protocolViolation)
        #expect(victim.takeAnswers().contains(6))
    }

    @Test func `gaps are bounded, and so is the SACK that reports them`() throws {
        let victim = try Victim()
        for number in stride(from: UInt32(2), to: 6_000, by: 2) {
            victim.data([1], ahead: number)
        }
        #expect(victim.pair.sent[0].allSatisfy { $0.count <= 1_150 })
        #expect(victim.channels.isEstablished)
    }

    @Test func `a flood of streams opens no more channels than are kept`() throws {
        let victim = try Victim()
        let open = DataChannelOpen(label: "x", protocolName: "")
        for stream in UInt16(0)..<2_000 {
            victim.data(open.bytes, stream: stream, type: 50)
            victim.nextTSN &+= 1
        }
        let opened = victim.pair.heard[0].count {
            if case .told(.opened) = $0 { true } else { false }
        }
        #expect(opened == 256)
        #expect(victim.channels.refused == 2_000 - 256)
        #expect(victim.channels.isEstablished)
    }

    @Test func `acknowledgements of what was never sent change nothing`() throws {
        let victim = try Victim()
        let channel = try #require(victim.channels.open(label: "x", protocol: ""))
        try victim.pair.send("hello", on: channel, from: 0)
        let waiting = victim.channels.buffered
        let forged: [(UInt32, [UInt16])] = [
            (5, []), (0x7FFF_FFFE, []), (UInt32.max, [3, 3]), (UInt32.max, [2, 1]),
            (UInt32.max, [1, 65_535]), (UInt32.max, [2, 2, 1, 1]), (UInt32.max, [0, 0]),
            // Half the circle away and more: as old as can be, and no offence.
            (0x7FFF_FFFF, []), (0x8000_0000, []), (UInt32.max - 1, []),
        ]
        for (ahead, gaps) in forged {
            let cumulative = victim.ownTSN &+ ahead
            victim.attack { buffer in
                SCTPChunk.append(.sack, to: &buffer) { buffer in
                    buffer.append(bigEndian: cumulative)
                    buffer.append(bigEndian: UInt32(1_000_000))
                    buffer.append(bigEndian: UInt16(gaps.count / 2))
                    buffer.append(bigEndian: UInt16(0))
                    for gap in gaps { buffer.append(bigEndian: gap) }
                }
            }
        }
        #expect(victim.channels.buffered == waiting)
        #expect(victim.channels.refused == 7)
    }

    @Test func `a SACK that announces more gaps than it holds is refused`() throws {
        let victim = try Victim()
        victim.attack { buffer in
            SCTPChunk.append(.sack, to: &buffer) { buffer in
                buffer.append(bigEndian: victim.ownTSN &- 1)
                buffer.append(bigEndian: UInt64(0x0000_FFFF_FFFF_0000))
            }
        }
        #expect(victim.channels.refused == 1)
    }

    @Test func `a new INIT inside an association ends it`() throws {
        let victim = try Victim()
        let bytes = sealed(tag: 0) {
            SCTPInitiation(tag: 99, window: 9, streams: 1, firstTSN: 1)
                .append(as: .initiation, to: &$0)
        }
        victim.pair.deliver(bytes, to: 0)
        #expect(victim.pair.failure(of: 0) == .restarted)
    }

    @Test func `packets with another tag or port, or a wrong checksum, are left alone`() throws {
        let victim = try Victim()
        let packets = [
            sealed(tag: victim.tag &+ 1) { SCTPChunk.append(.abortion, to: &$0) },
            sealed(tag: victim.tag, from: 1) { SCTPChunk.append(.abortion, to: &$0) },
            sealed(tag: 0) { SCTPChunk.append(.abortion, flags: 1, to: &$0) },
            [UInt8](repeating: 0, count: 40), [], [1],
        ]
        for packet in packets { victim.pair.deliver(packet, to: 0) }
        #expect(victim.channels.refused == packets.count)
        #expect(victim.channels.isEstablished)
    }

    @Test func `unknown chunks are skipped, reported or end their packet, as their bits say`()
        throws
    {
        for (type, isReported, goesOn) in [
            (UInt8(0x3F), false, false), (0x7F, true, false), (0xBF, false, true),
            (0xFF, true, true),
        ] {
            let victim = try Victim()
            victim.attack { buffer in
                for byte in [type, 0, 0, 6, 1, 2, 0, 0] { buffer.append(byte) }
                SCTPChunk.append(.heartbeat, to: &buffer) { $0.append([0, 1, 0, 4]) }
            }
            let expected: [UInt8] = (isReported ? [9] : []) + (goesOn ? [5] : [])
            #expect(victim.takeAnswers() == expected, "type \(type)")
        }
    }

    @Test func `a heartbeat is answered with its own words`() throws {
        let victim = try Victim()
        victim.attack {
            SCTPChunk.append(.heartbeat, to: &$0) { $0.append([0, 1, 0, 7, 1, 2, 3]) }
        }
        let answer = try #require(victim.pair.sent[0].first)
        #expect(Array(answer[12...]) == [5, 0, 0, 11, 0, 1, 0, 7, 1, 2, 3, 0])
    }

    @Test func `what a peer gives up is skipped`() throws {
        let victim = try Victim()
        victim.data(DataChannelOpen(label: "x", protocolName: "").bytes, type: 50)
        victim.data(Array("kept".utf8), ahead: 2, order: 2)
        #expect(victim.pair.messages(to: 0).isEmpty)
        victim.attack { buffer in
            SCTPChunk.append(.forwardTSN, to: &buffer) { buffer in
                buffer.append(bigEndian: victim.nextTSN &+ 1)
                buffer.append(bigEndian: UInt32(0x0001_0001))
            }
        }
        #expect(victim.pair.texts(to: 0) == ["kept"])
    }

    @Test func `a request to begin streams anew is answered, again when it is repeated`() throws {
        let victim = try Victim()
        let first = victim.nextTSN
        victim.data(DataChannelOpen(label: "x", protocolName: "").bytes, type: 50)
        func request(_ sequence: UInt32, lastTSN: UInt32) -> [UInt8] {
            victim.pair.sent[0] = []
            victim.attack { buffer in
                SCTPChunk.append(.reconfiguration, to: &buffer) { buffer in
                    SCTPChunk.append(parameter: 13, to: &buffer) { buffer in
                        buffer.append(bigEndian: sequence)
                        buffer.append(bigEndian: UInt32(0))
                        buffer.append(bigEndian: lastTSN)
                        buffer.append(bigEndian: UInt16(1))
                    }
                }
            }
            let answers = victim.pair.sent[0].filter { chunkTypes($0).contains(130) }
            return answers.flatMap { $0.dropFirst(16).prefix(12) }
        }
        func result(_ value: UInt8) -> [UInt8] {
            [0, 16, 0, 12] + withUnsafeBytes(of: first.bigEndian) { Array($0) } + [0, 0, 0, value]
        }
        #expect(request(first &+ 7, lastTSN: first).suffix(1) == [5])
        #expect(request(first, lastTSN: first &+ 1) == result(6))
        victim.data([1], ahead: 1, order: 1)
        #expect(request(first, lastTSN: first &+ 1) == result(1))
        #expect(request(first, lastTSN: first &+ 1) == result(1))
        #expect(victim.channels.isEstablished)
    }
}
