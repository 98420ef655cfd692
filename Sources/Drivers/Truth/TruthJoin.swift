import Foundation
package import ReferenceAgent
package import Timeline

/// The embedded agent's own account of the calls, joined with the run's.
package struct TruthJoin: Sendable {
    /// By the name the agent knows the call by, in the order of the log.
    package private(set) var events: [String: [TruthEvent]] = [:]
    /// Lines that could not be read, as the last one of an agent that was killed.
    package private(set) var unreadableLines = 0

    /// Reads a truth log.
    ///
    /// - Parameter clock: the run's; instants are put on it.
    /// - Throws: when there is no such file.
    package init(file: String, clock: MonotonicClock) throws(RunProblem) {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: file), options: .mappedIfSafe)
        } catch {
            throw RunProblem(message: "the agent's truth log '\(file)' cannot be read: \(error)")
        }
        bytes.withUnsafeBytes { read($0, epochNs: clock.originMonotonicNs) }
    }

    /// Reads a truth log that is in memory.
    package init(log: String, clock: MonotonicClock) {
        var log = log
        log.withUTF8 { read(UnsafeRawBufferPointer($0), epochNs: clock.originMonotonicNs) }
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer, epochNs: Int64) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            do {
                let event = try TruthLine.parse(
                    UnsafeRawBufferPointer(rebasing: line), epochNs: epochNs
                )
                events[event.call, default: []].append(event)
            } catch {
                unreadableLines += 1
            }
        }
    }

    /// What the agent noted of a call.
    package func events(of wireID: UInt32) -> [TruthEvent] { events[String(wireID)] ?? [] }

    /// From the instant each frame was to leave at to its arrival at the agent.
    ///
    /// - Parameter firstSlots: when the first frame of each call was to leave.
    package func frameDelay(firstSlots: [UInt32: RunInstant]) -> FrameTally {
        var tally = FrameTally()
        for (wireID, firstSlot) in firstSlots {
            for case let uplink? in events(of: wireID).lazy.map(\.uplink) {
                let offset = uplink.origin - firstSlot
                for bucket in uplink.buckets {
                    tally.record(offset + .microseconds(bucket.lowestUs), count: bucket.count)
                }
            }
        }
        return tally
    }
}
