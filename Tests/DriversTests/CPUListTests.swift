import Foundation
import Testing

@testable import Drivers

@Suite struct CPUListTests {
    @Test(arguments: [
        ("0", [0]), ("0-3", [0, 1, 2, 3]), ("4,0-1,1", [0, 1, 4]), ("7-7", [7]),
        ("8191", [8_191]),
    ])
    func `a list of the kernel's kind is read, ascending and each once`(
        _ text: String, _ numbers: [Int]
    ) throws {
        #expect(try CPUList(parsing: text).numbers == numbers)
    }

    @Test(arguments: ["", ",", "0,", "a", "1-", "-1", "3-1", "0-1-2", "0 1", "8192", "+1", "٣"])
    func `anything else is refused with what would be right`(_ text: String) {
        do {
            _ = try CPUList(parsing: text)
            Issue.record("'\(text)' was taken for a list of CPUs")
        } catch {
            #expect(error.message.contains("write 0, 0-3 or 0,2"))
        }
    }

    @Test func `a list is written as the kernel writes it`() throws {
        #expect(try CPUList(parsing: "9,2,0,1").description == "0-2,9")
        #expect(try CPUList(parsing: "5").description == "5")
        #expect(CPUList([]) == nil)
        #expect(CPUList([-1]) == nil)
    }

    @Test func `CPUs that this process may not use are named beside those it may`() throws {
        let available = try CPUList(parsing: "0-1")
        #expect(try CPUList(parsing: "1").problem(among: available) == nil)
        #expect(
            try CPUList(parsing: "0,4-5").problem(among: available)?.message
                == "CPUs 4-5 are not among those this process may use, which are 0-1")
        #expect(
            try CPUList(parsing: "2").problem(among: available)?.message
                .hasPrefix("CPU 2 is not among") == true)
    }

    @Test func `a thread that is restricted runs there, and so does what it starts`() async throws {
        let last = try #require(CPUList.allowed.numbers.last)
        let before = CPUList.allowed
        let (own, started) = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                CPUList(only: last).restrictThread()
                let own = CPUList.allowed
                Thread.detachNewThread { continuation.resume(returning: (own, CPUList.allowed)) }
            }
        }
        #expect(own.numbers == [last])
        #expect(started.numbers == [last])
        #expect(CPUList.allowed == before)
    }
}
