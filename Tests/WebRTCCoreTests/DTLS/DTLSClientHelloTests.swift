import Testing
import Timeline

@testable import WebRTCCore

/// A ClientHello in two fragments, as Chromium sends its own of 1,413 bytes (RFC 6347 §4.2.3).
struct DTLSClientHelloTests {
    @Test func `two fragments in order make one ClientHello`() throws {
        let pair = try DTLSPair()

        let fragments = try split(firstFlight(of: pair))
        for fragment in fragments { pair.deliver(fragment, to: .server) }
        settle(pair)

        #expect(pair.areConnected)
    }

    @Test func `two fragments in the wrong order make one too`() throws {
        let pair = try DTLSPair()

        let fragments = try split(firstFlight(of: pair))
        for fragment in fragments.reversed() { pair.deliver(fragment, to: .server) }
        settle(pair)

        #expect(pair.areConnected)
    }

    @Test func `fragments that come twice and overlap are none the worse`() throws {
        let pair = try DTLSPair()

        let hello = try firstFlight(of: pair)
        let body = hello.count - 25
        let pieces = [(0, 60), (40, 50), (0, 60), (80, body - 80)]
        for (number, piece) in pieces.enumerated() {
            let bytes = fragment(of: hello, from: piece.0, count: piece.1, record: UInt8(number))
            pair.deliver(bytes, to: .server)
        }
        settle(pair)

        #expect(pair.areConnected)
    }

    @Test func `one fragment alone is waited on`() throws {
        let pair = try DTLSPair()

        let fragments = try split(firstFlight(of: pair))
        pair.deliver(fragments[0], to: .server)

        #expect(pair.underway.isEmpty)
        #expect(pair.ends.isEmpty)
    }

    private func firstFlight(of pair: DTLSPair) throws -> [UInt8] {
        pair.start()
        let flight = pair.underway.map(\.bytes)
        pair.underway = []
        let hello = try #require(flight.first)
        // One record, one message: the shape that `fragment` cuts.
        try #require(flight.count == 1 && hello[0] == 22 && hello[13] == 1)
        return hello
    }

    /// Delivers the rest, with the client's unencrypted records numbered behind the fragments.
    ///
    /// It has sent one record and counts on from there; the numbers of its records are not part
    /// of what is authenticated before the keys change, but none may come twice.
    private func settle(_ pair: DTLSPair) {
        while !pair.underway.isEmpty {
            var next = pair.underway.removeFirst()
            var offset = 0
            while next.to == .server, offset + 13 <= next.bytes.count {
                if next.bytes[offset + 4] == 0 { next.bytes[offset + 10] += 3 }
                offset += 13 + Int(next.bytes[offset + 11]) << 8 + Int(next.bytes[offset + 12])
            }
            pair.deliver(next.bytes, to: next.to)
        }
    }

    private func split(_ hello: [UInt8]) -> [[UInt8]] {
        let body = hello.count - 25
        return [
            fragment(of: hello, from: 0, count: body * 4 / 5, record: 0),
            fragment(of: hello, from: body * 4 / 5, count: body - body * 4 / 5, record: 1),
        ]
    }

    /// One record with a part of the message's body: 13 bytes of record and 12 of message header.
    private func fragment(
        of hello: [UInt8], from start: Int, count: Int, record: UInt8
    ) -> [UInt8] {
        var bytes = Array(hello[..<25])
        bytes[10] = record
        bytes.replaceSubrange(11..<13, with: [UInt8((count + 12) >> 8), UInt8((count + 12) & 255)])
        bytes.replaceSubrange(19..<22, with: [0, UInt8(start >> 8), UInt8(start & 255)])
        bytes.replaceSubrange(22..<25, with: [0, UInt8(count >> 8), UInt8(count & 255)])
        return bytes + hello[(25 + start)..<(25 + start + count)]
    }
}
