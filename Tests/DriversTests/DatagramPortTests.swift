import CSockets
import Testing
import Timeline

@testable import Drivers

@Suite struct DatagramPortTests {
    private let clock = MonotonicClock()

    @Test func `a port's shares have every sender once, and always the same one`() throws {
        let address = try #require(PeerAddress(host: "127.0.0.1", port: 0))
        let sockets = try PortSockets(address: address, loops: 2)
        let shares = (0..<2).map { DatagramPort(sockets, share: $0, of: 2, clock: clock) }
        let to = try #require(PeerAddress(host: "127.0.0.1", port: sockets.port))
        let senders = try (0..<64).map { _ in try LoopbackPeer() }

        var seen: [UInt16: [Int]] = [:]
        for round in 0..<3 {
            for sender in senders { sender.send([UInt8(round)], to: to.raw) }
            for (index, share) in shares.enumerated() {
                share.receive { datagram, from, _, _ in
                    #expect(datagram.count == 1 && datagram[0] == UInt8(round))
                    seen[talkover_address_port(&from), default: []].append(index)
                }
            }
        }

        #expect(seen.count == 64)
        for (_, shares) in seen { #expect(shares == [shares[0], shares[0], shares[0]]) }
        // Dealt out by a hash: all in one share has a chance of 2 in 2⁶⁴.
        #expect(Set(seen.values.map { $0[0] }) == [0, 1])
    }

    @Test func `an answer comes from the port that was asked, whichever share gives it`() throws {
        let address = try #require(PeerAddress(host: "127.0.0.1", port: 0))
        let sockets = try PortSockets(address: address, loops: 2)
        let caller = try LoopbackPeer()
        for share in 0..<2 {
            let port = DatagramPort(sockets, share: share, of: 2, clock: clock)
            [UInt8(share)].withUnsafeBytes { port.send($0, to: caller.address) }
            port.flush()
        }
        let answers = caller.receive()
        #expect(answers.map(\.bytes) == [[0], [1]])
        for (_, from) in answers {
            var from = from
            #expect(talkover_address_port(&from) == sockets.port)
        }
    }
}
