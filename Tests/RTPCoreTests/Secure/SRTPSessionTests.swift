import RTPCore
import Testing
import Timeline

/// One sender and one receiver: counters, windows and sources.
@Suite(.serialized) struct SRTPSessionTests {
    private static func pair(
        _ profile: SRTPProfile
    ) throws(SRTPProblem) -> (SRTPSender, SRTPReceiver) {
        let master = SRTPMaster.drawn(profile)
        return (
            try SRTPSender(profile: profile, master: master),
            try SRTPReceiver(profile: profile, master: master)
        )
    }

    static let shapes = [
        "80 EF 1234 89ABCDEF 01020304 AABBCC",
        "80 EF 1234 89ABCDEF 01020304",
        "B2 00 0001 00000002 00000003 0000000A 0000000B BEDE0001 109E0000 112233 0000000005",
        "90 00 0001 00000002 00000003 1000 0002 0200 00 01 01 85 0000 FF",
        "A0 00 0001 00000002 00000003 00000004",
    ]

    @Test(arguments: SRTPProfile.allCases, shapes)
    func `a packet of any shape arrives as it left, its header readable on the way`(
        profile: SRTPProfile, shape: String
    ) throws {
        let (sender, receiver) = try Self.pair(profile)
        let plain = hex(shape)
        let clear = try parsed(plain).payload.lowerBound

        let sealed = try sender.protected(rtp: plain)

        #expect(sealed.count == plain.count + profile.rtpOverhead)
        #expect(sealed.prefix(clear) == plain.prefix(clear))
        if plain.count > clear {
            #expect(sealed[clear..<plain.count] != plain[clear...])
        }
        #expect(try receiver.plain(rtp: sealed) == plain)
    }

    @Test(arguments: SRTPProfile.allCases)
    func `reports arrive as they left, each under its own index`(profile: SRTPProfile) throws {
        let (sender, receiver) = try Self.pair(profile)
        var earlier: [UInt8] = []
        for number in 0..<300 {
            let sealed = try sender.protected(rtcp: rtcp())
            #expect(sealed.count == rtcp().count + profile.rtcpOverhead)
            #expect(sealed != earlier)
            #expect(sealed.prefix(8) == rtcp().prefix(8))
            let word = profile == .aeadAES128GCM ? sealed.suffix(4) : sealed.suffix(14).prefix(4)
            #expect(Array(word) == [0x80, 0, UInt8(number >> 8), UInt8(number & 0xFF)])
            #expect(try receiver.plain(rtcp: sealed) == rtcp())
            earlier = sealed
        }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `the counter follows three wraps of the sequence number, with gaps`(
        profile: SRTPProfile
    ) throws {
        let (sender, receiver) = try Self.pair(profile)
        var generator = SeededGenerator(seed: 3, stream: "gaps")
        var sequence = 30_000
        while sequence < 30_000 + 3 * 65_536 {
            let plain = rtp(sequence)
            let sealed = try sender.protected(rtp: plain)
            #expect(try receiver.plain(rtp: sealed) == plain)
            // Gaps up to the largest that can still be told from going back.
            sequence += 1 + generator.below(generator.below(4) == 0 ? 0x7FFF : 200)
        }
    }

    @Test(
        arguments: [
            (nil, 0xFFFF, 0xFFFF), (0, 0xFFFF, 0xFFFF), (0xFFFF, 0, 0x1_0000),
            (0x7FFF, 0xFFFF, 0xFFFF), (0x8000, 0, 0), (0x8001, 0, 0x1_0000),
            (0x1_0000, 0x8000, 0x1_8000), (0x1_0000, 0x8001, 0x8001), (0x2_0005, 0xFFF0, 0x1_FFF0),
            (0xFFFF_FFFF_8000, 0xFFFF, 0xFFFF_FFFF_FFFF), (0xFFFF_FFFF_FFF0, 3, nil),
        ] as [(UInt64?, UInt16, UInt64?)])
    func `the nearest index to the newest is taken`(
        newest: UInt64?, sequence: UInt16, index: UInt64?
    ) {
        #expect(SRTPIndex.nearest(to: newest, sequence: sequence) == index)
    }

    @Test(arguments: SRTPProfile.allCases)
    func `late packets from before a wrap are still opened after it`(profile: SRTPProfile) throws {
        let (sender, receiver) = try Self.pair(profile)
        let plain = (65_500..<65_572).map { rtp($0) }
        let sealed = try plain.map { try sender.protected(rtp: $0) }

        _ = try receiver.plain(rtp: sealed[0])
        for number in (1..<sealed.count).reversed() {
            #expect(try receiver.plain(rtp: sealed[number]) == plain[number])
        }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `a packet is taken once, whatever the order, and never from beyond the window`(
        profile: SRTPProfile
    ) throws {
        let (sender, receiver) = try Self.pair(profile)
        var generator = SeededGenerator(seed: 8, stream: "reordering")
        let sealed = try (65_000..<67_000).map { try sender.protected(rtp: rtp($0)) }
        var newest = 0
        var taken = Set<Int>()
        _ = try receiver.plain(rtp: sealed[0])
        taken.insert(0)
        for step in 1..<6_000 {
            let number = min(1_999, max(0, step / 3 + generator.below(400) - 200))
            let outcome = Result { () throws(SRTPProblem) in
                try receiver.plain(rtp: sealed[number])
            }
            if number + 128 <= newest {
                #expect(outcome == .failure(.tooOld), "step \(step)")
            } else if taken.contains(number) {
                #expect(outcome == .failure(.replayed), "step \(step)")
            } else {
                #expect(outcome == .success(rtp(65_000 + number)), "step \(step)")
                taken.insert(number)
                newest = max(newest, number)
            }
        }
        #expect(taken.count > 1_000)
    }

    @Test(arguments: SRTPProfile.allCases)
    func `a report is taken once and never from beyond the window`(profile: SRTPProfile) throws {
        let (sender, receiver) = try Self.pair(profile)
        let sealed = try (0..<200).map { _ in try sender.protected(rtcp: rtcp()) }

        _ = try receiver.plain(rtcp: sealed[199])
        #expect(throws: SRTPProblem.replayed) { try receiver.plain(rtcp: sealed[199]) }
        #expect(try receiver.plain(rtcp: sealed[72]) == rtcp())
        #expect(throws: SRTPProblem.replayed) { try receiver.plain(rtcp: sealed[72]) }
        #expect(throws: SRTPProblem.tooOld) { try receiver.plain(rtcp: sealed[71]) }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `forged packets neither become a source nor move a window`(profile: SRTPProfile) throws {
        let (sender, receiver) = try Self.pair(profile)
        let forger = try SRTPSender(profile: profile, master: .drawn(profile, seed: 2))
        #expect(try receiver.plain(rtp: sender.protected(rtp: rtp(100))) == rtp(100))

        for number in 0..<50 {
            let ssrc = UInt32(number)
            let forged = try forger.protected(rtp: rtp(number, ssrc: ssrc % 7))
            #expect(throws: SRTPProblem.unauthentic) { try receiver.plain(rtp: forged) }
            let report = try forger.protected(rtcp: rtcp(ssrc: ssrc))
            #expect(throws: SRTPProblem.unauthentic) { try receiver.plain(rtcp: report) }
        }
        let ahead = try forger.protected(rtp: rtp(20_000))
        #expect(throws: SRTPProblem.unauthentic) { try receiver.plain(rtp: ahead) }

        #expect(try receiver.plain(rtp: sender.protected(rtp: rtp(101))) == rtp(101))
        // All eight places are still there for who holds the key.
        for ssrc in UInt32(1)...7 {
            #expect(try receiver.plain(rtp: sender.protected(rtp: rtp(9, ssrc: ssrc))).count == 15)
        }
        let ninth = SRTPMaster.drawn(profile)
        let another = try SRTPSender(profile: profile, master: ninth)
        let sealed = try another.protected(rtp: rtp(9, ssrc: 8))
        #expect(throws: SRTPProblem.tooManySources) { try receiver.plain(rtp: sealed) }
        #expect(try receiver.plain(rtp: sender.protected(rtp: rtp(102))) == rtp(102))
    }

    @Test(arguments: SRTPProfile.allCases)
    func `sources wrap each by itself`(profile: SRTPProfile) throws {
        let (sender, receiver) = try Self.pair(profile)
        for number in 0..<80 {
            let one = rtp(65_500 + number, ssrc: 1)
            let two = rtp(10 + number, ssrc: 2)
            #expect(try receiver.plain(rtp: sender.protected(rtp: one)) == one)
            #expect(try receiver.plain(rtp: sender.protected(rtp: two)) == two)
        }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `a sender never spends an index twice`(profile: SRTPProfile) throws {
        let (sender, _) = try Self.pair(profile)
        for sequence in [100, 300] { _ = try sender.protected(rtp: rtp(sequence)) }

        #expect(throws: SRTPProblem.replayed) { try sender.protected(rtp: rtp(300, payload: [9])) }
        #expect(throws: SRTPProblem.tooOld) { try sender.protected(rtp: rtp(101)) }
        #expect(try sender.protected(rtp: rtp(299)).count == 15 + profile.rtpOverhead)
        var buffer = WireBuffer()
        buffer.append(rtp(299))
        #expect(throws: SRTPProblem.replayed) { try sender.protect(rtp: &buffer) }
        #expect(Array(buffer.bytes) == rtp(299))
    }

    @Test(arguments: SRTPProfile.allCases)
    func `the last report of a key is the one of index 2^31 - 1`(profile: SRTPProfile) throws {
        let master = SRTPMaster.drawn(profile)
        let sender = try SRTPSender(profile: profile, master: master, firstRTCP: 0x7FFF_FFFF)
        let receiver = try SRTPReceiver(profile: profile, master: master)

        #expect(try receiver.plain(rtcp: sender.protected(rtcp: rtcp())) == rtcp())
        #expect(throws: SRTPProblem.keyExhausted) { try sender.protected(rtcp: rtcp()) }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `what is no packet is refused with its reason`(profile: SRTPProfile) throws {
        let (sender, receiver) = try Self.pair(profile)
        let padding = [UInt8](repeating: 0, count: profile.rtpOverhead)
        let long = [UInt8](repeating: 0, count: 65_536)

        for (text, problem) in [
            ("", SRTPProblem.tooShort), ("80EF1234 89ABCDEF 010203", .tooShort),
            ("40EF1234 89ABCDEF 01020304", .badHeader), ("81EF1234 89ABCDEF 01020304", .badHeader),
            ("90EF1234 89ABCDEF 01020304", .badHeader),
            ("90EF1234 89ABCDEF 01020304 BEDE0001", .badHeader),
        ] {
            #expect(throws: problem) { try sender.protected(rtp: hex(text)) }
            #expect(throws: problem) { try receiver.plain(rtp: hex(text) + padding) }
        }
        #expect(throws: SRTPProblem.tooLong) { try sender.protected(rtp: rtp(1, payload: long)) }
        #expect(throws: SRTPProblem.tooLong) { try receiver.plain(rtp: rtp(1, payload: long)) }
        #expect(throws: SRTPProblem.tooShort) { try sender.protected(rtcp: hex("80CB0000")) }
        #expect(throws: SRTPProblem.badHeader) {
            try sender.protected(rtcp: hex("00CB000100000001"))
        }
        #expect(throws: SRTPProblem.tooLong) { try sender.protected(rtcp: rtcp() + long) }
        #expect(throws: SRTPProblem.tooShort) { try receiver.plain(rtcp: hex("80C9000100000001")) }
        #expect(throws: SRTPProblem.tooLong) { try receiver.plain(rtcp: rtcp() + long) }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `a master of other lengths makes no session`(profile: SRTPProfile) {
        let good = SRTPMaster.drawn(profile)
        for master in [
            SRTPMaster(key: good.key + [0], salt: good.salt),
            SRTPMaster(key: good.key, salt: Array(good.salt.dropLast())),
            SRTPMaster(key: [], salt: []),
        ] {
            #expect(throws: SRTPProblem.badMaster) {
                try SRTPSender(profile: profile, master: master)
            }
            #expect(throws: SRTPProblem.badMaster) {
                try SRTPReceiver(profile: profile, master: master)
            }
        }
        #expect(!"\(good)".contains("\(good.key[0]), \(good.key[1])"))
    }
}
