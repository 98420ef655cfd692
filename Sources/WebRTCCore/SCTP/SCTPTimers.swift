import Timeline

/// When an association wants to be woken, timer by timer (RFC 9260 §16.1 and §6.2).
struct SCTPTimers {
    /// T1 and T2: a handshake's or a shutdown's step is sent again.
    var handshake: RunInstant?
    /// T3: what is under way is taken for lost.
    var retransmission: RunInstant?
    /// A SACK that was held back.
    var sack: RunInstant?
    var heartbeat: RunInstant?
    var reset: RunInstant?

    var next: RunInstant? {
        var earliest = handshake
        for timer in [retransmission, sack, heartbeat, reset] {
            guard let timer else { continue }
            earliest = min(earliest ?? timer, timer)
        }
        return earliest
    }
}

extension SCTPAssociation {
    /// Silence after which the peer is asked for a sign of life (§8.3).
    static let heartbeatInterval = Nanoseconds.seconds(30)
    /// How long a SACK may be held back for a second packet (at most 500 ms, §6.2).
    static let sackDelay = Nanoseconds.milliseconds(100)
    /// Expiries in a row before the peer is given up.
    ///
    /// More than the RFC's 10, as the timeout grows less: both come to a minute, so that ICE's
    /// consent, which ends after 30 s, is the first to tell.
    static let failureLimit = 16
    static let handshakeLimit = 12

    mutating func tick(at now: RunInstant) {
        if let due = timers.sack, due <= now {
            timers.sack = nil
            isSackDue = true
        }
        if let due = timers.handshake, due <= now { handshakeExpired(at: now) }
        if let due = timers.retransmission, due <= now { retransmissionExpired(at: now) }
        if let due = timers.reset, due <= now { resetExpired(at: now) }
        if let due = timers.heartbeat, due <= now { heartbeatDue(at: now) }
    }

    private mutating func handshakeExpired(at now: RunInstant) {
        timers.handshake = nil
        failures += 1
        switch state {
        case .cookieWait, .cookieEchoed:
            guard failures <= Self.handshakeLimit else {
                fail(
                    .noAnswer,
                    "the peer answered none of \(failures) attempts to set up the association")
                return
            }
            if state == .cookieWait { pending.isInitDue = true } else { queueCookieEcho() }
        case .shutdownSent, .shutdownAckSent:
            // Nothing is lost by it: every message has been acknowledged.
            guard failures <= Self.handshakeLimit else { return finish() }
            queueShutdown()
        case .closed, .established, .shutdownPending, .shutdownReceived, .ended:
            return
        }
        roundTrip.backOff()
        timers.handshake = now + roundTrip.timeout
    }

    private mutating func retransmissionExpired(at now: RunInstant) {
        timers.retransmission = nil
        guard !flight.isEmpty else { return }
        countFailure()
        flight.expire()
        congestion.expired()
        roundTrip.backOff()
        timers.retransmission = now + roundTrip.timeout
    }

    mutating func countFailure() {
        failures += 1
        guard failures > Self.failureLimit else { return }
        fail(.unreachable, "the peer acknowledged nothing in \(failures) attempts")
    }

    private mutating func heartbeatDue(at now: RunInstant) {
        guard flight.isEmpty else {
            // What is under way asks already, and its timer counts.
            timers.heartbeat = now + Self.heartbeatInterval
            return
        }
        if heartbeat != nil {
            countFailure()
            guard state != .ended else { return }
            roundTrip.backOff()
        }
        let nonce = generator.next()
        heartbeat = (nonce, now)
        timers.heartbeat = now + roundTrip.timeout
        queueControl(.heartbeat) { buffer in
            SCTPChunk.append(parameter: SCTPCode.heartbeatInfo, to: &buffer) {
                $0.append(bigEndian: nonce)
            }
        }
    }

    /// The peer was heard: what it was asked is answered, and silence begins anew.
    mutating func heard(at now: RunInstant) {
        failures = 0
        heartbeat = nil
        timers.heartbeat = now + Self.heartbeatInterval + roundTrip.timeout
    }

    mutating func readHeartbeatAck(_ bytes: UnsafeRawBufferPointer, at now: RunInstant) {
        guard let heartbeat, bytes.count >= 12, bytes.sctpU16(at: 0) == SCTPCode.heartbeatInfo,
            UInt64(bytes.sctpU32(at: 4)) << 32 | UInt64(bytes.sctpU32(at: 8)) == heartbeat.nonce
        else {
            refused += 1
            return
        }
        roundTrip.measure(now - heartbeat.sentAt)
        heard(at: now)
    }
}
