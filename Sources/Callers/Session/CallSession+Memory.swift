package import Timeline

/// Where a call's next turn will reach, so that a loop can ask for it beforehand.
extension CallSession {
    /// What a turn touches of the session itself, in bytes from its begin.
    package static func nearBytes(_ turn: SessionTurn) -> Int {
        switch turn {
        case .arrival: 128
        case .slot:
            192 + MemoryLayout<Mouth>.size + MemoryLayout<Dialogue>.size + MemoryLayout<Ear>.size
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
        case (.arrival, 0):
            memory.add(UnsafeRawPointer(unheldLine?.toOpaque()), bytes: RTPLine.arrivalBytes)
        case (.arrival, _):
            unheldLine?._withUnsafeGuaranteedRef { $0.addNearArrival(step: step, to: &memory) }
        case (.slot, 0):
            if let line = unheldLine?.toOpaque() {
                memory.add(line + RTPLine.slotBytes.lowerBound, bytes: RTPLine.slotBytes.count)
            }
            memory.add(dialogue.watchAddress, bytes: TurnWatch.bytes)
        case (.slot, _):
            unheldLine?._withUnsafeGuaranteedRef { $0.addNearSlot(step: step, to: &memory) }
        }
        return memory
    }
}
