import Testing
import Timeline

@testable import Drivers

@Suite struct HostResourcesTests {
    @Test(arguments: [
        ("150000 100000\n", 1.5), ("max 100000\n", nil), ("100000\n", nil), ("", nil), ("5 0", nil),
    ])
    func `a quota is time over period`(text: String, cores: Double?) {
        #expect(HostResources.quota(cpuMax: text) == cores)
    }

    @Test func `TCP buffers are the default and the greatest of three sizes`() {
        #expect(
            HostResources.tcpBuffer("4096\t131072\t6291456\n")
                == .init(usual: 131_072, most: 6_291_456))
        #expect(HostResources.tcpBuffer("4096 131072") == nil)
    }

    @Test func `the control group is that of the unified hierarchy`() {
        #expect(HostResources.controlGroup("1:cpu:/a\n0::/user.slice/b\n") == "/user.slice/b")
        #expect(HostResources.controlGroup("1:cpu:/a\n") == nil)
    }

    @Test func `descriptors and ports bound the callers, less what is open`() {
        let limits = HostLimits(
            descriptors: 256, hardDescriptors: 1_064, openDescriptors: 9, ports: 800)
        #expect(limits.callersAllowed(descriptorsEach: 1) == 800)
        #expect(limits.callersAllowed(descriptorsEach: 3) == 333)
    }

    @Test func `this host says something of itself`() {
        let resources = HostResources.read()
        #expect(resources.softDescriptors > 0)
        #expect(resources.cpus > 0)
    }

    @Test func `an idle loop ticks, and its lateness is counted`() async throws {
        let lag = try await TimerLag.measure(for: .milliseconds(200))

        #expect(lag.ticks > 0)
        #expect(lag.lateness.total == UInt64(lag.ticks))
        #expect((100...260).contains(lag.ticks + lag.missed))
        #expect(lag.clockReadNs > 0)
    }
}
