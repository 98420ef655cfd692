import Analysis
import Drivers
import Timeline

extension SelftestLimits {
    /// Asks the system, and raises the limit on descriptors as a run does.
    static func ofThisHost() -> SelftestLimits {
        // Before the limit is raised, which only this process sees.
        let resources = HostResources.read()
        let host = HostLimits.raisedAndRead()
        var limits = SelftestLimits(
            softDescriptors: resources.softDescriptors,
            hardDescriptors: host.hardDescriptors,
            openDescriptors: host.openDescriptors,
            ports: host.ports,
            callers: [
                "rtp": host.callersAllowed(descriptorsEach: 1),
                "websocket": host.callersAllowed(descriptorsEach: 1),
                "webrtc": host.callersAllowed(descriptorsEach: 3),
            ],
            mayScheduleRealtime: resources.mayScheduleRealtime
        )
        limits.receiveBuffer = resources.receiveBuffer.map { Buffer($0) }
        limits.sendBuffer = resources.sendBuffer.map { Buffer($0) }
        limits.tcpReceiveBuffer = resources.tcpReceiveBuffer.map { Buffer($0) }
        limits.tcpSendBuffer = resources.tcpSendBuffer.map { Buffer($0) }
        limits.cpus = resources.cpus
        limits.cpuQuota = resources.cpuQuota
        return limits
    }
}

extension SelftestLimits.Buffer {
    fileprivate init(_ buffer: HostResources.Buffer) {
        self.init(usual: buffer.usual, most: buffer.most)
    }
}

extension SelftestTimer {
    init(_ lag: TimerLag) {
        self.init(
            lateness: GeneratorGrade.Spread(
                p50: lag.lateness.value(atQuantile: 0.5)?.milliseconds,
                p99: lag.lateness.value(atQuantile: 0.99)?.milliseconds,
                max: lag.lateness.largest?.milliseconds),
            ticks: lag.ticks,
            missed: lag.missed,
            clockReadNs: lag.clockReadNs,
            clockResolutionNs: Int(lag.clockStepNs)
        )
    }
}
