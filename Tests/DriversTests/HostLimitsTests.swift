import Audio
import Drivers
import Planning
import Testing

@Suite struct HostLimitsTests {
    private let webSocket = PathConfiguration(
        name: "websocket", transport: .websocket, dialect: .binary, codec: .opus,
        player: .playback(flushesOnEvent: true)
    )
    private let rtp = PathConfiguration(
        name: "rtp", transport: .rtp, codec: .opus, player: .adaptiveJitterBuffer
    )

    private func limits(_ descriptors: Int, hard: Int = 1 << 20, ports: Int = 28_232) -> HostLimits
    {
        HostLimits(
            descriptors: descriptors, hardDescriptors: hard, openDescriptors: 20, ports: ports
        )
    }

    @Test func `enough of everything is no problem`() {
        let problems = limits(1_064).problems(
            callers: 1_000, paths: [webSocket, rtp], order: .sequential
        )
        #expect(problems.isEmpty)
    }

    @Test func `too few descriptors name the command that raises them`() throws {
        let problem = try #require(
            limits(1_063).problems(callers: 1_000, paths: [rtp], order: .sequential).first
        )
        #expect(problem.code == .descriptors)
        #expect(problem.needed == 1_064)
        #expect(problem.message.contains("run 'ulimit -n 1064'"))
    }

    @Test func `above the hard limit the message says who can raise it`() throws {
        let problem = try #require(
            limits(500, hard: 500).problems(callers: 1_000, paths: [rtp], order: .sequential).first
        )
        #expect(problem.message.contains("as root"))
        #expect(problem.message.contains("ulimit -Hn 1064"))
    }

    @Test func `many loops need descriptors of their own`() throws {
        let roomy = limits(1_064)
        #expect(
            roomy.problems(callers: 1_000, paths: [rtp], order: .sequential, loops: 4).isEmpty)
        let problem = try #require(
            roomy.problems(callers: 1_000, paths: [rtp], order: .sequential, loops: 64).first)
        #expect(problem.needed == 1_064 + 60 * 8)
    }

    @Test func `paths that run together need their sockets at once`() {
        let paths = [webSocket, rtp]
        #expect(limits(1_100).problems(callers: 1_000, paths: paths, order: .sequential).isEmpty)
        let problems = limits(1_100).problems(callers: 1_000, paths: paths, order: .together)
        #expect(problems.map(\.needed) == [2_064])
    }

    @Test func `each transport has ports of its own`() {
        let few = limits(1 << 20, ports: 900)
        #expect(few.problems(callers: 900, paths: [webSocket, rtp], order: .together).isEmpty)
        let problems = few.problems(callers: 901, paths: [rtp, rtp], order: .sequential)
        #expect(problems.map(\.code) == [.ports])
        #expect(problems.map(\.needed) == [901])
        #expect(problems.first?.message.contains("ip_local_port_range") == true)
    }

    @Test func `this host's own limits can be read`() {
        let limits = HostLimits.raisedAndRead()
        #expect(limits.descriptors == limits.hardDescriptors)
        #expect(limits.openDescriptors > 2)
        #expect(limits.ports > 1_000)
    }
}
