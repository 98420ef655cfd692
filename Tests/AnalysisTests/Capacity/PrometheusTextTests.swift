import Testing
import Timeline

@testable import Analysis

@Suite struct PrometheusTextTests {
    private func cpu(_ page: String) -> Double? {
        PrometheusText.sum(of: "process_cpu_seconds_total", in: page)
    }

    @Test func `the page of a client library is read`() {
        let page = """
            # HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
            # TYPE process_cpu_seconds_total counter
            process_cpu_seconds_total 12.47
            # HELP process_resident_memory_bytes Resident memory size in bytes.
            # TYPE process_resident_memory_bytes gauge
            process_resident_memory_bytes 5.5595008e+07
            http_request_duration_seconds_bucket{handler="/metrics",le="+Inf"} 3
            """

        #expect(cpu(page) == 12.47)
        #expect(
            PrometheusText.sum(of: "process_resident_memory_bytes", in: page) == 55_595_008)
        #expect(PrometheusText.sum(of: "process_open_fds", in: page) == nil)
    }

    @Test(arguments: [
        ("process_cpu_seconds_total{pid=\"7\"} 1.5\nprocess_cpu_seconds_total{pid=\"8\"} 2", 3.5),
        ("process_cpu_seconds_total{a=\"}\",b=\"x\\\"}y\"} 4 1700000000000", 4),
        ("process_cpu_seconds_total 4.5 # {trace_id=\"abc\"} 1.0\n# EOF\n", 4.5),
        ("  process_cpu_seconds_total\t 6\r\n", 6), ("process_cpu_seconds_total{} 7", 7),
        ("process_cpu_seconds_total {a=\"1\"} 2\nprocess_cpu_seconds_total 8", 10),
    ])
    func `labels, times, exemplars and line ends are understood`(page: String, value: Double) {
        #expect(cpu(page) == value)
    }

    @Test(arguments: [
        "", "\n\n", "process_cpu_seconds_total", "process_cpu_seconds_total{", "<html>503</html>",
        "process_cpu_seconds_total{a=\"b} 1", "process_cpu_seconds_total NaN",
        "process_cpu_seconds_total +Inf", "process_cpu_seconds_total x",
        "process_cpu_seconds_total_sum 4", "my_process_cpu_seconds_total 4",
        "# process_cpu_seconds_total 4", "process_cpu_seconds_total 0x10",
        "process_cpu_seconds_total 1e999", "process_cpu_seconds_total{a=\"\\",
    ])
    func `garbage is no sample`(page: String) {
        #expect(cpu(page) == nil)
    }

    @Test func `random bytes are passed over`() {
        var generator = SeededGenerator(seed: 4, stream: "garbage")
        let alphabet = Array("process_cpu_seconds_total{}\"\\ \n0.5eN#=,\u{FFFD}é".unicodeScalars)
        for _ in 0..<2_000 {
            var page = "process_cpu_seconds_total"
            for _ in 0..<Int.random(in: 0..<40, using: &generator) {
                let pick = Int.random(in: 0..<alphabet.count, using: &generator)
                page.unicodeScalars.append(alphabet[pick])
            }
            #expect(cpu(page).map(\.isFinite) ?? true)
        }
    }
}
