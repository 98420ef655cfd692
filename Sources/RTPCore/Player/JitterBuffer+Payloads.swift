extension JitterBuffer {
    /// How much of what was stored last is needed still, in bytes: what waits.
    @inline(never)
    func payloadsNeeded() -> Int {
        var most = 0
        var serial = nextSerial
        while serial <= highest {
            let slot = slots[serial]
            // Packets that overtook each other lie in another order.
            if slot.holds(serial), !slot.isLate { most = max(most, ring.span(from: slot.position)) }
            serial += 1
        }
        return most
    }
}
