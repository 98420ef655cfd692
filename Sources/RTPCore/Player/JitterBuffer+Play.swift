package import Timeline

extension JitterBuffer {
    /// Spans closer than this belong together: timestamps are rounded to nanoseconds.
    private static let sliver = Nanoseconds.milliseconds(1)

    /// What plays next, or `nil` where that begins after `now`.
    ///
    /// Packets and concealments are handed out at the instant they begin, silence when it has
    /// passed. Nothing is handed out before the first packet's instant. Call until `nil`.
    package mutating func next(until now: RunInstant) -> PlayedFrame? {
        guard clock != nil else { return nil }
        while true {
            guard let serial = firstWaiting else { return nothing(until: now, before: nil) }
            let slot = slots[serial]
            let missing = Int(serial - nextSerial)
            if missing > 0 {
                let places = placesFree(before: slot.playsAt)
                if missing > places {
                    lose(missing - places)
                    nextSerial += Int64(missing - places)
                    continue
                }
                return concealMissing(missing, before: slot, until: now)
            }
            if slot.isLate, slot.playsAt + frame / 2 < cursor {
                lose(1)
                nextSerial += 1
                continue
            }
            if slot.playsAt - cursor > Self.sliver {
                return nothing(until: now, before: slot.playsAt)
            }
            let playsAt = max(slot.playsAt, cursor)
            guard playsAt <= now else { return nil }
            return slot.isLate
                ? conceal(at: playsAt, for: frame)
                : play(slot, serial: serial, at: playsAt)
        }
    }

    /// Hands everything that plays up to `now` to `body`, in order.
    package mutating func play(until now: RunInstant, _ body: (PlayedFrame) -> Void) {
        while let played = next(until: now) { body(played) }
    }

    /// Serial of the next packet that is there, be it only as the mark of a late one.
    @inline(__always)
    private var firstWaiting: Int64? {
        var serial = nextSerial
        let end = min(highest, nextSerial + Int64(Self.capacity - 1))
        while serial <= end {
            if slots[serial].holds(serial) { return serial }
            serial += 1
        }
        return nil
    }

    /// How many lost frames still have a place between what was played and `instant`.
    private func placesFree(before instant: RunInstant) -> Int {
        let room = instant - cursor
        return room < frame / 2 ? 0 : max(1, Int((room + frame / 2) / frame))
    }

    /// Lost packets lie right before the packet that showed the loss, unless that one begins a
    /// talkspurt: then right behind the one before.
    @inline(never)
    private mutating func concealMissing(
        _ missing: Int, before slot: JitterSlot, until now: RunInstant
    ) -> PlayedFrame? {
        if !slot.isMarked {
            let start = slot.playsAt - frame * missing
            if start - cursor > Self.sliver { return nothing(until: now, before: start) }
        }
        guard cursor <= now else { return nil }
        return conceal(at: cursor, for: min(frame, slot.playsAt - cursor))
    }

    private mutating func conceal(at playsAt: RunInstant, for span: Nanoseconds) -> PlayedFrame {
        lose(1)
        nextSerial += 1
        hasPlayed = true
        cursor = playsAt + span
        return PlayedFrame(playsAt: playsAt, duration: span, kind: .concealed)
    }

    @inline(__always)
    private mutating func play(
        _ slot: JitterSlot, serial: Int64, at playsAt: RunInstant
    ) -> PlayedFrame {
        var span = frame
        let following = slots[serial + 1]
        if following.holds(serial + 1), following.playsAt > playsAt {
            span = min(span, following.playsAt - playsAt)
        }
        counts.played += 1
        counts.waited += playsAt - slot.arrived
        lossRuns.record(isLost: false)
        nextSerial = serial + 1
        hasPlayed = true
        cursor = playsAt + span
        let packet = PlayedPacket(
            serial: serial, timestamp: slot.timestamp, arrived: slot.arrived, level: slot.level,
            length: Int(slot.length), position: slot.position
        )
        return PlayedFrame(playsAt: playsAt, duration: span, kind: .packet(packet))
    }

    /// Silence from the end of what was played, at most a frame of it; `nil` while it is not over.
    @inline(__always)
    private mutating func nothing(
        until now: RunInstant, before bound: RunInstant?
    ) -> PlayedFrame? {
        var end = cursor + frame
        if let bound { end = min(end, bound) }
        guard end <= now else { return nil }
        defer { cursor = end }
        return PlayedFrame(playsAt: cursor, duration: end - cursor, kind: .nothing)
    }

    /// Counts packets whose turn has come without them.
    mutating func lose(_ count: Int) {
        counts.concealed += count
        lossRuns.recordLosses(count)
    }
}
