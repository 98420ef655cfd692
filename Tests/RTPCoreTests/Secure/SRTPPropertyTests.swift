import RTPCore
import Testing
import Timeline

/// Nothing but what the key's holder wrote is believed.
@Suite struct SRTPPropertyTests {
    private static func session(
        _ profile: SRTPProfile
    ) throws(SRTPProblem) -> (receiver: SRTPReceiver, rtp: [[UInt8]], rtcp: [[UInt8]]) {
        let master = SRTPMaster.drawn(profile)
        let sender = try SRTPSender(profile: profile, master: master)
        var media: [[UInt8]] = []
        var reports: [[UInt8]] = []
        for number in 0..<4 {
            media.append(
                try sender.protected(rtp: rtp(number, payload: [UInt8](repeating: 5, count: 20))))
            media.append(
                try sender.protected(
                    rtp: hex("B1 6F 000\(number) 00000002 00000003 0000000A BEDE0001 109E0000 1101")
                ))
            reports.append(try sender.protected(rtcp: rtcp()))
        }
        return (try SRTPReceiver(profile: profile, master: master), media, reports)
    }

    @Test(arguments: SRTPProfile.allCases)
    func `a packet with any bit turned is refused, and the true one still taken`(
        profile: SRTPProfile
    ) throws {
        let (receiver, media, reports) = try Self.session(profile)
        for sealed in media {
            for bit in 0..<(8 * sealed.count) {
                var forged = sealed
                forged[bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(throws: SRTPProblem.self, "bit \(bit)") { try receiver.plain(rtp: forged) }
            }
            #expect(try receiver.plain(rtp: sealed).count == sealed.count - profile.rtpOverhead)
        }
        for sealed in reports {
            for bit in 0..<(8 * sealed.count) {
                var forged = sealed
                forged[bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(throws: SRTPProblem.self, "bit \(bit)") { try receiver.plain(rtcp: forged) }
            }
            #expect(try receiver.plain(rtcp: sealed) == rtcp())
        }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `a packet cut short or made longer is refused`(profile: SRTPProfile) throws {
        let (receiver, media, reports) = try Self.session(profile)
        for length in 0..<media[0].count {
            let cut = Array(media[0].prefix(length))
            #expect(throws: SRTPProblem.self, "\(length) bytes") { try receiver.plain(rtp: cut) }
        }
        for length in 0..<reports[0].count {
            let cut = Array(reports[0].prefix(length))
            #expect(throws: SRTPProblem.self, "\(length) bytes") { try receiver.plain(rtcp: cut) }
        }
        #expect(throws: SRTPProblem.unauthentic) { try receiver.plain(rtp: media[0] + [0]) }
        #expect(throws: SRTPProblem.unauthentic) { try receiver.plain(rtcp: [0x80] + reports[0]) }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `no mutation is believed or reads outside its bytes`(profile: SRTPProfile) throws {
        let (receiver, media, reports) = try Self.session(profile)
        var generator = SeededGenerator(seed: 77, stream: "srtp-mutations")
        var seen = Set<SRTPProblem>()
        for round in 0..<20_000 {
            let isMedia = round % 2 == 0
            let original = isMedia ? media[round % 8] : reports[round % 4]
            var bytes = original
            for _ in 0...generator.below(4) where !bytes.isEmpty {
                let place = generator.below(bytes.count)
                switch generator.below(5) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
                case 1: bytes[place] ^= 1 << UInt8(generator.below(8))
                case 2: bytes.removeLast(min(bytes.count, 1 + generator.below(30)))
                case 3: bytes.removeSubrange(place..<min(bytes.count, place + 4))
                default: bytes.insert(UInt8(truncatingIfNeeded: generator.next()), at: place)
                }
            }
            guard bytes != original else { continue }
            do throws(SRTPProblem) {
                _ = isMedia ? try receiver.plain(rtp: bytes) : try receiver.plain(rtcp: bytes)
                Issue.record("round \(round) was believed")
            } catch {
                seen.insert(error)
            }
        }

        #expect(seen == [.tooShort, .badHeader, .unauthentic])
        #expect(try receiver.plain(rtp: media[0]).count == 32)
    }
}
