import Foundation
import Testing

@testable import Drivers

@Suite struct ProcessUsageTests {
    @Test func `times and memory are the fields that proc says, whatever the program is called`() {
        let stat =
            "4711 (a b) c) S 1 4711 4711 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 5 0 "
            + "9000 123456789 2048 18446744073709551615 1 1 0"

        let usage = ProcessUsage(stat: stat, ticksPerSecond: 100, pageBytes: 4_096)

        #expect(usage?.cpuSeconds == 2)
        #expect(usage?.residentBytes == 8_388_608.0)
    }

    @Test(arguments: [
        "", ")", "1 (x", "1 (x) S 1 2", "1 (x) S a b c d e f g h i j k l m n o p q r s t u",
    ])
    func `what is no such line is no usage`(stat: String) {
        #expect(ProcessUsage(stat: stat, ticksPerSecond: 100, pageBytes: 4_096) == nil)
    }

    @Test func `this process is found, and none where there is none`() throws {
        let usage = try #require(ProcessUsage(of: getpid()))

        #expect(usage.cpuSeconds > 0)
        #expect(usage.residentBytes > 1e6)
        #expect(ProcessUsage(of: .max) == nil)
    }
}
