import RTPCore
import Testing
import Timeline

/// Ours against the reference implementation, in both directions; its library keeps global state.
@Suite(.serialized) struct LibSRTPTests {
    /// Numbers of packets as a bad path delivers them: lost, swapped, repeated.
    private static func delivered(_ count: Int, seed: UInt64) -> [Int] {
        var generator = SeededGenerator(seed: seed, stream: "srtp-path")
        var order: [Int] = []
        for number in 0..<count where generator.below(10) > 0 {
            order.append(number)
            if generator.below(8) == 0 { order.append(number) }
        }
        for place in order.indices.dropLast(24) where generator.below(5) == 0 {
            order.swapAt(place, place + 1 + generator.below(20))
        }
        return order
    }

    private static func media(_ number: Int, using generator: inout SeededGenerator) -> [UInt8] {
        // Twice over the sequence numbers' end, with a gap of 1,000 after every 40 packets.
        let sequence = 65_000 + number + 1_000 * (number / 40)
        var plain = rtp(sequence, payload: generator.bytes(generator.below(200)))
        if number % 3 == 0 {
            plain[0] |= 0x10
            plain.insert(contentsOf: hex("BEDE0001 109E0000"), at: 12)
        }
        return plain
    }

    @Test(arguments: SRTPProfile.allCases)
    func `each seals media byte for byte as the other does, and opens it`(
        profile: SRTPProfile
    ) throws {
        let master = SRTPMaster.drawn(profile, seed: 5)
        let ours = try SRTPSender(profile: profile, master: master)
        let theirs = try LibSRTP(profile, master, .sending)
        let ourEar = try SRTPReceiver(profile: profile, master: master)
        let theirEar = try LibSRTP(profile, master, .receiving)
        var generator = SeededGenerator(seed: 6, stream: "media")
        var plain: [[UInt8]] = []
        var sealed: [[UInt8]] = []
        for number in 0..<3_000 {
            plain.append(Self.media(number, using: &generator))
            sealed.append(try ours.protected(rtp: plain[number]))
            #expect(try theirs.protected(rtp: plain[number]) == sealed[number])
        }

        var taken = 0
        for number in Self.delivered(3_000, seed: 7) {
            let byUs = try? ourEar.plain(rtp: sealed[number])
            let byThem = try? theirEar.plain(rtp: sealed[number])
            #expect(byUs == byThem, "packet \(number)")
            guard let byUs else { continue }
            #expect(byUs == plain[number], "packet \(number)")
            taken += 1
        }
        #expect(taken > 2_000)
    }

    @Test(arguments: SRTPProfile.allCases)
    func `each opens the reports that the other sealed`(profile: SRTPProfile) throws {
        let master = SRTPMaster.drawn(profile, seed: 9)
        // The reference implementation begins at 1.
        let ours = try SRTPSender(profile: profile, master: master, firstRTCP: 1)
        let theirs = try LibSRTP(profile, master, .sending)
        let ourEar = try SRTPReceiver(profile: profile, master: master)
        let theirEar = try LibSRTP(profile, master, .receiving)
        var sealed: [[UInt8]] = []
        for _ in 0..<500 {
            sealed.append(try ours.protected(rtcp: rtcp()))
            #expect(try theirs.protected(rtcp: rtcp()) == sealed.last)
        }

        var taken = 0
        for number in Self.delivered(500, seed: 10) {
            let byUs = try? ourEar.plain(rtcp: sealed[number])
            #expect(byUs == (try? theirEar.plain(rtcp: sealed[number])), "report \(number)")
            if byUs != nil { taken += 1 }
        }
        #expect(taken > 400)
    }

    @Test(arguments: SRTPProfile.allCases)
    func `reports left in clear are believed by their tag alone`(profile: SRTPProfile) throws {
        let master = SRTPMaster.drawn(profile, seed: 11)
        let theirs = try LibSRTP(profile, master, .sending, clearReports: true)
        let ear = try SRTPReceiver(profile: profile, master: master)
        for _ in 0..<20 {
            let sealed = try theirs.protected(rtcp: rtcp())
            #expect(Array(sealed.prefix(rtcp().count)) == rtcp())
            for place in [9, rtcp().count - 1, sealed.count - 1, sealed.count - 12] {
                var forged = sealed
                forged[place] ^= 0x04
                #expect(throws: SRTPProblem.self) { try ear.plain(rtcp: forged) }
            }
            #expect(try ear.plain(rtcp: sealed) == rtcp())
            #expect(throws: SRTPProblem.replayed) { try ear.plain(rtcp: sealed) }
        }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `under another key neither believes the other`(profile: SRTPProfile) throws {
        let ours = try SRTPSender(profile: profile, master: .drawn(profile, seed: 1))
        let ear = try LibSRTP(profile, .drawn(profile, seed: 2), .receiving)
        let theirs = try LibSRTP(profile, .drawn(profile, seed: 2), .sending)
        let ourEar = try SRTPReceiver(profile: profile, master: .drawn(profile, seed: 1))

        let sealed = try ours.protected(rtp: rtp(1))
        #expect(throws: LibSRTP.Refusal.self) { try ear.plain(rtp: sealed) }
        let others = try theirs.protected(rtp: rtp(1))
        #expect(throws: SRTPProblem.unauthentic) { try ourEar.plain(rtp: others) }
    }
}
