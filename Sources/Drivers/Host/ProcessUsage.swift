import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a process has used by now, as the kernel counts it.
package struct ProcessUsage: Equatable, Sendable {
    /// User and system time of all its threads, s; the kernel counts in ticks of 10 ms.
    package var cpuSeconds: Double
    package var residentBytes: Double

    package init(cpuSeconds: Double, residentBytes: Double) {
        self.cpuSeconds = cpuSeconds
        self.residentBytes = residentBytes
    }

    /// Of a process of this host; `nil` where there is none, or it may not be looked at.
    package init?(of process: Int32) {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        else { return nil }
        self.init(
            stat: text, ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))),
            pageBytes: Double(sysconf(Int32(_SC_PAGESIZE))))
    }

    /// - Parameter stat: as proc(5) has it: fields 14, 15 and 24 are user time, system time and pages.
    init?(stat: String, ticksPerSecond: Double, pageBytes: Double) {
        // The name before it may hold anything, spaces and brackets too.
        guard let name = stat.lastIndex(of: ")"), ticksPerSecond > 0 else { return nil }
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
            let pages = Double(fields[21])
        else { return nil }
        cpuSeconds = (user + system) / ticksPerSecond
        residentBytes = pages * pageBytes
    }
}
