extension JitterBuffer {
    /// How much of what was stored last is needed still: what waits, and the last numbers played.
    @inline(never)
    func payloadsNeeded() -> Int {
        guard inOrder >= Self.capacity + Self.history else {
            var most = 0
            for index in slots.indices where isNeeded(slots[index]) {
                most = max(most, ring.span(from: slots[index].position))
            }
            return most
        }
        // Everything needed came in the order of its numbers.
        var serial = nextSerial - Int64(Self.history)
        while serial <= highest {
            let slot = slots[serial]
            if slot.holds(serial), !slot.isLate { return ring.span(from: slot.position) }
            serial += 1
        }
        return 0
    }

    private func isNeeded(_ slot: JitterSlot) -> Bool {
        guard slot.flags & JitterSlot.used != 0, !slot.isLate else { return false }
        let next = UInt32(truncatingIfNeeded: nextSerial)
        return Int32(bitPattern: slot.serial &- next) >= -Int32(Self.history)
    }
}
