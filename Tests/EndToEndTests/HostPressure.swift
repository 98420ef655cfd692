import Foundation

/// How long processes of this host have waited for a CPU, from the kernel's pressure file.
struct HostPressure {
    private let at: ContinuousClock.Instant
    private let microseconds: Double?

    static var now: HostPressure {
        let text = (try? String(contentsOfFile: "/proc/pressure/cpu", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("some ") }
        let total = line?.split(separator: " ").last { $0.hasPrefix("total=") }
        return HostPressure(
            at: .now, microseconds: total.flatMap { Double($0.dropFirst("total=".count)) }
        )
    }

    /// Share of the time in which some process waited; 1 on a host that does not say.
    func share(until later: HostPressure) -> Double {
        guard let start = microseconds, let end = later.microseconds else { return 1 }
        return (end - start) / 1e6 / max(0.001, (later.at - at) / .seconds(1))
    }
}
