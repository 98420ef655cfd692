/// Names one call of a run: which path it is on and its number there.
package struct CallID: Hashable, Comparable, Sendable, Codable {
    /// Position of the path in the scenario, from 0.
    package let path: Int
    /// Number of the call on its path, from 0 in order of planned start.
    package let number: Int

    /// Calls of a path that can be told apart on the wire.
    package static let mostCalls = 1 << 20

    package init(path: Int, number: Int) {
        self.path = path
        self.number = number
    }

    package static func < (left: CallID, right: CallID) -> Bool {
        (left.path, left.number) < (right.path, right.number)
    }

    /// The name the agent knows the call by: its SSRC on RTP, the decimal text of
    /// the same number in `X-Talkover-Call` elsewhere.
    ///
    /// - Parameter nonce: keeps two generators that share an agent apart; 0 in simulation.
    /// - Precondition: fewer than 16 paths and 1,048,576 calls a path.
    package func wireID(nonce: UInt8) -> UInt32 {
        precondition(
            path < 16 && number < Self.mostCalls, "call \(self) is outside the range of wire ids")
        return UInt32(nonce) << 24 | UInt32(path) << 20 | UInt32(number)
    }
}
