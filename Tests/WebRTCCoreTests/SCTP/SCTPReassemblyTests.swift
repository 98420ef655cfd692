import Testing
import Timeline

@testable import WebRTCCore

@Suite struct SCTPReassemblyTests {
    private static func fragment(
        _ tsn: UInt32, _ text: String, _ flags: UInt8 = 3, stream: UInt16 = 1, order: UInt16 = 0
    ) -> SCTPFragment {
        SCTPFragment(
            tsn: tsn, flags: flags, stream: stream, order: order, payloadType: 51,
            bytes: Array(text.utf8))
    }

    private static func texts(_ reassembly: inout SCTPReassembly) -> [String] {
        reassembly.takeReady().map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    @Test func `fragments in any order become messages in the order of their stream`() {
        var generator = SeededGenerator(seed: 1, stream: "fragments")
        var all: [SCTPFragment] = []
        for number in UInt32(0)..<10 {
            let base = 4_294_967_290 &+ number &* 3
            let order = UInt16(number)
            all.append(Self.fragment(base, "\(number)a", 2, order: order))
            all.append(Self.fragment(base &+ 1, "b", 0, order: order))
            all.append(Self.fragment(base &+ 2, "c", 1, order: order))
        }
        for _ in 0..<100 {
            var reassembly = SCTPReassembly(maxMessageSize: 100)
            var found: [String] = []
            for fragment in all.shuffled(using: &generator) {
                #expect(reassembly.accept(fragment) == .taken)
                found += Self.texts(&reassembly)
            }
            #expect(found == (0..<10).map { "\($0)abc" })
            #expect(reassembly.held == 0)
        }
    }

    @Test func `unordered messages do not wait, other streams neither`() {
        var reassembly = SCTPReassembly(maxMessageSize: 100)
        _ = reassembly.accept(Self.fragment(2, "later", order: 1))
        _ = reassembly.accept(Self.fragment(3, "now", 7))
        _ = reassembly.accept(Self.fragment(4, "elsewhere", stream: 2))
        #expect(Self.texts(&reassembly) == ["now", "elsewhere"])
        _ = reassembly.accept(Self.fragment(1, "first"))
        #expect(Self.texts(&reassembly) == ["first", "later"])
        #expect(reassembly.held == 0)
    }

    @Test func `what the peer gives up is skipped, whole or in part`() {
        var reassembly = SCTPReassembly(maxMessageSize: 100)
        // 1 is lost; 2 and 4 belong to messages that were given up, 5 to a new one.
        _ = reassembly.accept(Self.fragment(2, "tail", 1))
        _ = reassembly.accept(Self.fragment(4, "orphan", 1, order: 1))
        _ = reassembly.accept(Self.fragment(5, "new", 3, order: 2))
        #expect(Self.texts(&reassembly) == [])
        reassembly.skip(to: 3, streams: [(1, 1)])
        #expect(Self.texts(&reassembly) == ["new"])
        #expect(reassembly.held == 0)
    }

    @Test func `a stream that begins anew counts from nothing`() {
        var reassembly = SCTPReassembly(maxMessageSize: 100)
        _ = reassembly.accept(Self.fragment(1, "a"))
        _ = reassembly.accept(Self.fragment(2, "never", order: 5))
        _ = reassembly.accept(Self.fragment(3, "never", 2, order: 1))
        _ = reassembly.takeReady()
        reassembly.reset([1])
        #expect(reassembly.held == 0)
        _ = reassembly.accept(Self.fragment(4, "again"))
        #expect(Self.texts(&reassembly) == ["again"])
    }

    @Test func `a message that is too long is refused with its stream, until that begins anew`() {
        for flags: [UInt8] in [[3], [2, 0, 0], [2, 1]] {
            var reassembly = SCTPReassembly(maxMessageSize: 10)
            let size = 11 / flags.count + 1
            var outcomes: [SCTPReassembly.Outcome] = []
            for (index, flag) in flags.enumerated() {
                let text = String(repeating: "x", count: size)
                outcomes.append(reassembly.accept(Self.fragment(UInt32(index), text, flag)))
            }
            #expect(outcomes.last == .refused(stream: 1))
            #expect(reassembly.accept(Self.fragment(9, "x", order: 1)) == .taken)
            #expect(reassembly.held == 0 && Self.texts(&reassembly) == [])
            reassembly.reset([1])
            _ = reassembly.accept(Self.fragment(10, "x"))
            #expect(Self.texts(&reassembly) == ["x"])
        }
    }

    @Test func `fragments that contradict each other are told apart`() {
        let pairs = [
            (Self.fragment(1, "a", 2), Self.fragment(2, "b", 2)),
            (Self.fragment(1, "a", 2), Self.fragment(2, "b", 1, stream: 2)),
            (Self.fragment(1, "a", 2), Self.fragment(2, "b", 1, order: 1)),
            (Self.fragment(1, "a", 2), Self.fragment(2, "b", 5)),
            (Self.fragment(1, "a", 1), Self.fragment(2, "b", 1)),
        ]
        for (left, right) in pairs {
            var reassembly = SCTPReassembly(maxMessageSize: 10)
            _ = reassembly.accept(left)
            #expect(reassembly.accept(right) == .contradictory, "\(left.flags) \(right.flags)")
        }
    }
}
