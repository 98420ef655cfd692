extension JitterBuffer {
    /// Gives up payloads no longer needed, and grows the ring where that is not enough.
    mutating func makeRoom(for count: Int) {
        guard !ring.fits(count) else { return }
        if let oldest = slots.lazy.filter(isNeeded).map(\.position).min() {
            ring.release(before: oldest)
        } else {
            ring.releaseAll()
        }
        while !ring.fits(count) { moveToNewRing(for: count) }
    }

    private mutating func moveToNewRing(for count: Int) {
        let more = ring.isWorn ? 0 : max(1_024, count)
        var larger = PayloadRing(capacity: ring.capacity + more)
        let inOrder = slots.indices.sorted { slots[$0].position < slots[$1].position }
        for index in inOrder where slots[index].flags & JitterSlot.used != 0 {
            guard isNeeded(slots[index]) else {
                if !slots[index].isLate { slots[index].flags = 0 }
                continue
            }
            let slot = slots[index]
            slots[index].position = ring.withBytes(at: slot.position, count: Int(slot.length)) {
                larger.append($0)
            }
        }
        ring = larger
    }

    private func isNeeded(_ slot: JitterSlot) -> Bool {
        guard slot.flags & JitterSlot.used != 0, !slot.isLate else { return false }
        let next = UInt32(truncatingIfNeeded: nextSerial)
        return Int32(bitPattern: slot.serial &- next) >= -Int32(Self.history)
    }
}
