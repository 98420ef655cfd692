import CSockets
import Testing

@testable import Drivers

@Suite struct PortTurnTests {
    @Test func `a port rests before another call has it`() throws {
        var turn = PortTurn()
        let peer = try #require(PeerAddress(host: "127.0.0.1", port: 9))
        var ports: Set<UInt16> = []
        var again = 0
        // Drawn by lot, some eighty of so many would be drawn twice.
        for _ in 0..<2_000 {
            let descriptor = turn.open(like: peer)
            try #require(descriptor >= 0)
            var local = talkover_address()
            try #require(talkover_udp_local(descriptor, &local) == 0)
            if !ports.insert(talkover_address_port(&local)).inserted { again += 1 }
            talkover_close(descriptor)
        }
        #expect(again == 0)
    }
}
