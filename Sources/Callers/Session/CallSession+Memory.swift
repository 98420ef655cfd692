package import Timeline

/// Where a call's next turn will reach, so that a loop can ask for it beforehand.
extension CallSession {
    /// What a turn touches of the session itself, in bytes from its begin.
    package static func nearBytes(_ turn: SessionTurn) -> Int {
        let spoken = 256 + MemoryLayout<Mouth>.size + MemoryLayout<OverlapTally>.size
        return switch turn {
        case .slot: spoken
        case .arrival: spoken + MemoryLayout<Dialogue>.size + MemoryLayout<Ear>.size
        }
    }

    /// What the call's end of the line is kept in, once it is connected.
    package var line: AnyObject? { rtp ?? webSocket }

    /// Memory beside the session's own that its next turn will touch.
    ///
    /// - Parameter step: 0, then 1, then 2. For each, what was named before has to be near, and for
    ///   the first one ``nearBytes(_:)``.
    package func near(_ turn: SessionTurn, step: Int) -> NearMemory {
        var memory = NearMemory()
        switch (turn, step) {
        case (.slot, 0):
            guard let line = unheldLine?.toOpaque() else { break }
            memory.add(line + RTPLine.senderBytes.lowerBound, bytes: RTPLine.senderBytes.count)
        case (.slot, _): break
        case (.arrival, 0):
            memory.add(UnsafeRawPointer(unheldLine?.toOpaque()), bytes: RTPLine.nearBytes)
            memory.add(dialogue.watchAddress, bytes: TurnWatch.bytes)
        case (.arrival, _):
            unheldLine?._withUnsafeGuaranteedRef { $0.addNear(step: step, to: &memory) }
        }
        return memory
    }
}
