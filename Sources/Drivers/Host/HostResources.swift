import CSockets
import Foundation

/// What the system lets this process have, beyond descriptors and ports; `nil` where it is silent.
package struct HostResources: Equatable, Sendable {
    /// Bytes of a socket's buffer: unless asked for more, and at most.
    package struct Buffer: Equatable, Sendable {
        package var usual: Int
        package var most: Int

        package init(usual: Int, most: Int) {
            self.usual = usual
            self.most = most
        }
    }

    /// Descriptors allowed before the limit is raised to the hard one.
    package var softDescriptors: Int
    package var receiveBuffer: Buffer?
    package var sendBuffer: Buffer?
    package var tcpReceiveBuffer: Buffer?
    package var tcpSendBuffer: Buffer?
    /// Processors this process may be scheduled on.
    package var cpus: Int
    /// Processor time its control groups allow, in cores; `nil` for no quota.
    package var cpuQuota: Double?
    /// Whether a thread may go ahead of ordinary ones (SCHED_RR, SCHED_FIFO).
    package var mayScheduleRealtime: Bool

    /// Asks the system.
    ///
    /// Call it before descriptors are raised: the soft limit is read as it is.
    package static func read() -> HostResources {
        var soft: UInt64 = 0
        var hard: UInt64 = 0
        if talkover_descriptor_limit(&soft, &hard) != 0 { soft = .max }
        var resources = HostResources(
            softDescriptors: Int(clamping: soft), cpus: CPUList.allowed.numbers.count,
            mayScheduleRealtime: LoopThread.mayBeRealtime)
        resources.receiveBuffer = buffer("rmem")
        resources.sendBuffer = buffer("wmem")
        resources.tcpReceiveBuffer = text("/proc/sys/net/ipv4/tcp_rmem").flatMap(tcpBuffer)
        resources.tcpSendBuffer = text("/proc/sys/net/ipv4/tcp_wmem").flatMap(tcpBuffer)
        resources.cpuQuota = quota()
        return resources
    }

    // MARK: What the files say

    /// `cpu.max` of a control group, as in `150000 100000`: µs of every period; `max` is no quota.
    static func quota(cpuMax: String) -> Double? {
        let fields = cpuMax.split(whereSeparator: \.isWhitespace).map { Double($0) }
        guard fields.count == 2, let time = fields[0], let period = fields[1], period > 0 else {
            return nil
        }
        return time / period
    }

    /// `tcp_rmem` or `tcp_wmem`: least, default and greatest size.
    static func tcpBuffer(_ text: String) -> Buffer? {
        let sizes = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        return sizes.count == 3 ? Buffer(usual: sizes[1], most: sizes[2]) : nil
    }

    /// The unified control group of a process, from `/proc/self/cgroup`: `/` for the root.
    static func controlGroup(_ text: String) -> String? {
        let line = text.split(separator: "\n").first { $0.hasPrefix("0::") }
        return line.map { String($0.dropFirst(3)) }
    }

    // MARK: Asking

    private static func text(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }

    private static func buffer(_ name: String) -> Buffer? {
        func size(_ kind: String) -> Int? {
            text("/proc/sys/net/core/\(name)_\(kind)")
                .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        guard let usual = size("default"), let most = size("max") else { return nil }
        return Buffer(usual: usual, most: most)
    }

    /// The tightest quota of the group and those it is in.
    private static func quota() -> Double? {
        guard var group = text("/proc/self/cgroup").flatMap(controlGroup) else { return nil }
        var tightest: Double?
        while true {
            let file = "/sys/fs/cgroup\(group == "/" ? "" : group)/cpu.max"
            if let found = text(file).flatMap(quota) {
                tightest = min(found, tightest ?? found)
            }
            guard group != "/", let slash = group.lastIndex(of: "/") else { return tightest }
            group = slash == group.startIndex ? "/" : String(group[..<slash])
        }
    }
}

extension HostLimits {
    /// How many callers descriptors and ports allow at once.
    ///
    /// - Parameter descriptorsEach: descriptors of one caller; three with WebRTC, or one.
    package func callersAllowed(descriptorsEach: Int) -> Int {
        let free = hardDescriptors - max(Self.reserve, openDescriptors + 16)
        return max(0, min(free / max(1, descriptorsEach), ports))
    }
}
