extension JitterBuffer {
    /// Gives up payloads no longer needed, and grows the ring where that is not enough.
    @inline(__always)
    mutating func makeRoom(for count: Int) {
        if !ring.fits(count) { giveUpPayloads(for: count) }
    }

    @inline(never)
    private mutating func giveUpPayloads(for count: Int) {
        if let oldest = oldestNeeded {
            ring.release(before: oldest)
        } else {
            ring.releaseAll()
        }
        while !ring.fits(count) { moveToNewRing(for: count) }
    }

    /// Position of the payload that arrived first of those still needed.
    private var oldestNeeded: UInt32? {
        guard inOrder >= Self.capacity + Self.history else {
            var oldest: UInt32?
            for index in slots.indices where isNeeded(slots[index]) {
                oldest = min(oldest ?? .max, slots[index].position)
            }
            return oldest
        }
        // Everything needed came in the order of its numbers.
        var serial = nextSerial - Int64(Self.history)
        while serial <= highest {
            let slot = slots[serial]
            if slot.holds(serial), !slot.isLate { return slot.position }
            serial += 1
        }
        return nil
    }

    private mutating func moveToNewRing(for count: Int) {
        let more = ring.isWorn ? 0 : max(1_024, count)
        var larger = PayloadRing(capacity: ring.capacity + more)
        for index in slots.byPosition where slots[index].flags & JitterSlot.used != 0 {
            guard isNeeded(slots[index]) else {
                if !slots[index].isLate { slots[index].flags = 0 }
                continue
            }
            let slot = slots[index]
            slots[index].position = larger.append(
                ring.bytes(at: slot.position, count: Int(slot.length)))
        }
        ring = larger
    }

    private func isNeeded(_ slot: JitterSlot) -> Bool {
        guard slot.flags & JitterSlot.used != 0, !slot.isLate else { return false }
        let next = UInt32(truncatingIfNeeded: nextSerial)
        return Int32(bitPattern: slot.serial &- next) >= -Int32(Self.history)
    }
}
