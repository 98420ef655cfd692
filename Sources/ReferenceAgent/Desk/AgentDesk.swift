import Audio
package import Planning
import RTPCore
package import Timeline

/// Brings RTP callers and their sessions together: those of one UDP port that one event loop has.
///
/// A caller is known by its SSRC and belongs to the address it first sent from; its session is
/// created by its first packet of RTP and named by the SSRC in decimal. Everything that is
/// neither from a caller nor a possible first packet is refused and counted. Sans-IO; not
/// thread-safe.
package final class AgentDesk {
    package struct Limits: Equatable, Sendable {
        /// Callers at once; more are refused.
        package var sessions = 20_000
        /// Extension id of the audio level (RFC 6464), 1...14.
        package var levelID: UInt8 = 1
        package var session = AgentLimits()

        package init() {}
    }

    /// Datagrams that reached no session, by reason.
    package struct Refusals: Equatable, Sendable {
        /// Neither RTP nor RTCP of version 2, or with lengths that do not add up.
        package var garbage = 0
        /// RTCP of nobody known, or a known SSRC from another address.
        package var strangers = 0
        /// A payload type or packet length for which there are no replies.
        package var unsupported = 0
        /// The limit of sessions was reached.
        package var full = 0
        /// Of calls that ended within the last two seconds.
        package var late = 0

        package init() {}
    }

    private struct Seat {
        let session: AgentSession
        let source: UInt64
        let ssrc: UInt32
    }

    /// How long packets under way may still come after a call has ended.
    private static let memory = Nanoseconds.seconds(2)

    private let behaviour: AgentBehaviour
    private let library: ReplyLibrary
    private let limits: Limits
    private let register: (any DeskRegister)?
    private let crowd: AgentCrowd?
    private var seats = Seating<Seat>()
    private var places = SeatTable()
    private var ended: [UInt32: RunInstant] = [:]
    private var lastSweep = RunInstant.zero
    package private(set) var refusals = Refusals()

    /// - Parameters:
    ///   - register: shared with the port's other desks; `nil` where there are none.
    ///   - crowd: shared with everything else the agent listens on.
    package init(
        behaviour: AgentBehaviour, library: ReplyLibrary, limits: Limits = Limits(),
        register: (any DeskRegister)? = nil, crowd: AgentCrowd? = nil
    ) {
        self.behaviour = behaviour
        self.library = library
        self.limits = limits
        self.register = register
        self.crowd = crowd
    }

    /// Sessions that are up.
    package var count: Int { places.count }

    /// Hands a datagram to its session, which is made if need be.
    ///
    /// - Parameters:
    ///   - source: stands for the sender's address and port; the same for every packet from there.
    ///   - arrived: the kernel's arrival time.
    /// - Returns: the session, to be polled, its output going to `source`; `nil` if refused.
    package func receive(
        _ datagram: UnsafeRawBufferPointer, from source: UInt64, arrived: RunInstant,
        now: RunInstant
    ) -> AgentSession? {
        guard let ssrc = senderOf(datagram) else {
            refusals.garbage += 1
            return nil
        }
        guard let place = places[UInt64(ssrc)] ?? seat(datagram, ssrc, source, now) else {
            return nil
        }
        guard let seat = seats[place], seat.source == source else {
            refusals.strangers += 1
            return nil
        }
        seat.session.receive(datagram: datagram, arrived: arrived, now: now)
        settle(place, seat, at: now)
        return seat.session
    }

    /// When ``tick(now:_:)`` has something to do; `nil` without callers.
    package var wake: RunInstant? { seats.nextWake }

    /// Ticks every session that is due.
    ///
    /// - Parameter drain: polls a session and sends its output to the source.
    package func tick(now: RunInstant, _ drain: (_ source: UInt64, AgentSession) -> Void) {
        for place in seats.places where seats.wake(of: place) <= now {
            guard let seat = seats[place] else { continue }
            seat.session.tick(at: seats.wake(of: place), now: now)
            settle(place, seat, at: now)
            drain(seat.source, seat.session)
        }
    }

    /// Ends every session, as when the agent stops.
    package func close(now: RunInstant, _ drain: (_ source: UInt64, AgentSession) -> Void) {
        for place in seats.places {
            guard let seat = seats[place] else { continue }
            seat.session.closed(at: now)
            settle(place, seat, at: now)
            drain(seat.source, seat.session)
        }
    }

    private func settle(_ place: Int, _ seat: Seat, at now: RunInstant) {
        if let wake = seat.session.wake {
            seats.wake(place, at: wake)
            return
        }
        seats.vacate(place)
        places.remove(UInt64(seat.ssrc))
        register?.dismiss(seat.ssrc)
        ended[seat.ssrc] = now
    }

    private func senderOf(_ datagram: UnsafeRawBufferPointer) -> UInt32? {
        let offset: Int
        switch RTPDemux.kind(datagram) {
        case .unknown: return nil
        case .rtp: offset = 8
        case .rtcp:
            guard datagram.count >= 8 else { return nil }
            offset = 4
        }
        return UInt32(bigEndian: datagram.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// Makes a session for a first packet.
    private func seat(
        _ datagram: UnsafeRawBufferPointer, _ ssrc: UInt32, _ source: UInt64, _ now: RunInstant
    ) -> Int? {
        guard RTPDemux.kind(datagram) == .rtp else {
            refusals.strangers += 1
            return nil
        }
        guard let packet = try? RTPPacket.parse(datagram), !packet.payload.isEmpty else {
            refusals.garbage += 1
            return nil
        }
        guard let line = line(for: packet, datagram) else {
            refusals.unsupported += 1
            return nil
        }
        if let end = ended[ssrc], now - end < Self.memory {
            refusals.late += 1
            return nil
        }
        guard places.count < limits.sessions else {
            refusals.full += 1
            return nil
        }
        switch register?.admit(ssrc) ?? .admitted {
        case .admitted: break
        case .elsewhere:
            refusals.strangers += 1
            return nil
        case .full:
            refusals.full += 1
            return nil
        }
        forgetEnded(at: now)
        let session = AgentSession(
            line: line, call: String(ssrc), number: AgentSession.number(ofWireID: ssrc),
            behaviour: behaviour, library: library, limits: limits.session, crowd: crowd, at: now)
        return place(Seat(session: session, source: source, ssrc: ssrc))
    }

    private func place(_ seat: Seat) -> Int {
        let place = seats.seat(seat)
        places.insert(UInt64(seat.ssrc), at: place)
        return place
    }

    private func forgetEnded(at now: RunInstant) {
        guard now - lastSweep >= Self.memory else { return }
        lastSweep = now
        ended = ended.filter { now - $0.value < Self.memory }
    }

    /// The line of a stream by its first packet.
    private func line(
        for packet: RTPPacket, _ datagram: UnsafeRawBufferPointer
    ) -> AgentLine? {
        let payload = UnsafeRawBufferPointer(rebasing: datagram[packet.payload])
        let type = packet.header.payloadType
        guard let format = PacketFormat(payloadType: type, payload: payload) else { return nil }
        let (codec, ptime) = (format.codec, format.interval)
        guard ptime > .zero, ptime <= .milliseconds(120), ptime.count % 10_000_000 == 0,
            library.voice(codec, ptime) != nil
        else { return nil }
        return .rtp(
            codec: codec, ptime: ptime, payloadType: packet.header.payloadType,
            levelID: limits.levelID, ssrc: packet.header.ssrc ^ 0x8000_0000)
    }
}

extension AgentSession {
    /// The call's number on its path, which is the low 20 bits of a wire id: the same call
    /// draws the same think times on every path.
    package static func number(ofWireID id: UInt32) -> UInt64 { UInt64(id & 0xF_FFFF) }
}
