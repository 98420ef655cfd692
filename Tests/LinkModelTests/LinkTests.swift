import LinkModel
import Testing
import Timeline

@Suite struct LinkTests {
    private static func milliseconds(_ count: Int) -> RunInstant {
        .zero + .milliseconds(Int64(count))
    }

    private static func losses(
        of profile: LinkProfile, seed: UInt64, packets: Int, every interval: Int = 20
    ) -> [Bool] {
        var link = Link(profile: profile, seed: seed, number: 3, direction: .up)
        return (0..<packets).map {
            link.passage(of: 172, sentAt: milliseconds(interval * $0)) == .lost
        }
    }

    @Test(arguments: [
        ("wifi", 0.01, 2.0), ("wifi-busy", 0.05, 2), ("lte", 0.02, 2), ("satellite", 0.03, 3),
        ("congested", 0.1, 2), ("tau", 0.01, 5.5),
    ])
    func `presets lose their share, in bursts of their length`(
        name: String, share: Double, meanBurst: Double
    ) throws {
        let profile = try #require(LinkProfile.preset(named: name))
        let packets = 200_000
        let lost = Self.losses(of: profile, seed: 1, packets: packets)

        let count = Double(lost.count { $0 })
        let runs = Double(zip(lost, [false] + lost).count { $0 && !$1 })

        // A run of losses is geometric: variance m(m − 1). Losses come in independent runs,
        // so their number has the variance of runs × E[run²] = runs × m(2m − 1).
        let errorOfRun = (meanBurst * (meanBurst - 1) / runs).squareRoot()
        let errorOfCount = (runs * meanBurst * (2 * meanBurst - 1)).squareRoot()
        #expect(abs(count - share * Double(packets)) < 3 * errorOfCount)
        // The table's burst lengths are rounded to a packet's tenth.
        #expect(abs(count / runs - meanBurst) < 3 * errorOfRun + 0.05)
    }

    @Test func `a link begins as if it had been losing for ever`() {
        let lost = (0..<20_000).count { number in
            var link = Link(profile: .congested, seed: 6, number: number, direction: .up)
            return link.passage(of: 1, sentAt: .zero) == .lost
        }

        #expect(abs(Double(lost) - 2_000) < 3 * (20_000 * 0.1 * 0.9).squareRoot())
    }

    @Test func `links without loss deliver everything after their delay`() {
        for (profile, delay) in [(LinkProfile.ideal, 0), (.lan, 200)] {
            var link = Link(profile: profile, seed: 9, number: 0, direction: .down)
            for index in 0..<1_000 {
                let sentAt = Self.milliseconds(20 * index)
                #expect(
                    link.passage(of: 100, sentAt: sentAt)
                        == .delivered(at: sentAt + .microseconds(Int64(delay))))
            }
        }
    }

    @Test func `what is lost depends on when it is sent, not on how much is sent`() {
        let sparse = Self.losses(of: .congested, seed: 5, packets: 10_000, every: 20)
        let dense = Self.losses(of: .congested, seed: 5, packets: 40_000, every: 5)

        #expect(sparse == (0..<10_000).map { dense[4 * $0] })
        #expect(sparse.contains(true))
    }

    @Test func `the same link is the same again, another is another`() {
        func passages(seed: UInt64, number: Int, _ direction: LinkDirection) -> [Passage] {
            var link = Link(profile: .congested, seed: seed, number: number, direction: direction)
            return (0..<500).map { link.passage(of: 1, sentAt: Self.milliseconds(20 * $0)) }
        }

        let reference = passages(seed: 7, number: 1, .up)

        #expect(passages(seed: 7, number: 1, .up) == reference)
        #expect(passages(seed: 8, number: 1, .up) != reference)
        #expect(passages(seed: 7, number: 2, .up) != reference)
        #expect(passages(seed: 7, number: 1, .down) != reference)
    }

    @Test func `uniform jitter fills its span evenly and overtakes`() {
        var profile = LinkProfile.congested
        profile.loss = .none
        var link = Link(profile: profile, seed: 2, number: 0, direction: .up)
        var delays: [Double] = []
        var overtakes = 0
        var latest = RunInstant.zero
        for index in 0..<20_000 {
            let sentAt = Self.milliseconds(20 * index)
            guard case .delivered(let at) = link.passage(of: 1, sentAt: sentAt) else { continue }
            delays.append((at - sentAt).milliseconds)
            if at < latest { overtakes += 1 }
            latest = max(latest, at)
        }

        let mean = delays.reduce(0, +) / Double(delays.count)
        #expect(delays.allSatisfy { (40...120).contains($0) })
        #expect(abs(mean - 80) < 3 * 80 / (12 * 20_000.0).squareRoot())
        #expect((delays.min() ?? 99) < 40.1 && (delays.max() ?? 0) > 119.9)
        #expect(overtakes > 1_000)
    }

    @Test func `normal jitter is cut off at three deviations and never makes time run backwards`() {
        let profile = LinkProfile(
            delay: .milliseconds(5), jitter: .normal(.milliseconds(4)))
        let link = Link(profile: profile, seed: 2, number: 0, direction: .up)
        let delays = (0..<20_000).map { link.delay(at: Self.milliseconds($0)).milliseconds }

        #expect(delays.allSatisfy { (0...17).contains($0) })
        #expect(delays.contains(0))
        #expect(profile.longestDelay == .milliseconds(17))
        let central = delays.count { abs($0 - 5) <= 4 }
        #expect(abs(Double(central) / 20_000 - 0.6836) < 0.011)
    }

    @Test func `a packet of the past meets the link as it is`() {
        var link = Link(profile: .tau, seed: 3, number: 0, direction: .up)
        _ = link.passage(of: 1, sentAt: Self.milliseconds(60_000))
        var same = link

        let late = link.passage(of: 1, sentAt: Self.milliseconds(1_000)) == .lost

        #expect(late == (same.passage(of: 1, sentAt: Self.milliseconds(60_000)) == .lost))
    }

    @Test func `names of presets are unique and an unknown one is nil`() {
        #expect(Set(LinkProfile.presets.map(\.name)).count == LinkProfile.presets.count)
        #expect(LinkProfile.preset(named: "dial-up") == nil)
    }
}

@Suite struct StreamLinkTests {
    private static func lateness(
        _ profile: LinkProfile, seed: UInt64 = 1, packets: Int = 50_000
    ) -> [Nanoseconds] {
        var link = StreamLink(profile: profile, seed: seed, number: 0, direction: .up)
        return (0..<packets).map { index in
            let sentAt = RunInstant.zero + .milliseconds(20) * index
            return link.passage(of: 324, sentAt: sentAt) - sentAt
        }
    }

    @Test(arguments: LinkProfile.presets.map(\.name), [UInt64(1), 2, 3])
    func `a stream stays in order and loses nothing`(name: String, seed: UInt64) throws {
        let profile = try #require(LinkProfile.preset(named: name))
        let late = Self.lateness(profile, seed: seed, packets: 20_000)

        let interval = Nanoseconds.milliseconds(20)
        let overtaking = (1..<late.count).first { late[$0] + interval < late[$0 - 1] }
        #expect(overtaking == nil, "seed \(seed)")
        #expect(late.allSatisfy { $0 >= .zero })
    }

    @Test func `a lost message comes a round trip and an interval late and holds back the next`()
        throws
    {
        // Losses shorter than an interval: hardly ever two in a row.
        let profile = LinkProfile(
            delay: .milliseconds(25),
            loss: .gilbertElliott(share: 0.01, burst: .milliseconds(2)))
        let late = Self.lateness(profile)
        let first = try #require(late.firstIndex { $0 > .milliseconds(25) })

        // 25 ms + a round trip of 50 + the 20 until the next; what follows waits behind it.
        #expect(
            late[first..<(first + 5)].map(\.milliseconds) == [95, 75, 55, 35, 25])
        // Four messages wait for every loss: those sent within the 70 ms, and the lost one.
        let delayed = Double(late.count { $0 > .milliseconds(25) }) / Double(late.count)
        #expect(abs(delayed - 4 * 0.01) < 3 * 0.04 / (50_000 * 0.01).squareRoot())
    }

    @Test func `a lossless stream has the datagrams' delay`() {
        #expect(Self.lateness(.lan).allSatisfy { $0 == .microseconds(200) })
    }
}
