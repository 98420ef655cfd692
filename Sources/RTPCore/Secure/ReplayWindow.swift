/// Which of a source's latest packets have been seen (RFC 3711 §3.3.2).
struct ReplayWindow {
    /// How far back from the newest packet a late one is still told from a repeated one.
    static let span: UInt64 = 128

    /// The newest packet's index.
    private(set) var highest: UInt64
    /// Bit n: the packet n before the newest was seen.
    private var seen: UInt128 = 1

    init(first index: UInt64) { highest = index }

    /// Why a packet of this index is not to be taken; `nil` where it is new.
    @inline(__always)
    func problem(with index: UInt64) -> SRTPProblem? {
        guard index <= highest else { return nil }
        let age = highest - index
        guard age < Self.span else { return .tooOld }
        return seen & (1 << UInt128(age)) == 0 ? nil : .replayed
    }

    /// Remembers a packet that was found new and authentic.
    @inline(__always)
    mutating func mark(_ index: UInt64) {
        if index > highest {
            let step = index - highest
            seen = step < Self.span ? seen << UInt128(step) | 1 : 1
            highest = index
        } else if highest - index < Self.span {
            seen |= 1 << UInt128(highest - index)
        }
    }
}

/// The replay windows of the few sources that share a key.
struct SourceTable {
    /// Sources kept track of; a call has one, and another after each time its stream begins anew.
    static let capacity = 8

    private var entries: [(ssrc: UInt32, window: ReplayWindow)] = []

    /// What is known of a source; `nil` before its first packet.
    @inline(__always)
    func window(of ssrc: UInt32) -> ReplayWindow? {
        for entry in entries where entry.ssrc == ssrc { return entry.window }
        return nil
    }

    /// Remembers a packet; false where its source is new and there are too many.
    @inline(__always)
    mutating func mark(_ index: UInt64, of ssrc: UInt32) -> Bool {
        for place in entries.indices where entries[place].ssrc == ssrc {
            entries[place].window.mark(index)
            return true
        }
        guard entries.count < Self.capacity else { return false }
        entries.append((ssrc, ReplayWindow(first: index)))
        return true
    }
}
