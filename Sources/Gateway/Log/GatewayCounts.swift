import Dialects
package import Timeline

/// What a call did to the gateway, for its last line in the log.
package struct GatewayCounts: Equatable, Sendable {
    /// Packets of the caller whose audio went on.
    package var upPackets = 0
    /// Packets of the caller that were concealed.
    package var upLost = 0
    /// Packets of the caller that came after they had been given up, or twice.
    package var upLate = 0
    /// Messages of audio sent to the agent.
    package var upMessages = 0
    /// Audio that stands for what was lost, or for silence that was not sent.
    package var upFilled = Nanoseconds.zero
    /// Audio dropped because the agent was not there yet.
    package var upDropped = Nanoseconds.zero
    /// Packets with a reply's audio in them.
    package var downPackets = 0
    /// Slots with nothing to play while a reply was open.
    package var underruns = 0
    /// Reply audio that was received, and not played when the reply was stopped.
    package var downCut = Nanoseconds.zero
    /// Reply audio over the queue's bound.
    package var downDropped = Nanoseconds.zero
    /// Audio of replies that had been stopped already.
    package var stale = Nanoseconds.zero
    /// Datagrams and events of the caller that were not understood or not allowed.
    package var edgeProblems = 0
    /// Messages of the agent that were not understood, or told of an error.
    package var upstreamProblems = 0

    package init() {}

    func json(into buffer: inout WireBuffer) {
        let members: [(StaticString, Int64)] = [
            (#"{"up_packets":"#, Int64(upPackets)), (#","up_lost":"#, Int64(upLost)),
            (#","up_late":"#, Int64(upLate)), (#","up_messages":"#, Int64(upMessages)),
            (#","up_filled_ns":"#, upFilled.count), (#","up_dropped_ns":"#, upDropped.count),
            (#","down_packets":"#, Int64(downPackets)), (#","underruns":"#, Int64(underruns)),
            (#","down_cut_ns":"#, downCut.count), (#","down_dropped_ns":"#, downDropped.count),
            (#","stale_ns":"#, stale.count), (#","edge_problems":"#, Int64(edgeProblems)),
            (#","upstream_problems":"#, Int64(upstreamProblems)),
        ]
        for (name, value) in members {
            buffer.append(text: name)
            buffer.append(decimal: value)
        }
        buffer.append(text: "}")
    }
}
