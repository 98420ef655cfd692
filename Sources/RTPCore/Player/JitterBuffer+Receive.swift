package import Timeline

extension JitterBuffer {
    /// Takes one packet.
    ///
    /// - Parameters:
    ///   - marker: the packet begins a talkspurt.
    ///   - payload: copied; valid during the call.
    ///   - arrived: the kernel's arrival time where there is one; never before the last one.
    package mutating func receive(
        sequence: UInt16, timestamp: UInt32, marker: Bool, level: AudioLevel?,
        payload: UnsafeRawBufferPointer, arrived: RunInstant
    ) -> Admission {
        guard payload.count <= maxPayload else {
            counts.overflowed += 1
            return .overflowed
        }
        let wish = instant(wishedAt: arrived, timestamp: timestamp)
        let packet = Incoming(
            timestamp: timestamp, marker: marker, level: level, payload: payload,
            arrived: arrived, wish: wish,
            followsSilence: marker || arrived - latestArrival >= Self.silence
        )
        latestArrival = arrived
        guard clock != nil else {
            start(with: packet, sequence: sequence)
            return .queued
        }
        switch place(of: sequence) {
        case .known(let serial):
            return serial > highest
                ? admitNewest(packet, sequence: sequence, serial: serial)
                : admitOlder(packet, serial: serial)
        case .stale:
            return refuseLate()
        case .elsewhere(let missing):
            if missing > 1 { lose(missing - 1) }
            let serial = highest + (missing > 0 ? 2 : 1)
            return admitNewest(packet, sequence: sequence, serial: serial)
        }
    }

    /// When a packet would play if it set the anchor.
    @inline(__always)
    private mutating func instant(wishedAt arrived: RunInstant, timestamp: UInt32) -> RunInstant {
        guard adaptive != nil else { return max(arrived, arrived + fixedDelay) }
        return adaptiveWish(arrived: arrived, timestamp: timestamp)
    }

    /// With an adaptive delay the fastest packet sets the time, not whichever came first.
    @inline(never)
    private mutating func adaptiveWish(arrived: RunInstant, timestamp: UInt32) -> RunInstant {
        let relative = adaptive?.record(TransitMark(arrived: arrived, timestamp: timestamp))
        return max(arrived, arrived + delay - (relative ?? .zero))
    }

    /// The next packet comes from another source: its numbers and timestamps begin anew.
    ///
    /// What waits is played first.
    package mutating func expectNewSource() { expectsNewSource = true }

    /// One packet on its way in.
    struct Incoming {
        let timestamp: UInt32
        let marker: Bool
        let level: AudioLevel?
        let payload: UnsafeRawBufferPointer
        let arrived: RunInstant
        /// When it would play if it set the anchor.
        let wish: RunInstant
        let followsSilence: Bool
    }

    private enum Place {
        case known(Int64)
        /// Far behind: a straggler, unless many come in a row.
        case stale
        /// A jump; `missing` packets are known to lie in it, 0 where numbers began anew.
        case elsewhere(missing: Int)
    }

    @inline(__always)
    private mutating func place(of sequence: UInt16) -> Place {
        if expectsNewSource {
            expectsNewSource = false
            return .elsewhere(missing: 0)
        }
        let ahead = Int(Int16(bitPattern: sequence &- highestWire))
        if abs(ahead) < Self.capacity { return .known(highest + Int64(ahead)) }
        if ahead > 0, ahead < Self.largestDropout { return .elsewhere(missing: ahead - 1) }
        if ahead < 0, ahead > -Self.largestDropout, lateRun < Self.latesInRow { return .stale }
        return .elsewhere(missing: 0)
    }

    @inline(never)
    private mutating func start(with packet: Incoming, sequence: UInt16) {
        slots = JitterSlots(count: Self.capacity)
        // Room below, for packets that overtook each other at the beginning.
        highest = Int64(sequence) + 65_536
        highestWire = sequence
        highestTimestamp = packet.timestamp
        nextSerial = highest
        clock = PlayoutClock(
            clockRate: clockRate, instant: packet.wish, timestamp: packet.timestamp,
            serial: highest
        )
        cursor = packet.wish
        queueEnd = packet.wish + frame
        store(packet, serial: highest, playsAt: packet.wish)
    }

    @inline(__always)
    private mutating func admitNewest(
        _ packet: Incoming, sequence: UInt16, serial: Int64
    ) -> Admission {
        learnFrame(packet, isNeighbour: sequence == highestWire &+ 1)
        highest = serial
        highestWire = sequence
        highestTimestamp = packet.timestamp

        let (playsAt, isResynchronised) = playout(ofNewest: packet, serial: serial)
        guard serial - nextSerial < Int64(Self.capacity) else {
            counts.overflowed += 1
            return .overflowed
        }
        if isPast(playsAt, packet) {
            markLate(packet, serial: serial, playsAt: playsAt)
            return refuseLate()
        }
        lateRun = 0
        queueEnd = max(queueEnd, playsAt + frame)
        store(packet, serial: serial, playsAt: playsAt)
        return isResynchronised ? .resynchronised : .queued
    }

    @inline(never)
    private mutating func admitOlder(_ packet: Incoming, serial: Int64) -> Admission {
        guard serial - nextSerial < Int64(Self.capacity) else {
            counts.overflowed += 1
            return .overflowed
        }
        let held = slots[serial]
        if held.holds(serial) {
            counts.duplicates += 1
            return .duplicate
        }
        let playsAt = clock?.instant(of: packet.timestamp, serial: serial) ?? packet.wish
        if isPast(playsAt, packet) || (serial < nextSerial && hasPlayed) {
            markLate(packet, serial: serial, playsAt: playsAt)
            return refuseLate()
        }
        if serial < nextSerial {
            // Overtaken at the very beginning: the stream begins earlier than it seemed.
            nextSerial = serial
            cursor = min(cursor, playsAt)
        }
        store(packet, serial: serial, playsAt: playsAt)
        return .queued
    }

    /// When the newest packet plays, and whether the anchor was set anew for it.
    @inline(__always)
    private mutating func playout(
        ofNewest packet: Incoming, serial: Int64
    ) -> (playsAt: RunInstant, isResynchronised: Bool) {
        clock?.follow(packet.timestamp)
        let playsAt = clock?.instant(of: packet.timestamp, serial: serial) ?? packet.wish
        let deviation = (packet.wish - playsAt).count.magnitude
        let tolerance = Nanoseconds.milliseconds(adaptive == nil ? 2 : 5).count.magnitude
        let isOff =
            deviation > Self.resynchronisation.count.magnitude
            || packet.followsSilence && deviation > tolerance
            || lateRun >= Self.latesInRow
        guard isOff else { return (catchUp(packet, serial: serial, playsAt: playsAt), false) }
        forgetExcess()
        let anew = max(packet.wish, queueEnd, cursor)
        // Nothing is gained where a queue stands in the way of an earlier instant.
        guard (anew - playsAt).count.magnitude > 1_000_000 else { return (playsAt, false) }
        clock?.anchor(at: anew, timestamp: packet.timestamp, serial: serial)
        counts.resynchronised += 1
        return (anew, true)
    }

    /// Takes out what the packets of the last second waited beyond their delay, on average.
    ///
    /// - Returns: when the packet plays: half a frame earlier than it would, at most.
    @inline(__always)
    private mutating func catchUp(
        _ packet: Incoming, serial: Int64, playsAt: RunInstant
    ) -> RunInstant {
        excess += playsAt - packet.wish
        excessesSeen += 1
        if excessesSeen >= Self.excessesWatched {
            let mean = excess / excessesSeen
            surplus = mean > Self.leastSurplus ? mean : .zero
            forgetExcess()
        }
        return surplus > .zero ? shorten(packet, serial: serial, playsAt: playsAt) : playsAt
    }

    @inline(never)
    private mutating func shorten(
        _ packet: Incoming, serial: Int64, playsAt: RunInstant
    ) -> RunInstant {
        let step = min(surplus, frame / 2, playsAt - max(packet.wish, cursor))
        guard step > .zero else { return playsAt }
        surplus -= step
        // What was seen before the step says nothing about what waits after it.
        forgetExcess()
        clock?.anchor(at: playsAt - step, timestamp: packet.timestamp, serial: serial)
        return playsAt - step
    }

    private mutating func forgetExcess() {
        excess = .zero
        excessesSeen = 0
    }

    /// Whether a packet's turn has passed: by its arrival, or because its place is played already.
    @inline(__always)
    private func isPast(_ playsAt: RunInstant, _ packet: Incoming) -> Bool {
        packet.arrived > playsAt || hasPlayed && playsAt + frame / 2 < cursor
    }

    private mutating func refuseLate() -> Admission {
        counts.late += 1
        lateRun += 1
        return .late
    }

    /// Believes a shorter spacing of neighbours at once, a longer one the second time.
    ///
    /// The longer one may be silence.
    private mutating func learnFrame(_ packet: Incoming, isNeighbour: Bool) {
        let ticks = Int32(bitPattern: packet.timestamp &- highestTimestamp)
        if ticks == frameTicks {
            longerFrame = nil
            return
        }
        let spacing = Nanoseconds(Int64(ticks) * 1_000_000_000 / Int64(clockRate))
        if isNeighbour, spacing == frame { frameTicks = ticks }
        guard isNeighbour, spacing != frame, spacing >= .microseconds(2_500),
            spacing <= .milliseconds(120)
        else {
            longerFrame = nil
            return
        }
        if spacing < frame || spacing == longerFrame {
            frame = spacing
            frameTicks = ticks
        }
        longerFrame = spacing
    }

    /// Remembers the place of a late packet: its turn is concealed, and a copy is known as one.
    private mutating func markLate(_ packet: Incoming, serial: Int64, playsAt: RunInstant) {
        slots[serial] = JitterSlot(
            playsAt: playsAt, arrived: packet.arrived,
            serial: UInt32(truncatingIfNeeded: serial), timestamp: packet.timestamp,
            flags: JitterSlot.used | JitterSlot.late
        )
    }

    @inline(__always)
    private mutating func store(_ packet: Incoming, serial: Int64, playsAt: RunInstant) {
        let position = ring.append(packet.payload) { payloadsNeeded() }
        var flags = JitterSlot.used
        if packet.marker { flags |= JitterSlot.marked }
        if packet.level != nil { flags |= JitterSlot.levelled }
        slots[serial] = JitterSlot(
            playsAt: playsAt, arrived: packet.arrived,
            serial: UInt32(truncatingIfNeeded: serial), position: position,
            timestamp: packet.timestamp, length: UInt16(packet.payload.count),
            levelByte: packet.level?.wireByte ?? 0, flags: flags
        )
    }
}
