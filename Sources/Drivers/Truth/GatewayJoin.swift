import Foundation
package import Gateway
package import Timeline

/// A gateway's log, joined with what callers measured through it.
package struct GatewayJoin: Sendable {
    private var events: [String: [GatewayEvent]] = [:]
    /// Lines that could not be read, as the last one of a gateway that was killed.
    package private(set) var unreadableLines = 0

    /// Reads a log.
    ///
    /// - Parameter clock: the run's; instants are put on it.
    /// - Throws: when there is no such file.
    package init(file: String, clock: MonotonicClock) throws(RunProblem) {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: file), options: .mappedIfSafe)
        } catch {
            throw RunProblem(message: "the gateway's log '\(file)' cannot be read: \(error)")
        }
        bytes.withUnsafeBytes { bytes in
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                do {
                    let event = try GatewayEvent.parse(
                        UnsafeRawBufferPointer(rebasing: line), epochNs: clock.originMonotonicNs)
                    events[event.call, default: []].append(event)
                } catch {
                    unreadableLines += 1
                }
            }
        }
    }

    /// Takes what a gateway noted, its instants on the run's clock.
    package init(events: [GatewayEvent]) {
        self.events = Dictionary(grouping: events, by: \.call)
    }

    /// Notes in each turn where its legs part.
    ///
    /// - Parameter calls: gives the name each call has in the log.
    package func fill(_ turns: inout [TurnRecord], calls: [CallRecord]) {
        let names = [CallID: UInt32](
            calls.map { ($0.id, $0.wireID) }, uniquingKeysWith: { first, _ in first })
        let byCall = Dictionary(grouping: turns.indices) { turns[$0].call }
        for (call, indices) in byCall {
            guard let name = names[call], let events = events[String(name)] else { continue }
            let legs = GatewayLegs.legs(
                of: indices.map { GatewayLegs.Turn(turns[$0]) }, events: events)
            for (index, legs) in zip(indices, legs) {
                turns[index].gatewayForwarded = legs.forwarded
                turns[index].gatewayReceived = legs.received
            }
        }
    }
}
