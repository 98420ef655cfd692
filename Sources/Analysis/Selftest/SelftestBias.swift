/// Measured less true, over loopback, for one kind of instant on one kind of path.
///
/// True is what the reference agent notes of its own sound, plus the player's delay and the
/// codec's. Turns that met a stall of the host are left out.
package struct SelftestBias: Equatable, Sendable, Codable {
    /// An instant of a turn that the agent knows, too.
    package enum What: String, Sendable, Codable, CaseIterable {
        /// Arrival of a reply's first packet or message.
        case firstPacket = "first_packet"
        /// A reply's first audible sample heard.
        case onset
        /// The last audible sample played before a cut.
        case stop
    }

    /// |mean| and deviation at most, ms.
    package static let biasLimit = 2.0
    package static let deviationLimit = 3.0

    package var transport: String
    /// The wire protocol; `nil` where the transport has none to choose.
    package var dialect: String?
    package var codec: String
    package var what: What
    package var count: Int
    /// Mean of measured − true, ms: positive where the instrument is late.
    package var bias: Double?
    /// Standard deviation (n − 1), ms; `nil` below two samples.
    package var deviation: Double?

    /// - Parameter errors: measured − true of each turn, ms.
    package init(
        transport: String, dialect: String?, codec: String, what: What, errors: [Double]
    ) {
        let distribution = Distribution(values: errors)
        self.init(
            transport: transport, dialect: dialect, codec: codec, what: what,
            count: errors.count, bias: distribution.mean, deviation: distribution.deviation
        )
    }

    package init(
        transport: String, dialect: String?, codec: String, what: What, count: Int, bias: Double?,
        deviation: Double?
    ) {
        self.transport = transport
        self.dialect = dialect
        self.codec = codec
        self.what = what
        self.count = count
        self.bias = bias
        self.deviation = deviation
    }

    /// The kind of path, as in `websocket binary opus`.
    package var path: String {
        [transport, dialect, codec].compactMap(\.self).joined(separator: " ")
    }

    /// Why it is out of bounds; `nil` where it is within.
    package var problem: String? {
        let name = "\(path), \(what.rawValue)"
        guard let bias, let deviation else {
            return count == 0
                ? "\(name): nothing was measured" : "\(name): one turn is too few to judge"
        }
        if abs(bias) > Self.biasLimit {
            return "\(name): bias is \(bias.shortText) ms, out of ± 2 ms"
        }
        guard deviation <= Self.deviationLimit else {
            return "\(name): standard deviation is \(deviation.shortText) ms, over 3 ms"
        }
        return nil
    }
}
