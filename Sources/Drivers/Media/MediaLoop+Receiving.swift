import CSockets
import Callers
import Timeline
import WebRTCCore

/// What arrives: read from the sockets in batches, then looked at.
extension MediaLoop {
    /// Datagrams read in one tick at most, so that a flood cannot hold up what is to be sent.
    private static var readsPerTick: Int { 4_096 }
    /// Datagrams of one call read in a row: what its socket holds after the longest stall.
    private static var readsAtOnce: Int { 256 }

    /// Takes what has arrived at sockets that hear everybody.
    func receive() {
        var budget = Self.readsPerTick
        while budget > 0 {
            let capacity = Int32(min(budget, tokens.count))
            let ready = Int(talkover_epoll_ready(epoll, tokens.baseAddress, capacity))
            guard ready > 0 else { return }
            for index in 0..<ready {
                let place = Int(tokens[index])
                guard let session = lines[place].session else { continue }
                if receiveFromAnybody(place, session) { latch(place, session) }
            }
            budget -= ready
        }
    }

    /// Takes what waits for the calls whose slot it is and who listen in it.
    ///
    /// A call decides in its slots alone, and what it hears carries the kernel's time: read
    /// earlier, its packets would only be read one by one.
    func receiveDue(nominal: RunInstant) {
        let prefetch = { (entry: SlotWheel.Entry) in
            self.lines.prefetch(Int(entry.token), .line)
        }
        wheel.peek(to: nominal, spacing: 6, soon: prefetch) { entry in
            let place = Int(entry.token)
            guard lines[place].generation == entry.generation else { return }
            guard lines[place].isLatched, lines[place].restsUntil <= nominal else { return }
            read(place)
        }
        takeInbox()
    }

    /// Reads what waits for a line into the inbox.
    func read(_ place: Int) {
        let due = lines[place].nextSlot
        var budget = Self.readsAtOnce
        while budget > 0 {
            if inbox.isFull { takeInbox() }
            guard lines[place].sessionAddress != nil else { return }
            let most = inbox.vacancies
            let count = inbox.read(lines[place].descriptor, place: place, due: due, clock: clock)
            guard count > 0 else {
                let error = SystemError(Int32(-count))
                if !error.isAgain { receiveFailed(place, error, now: clock.now) }
                return
            }
            lines.prefetch(place, .session(.arrival))
            lines.prefetch(lastRead, .beyond(.arrival, step: 0))
            lastRead = place
            guard count == most else { return }
            budget -= count
        }
    }

    /// Hands over what has been read.
    func takeInbox() {
        // Of the packet before: most are followed by others of their call.
        var address: UnsafeRawPointer?
        var session: Session?
        var link: PeerLink?
        for index in 0..<inbox.count {
            prefetchAfter(index)
            let item = inbox[index]
            if lines[item.place].sessionAddress != address || address == nil {
                address = lines[item.place].sessionAddress
                session = lines[item.place].session
                link = lines[item.place].link
            }
            guard let session else { continue }
            guard let bytes = inbox.bytes(index) else {
                lines[item.place].turnedAway += 1
                continue
            }
            if let link {
                receive(
                    bytes, from: link.remote, item.place, session, link, stamp: inbox.stamp(index),
                    due: item.dueAt, now: item.readAt)
            } else {
                take(
                    UnsafeRawBufferPointer(bytes), item.place, session, stamp: inbox.stamp(index),
                    due: item.dueAt, now: item.readAt)
            }
        }
        inbox.removeAll()
    }

    /// Asks for what the calls of the next packets need.
    private func prefetchAfter(_ index: Int) {
        for step in 1...2 where index + 3 - step < inbox.count {
            let place = inbox[index + 3 - step].place
            if place != inbox[index + 2 - step].place {
                lines.prefetch(place, .beyond(.arrival, step: step))
            }
        }
    }

    /// Takes one datagram of a line whose socket hears everybody.
    ///
    /// - Returns: whether it was a packet of the peer's.
    private func receiveFromAnybody(_ place: Int, _ session: Session) -> Bool {
        var stamp: Int64 = 0
        var truncated = false
        var from = talkover_address()
        let count = talkover_udp_receive(
            lines[place].descriptor, input.baseAddress, input.count, &stamp, &from, &truncated)
        guard count >= 0 else {
            receiveFailed(place, SystemError(Int32(-count)), now: clock.now)
            return false
        }
        let isFromPeer = talkover_address_equal(&from, &lines[place].peer)
        // On WebRTC packets are known by their keys, not by their sender.
        guard isFromPeer || lines[place].link != nil, !truncated else {
            lines[place].turnedAway += 1
            return false
        }
        let datagram = UnsafeMutableRawBufferPointer(rebasing: input[..<Int(count)])
        if let link = lines[place].link {
            let isMedia = receive(
                datagram, from: TransportAddress(&from), place, session, link, stamp: stamp,
                due: .zero, now: clock.now)
            return isMedia && isFromPeer && link.hearsOnlyThePeer
                && lines[place].session === session
        }
        take(
            UnsafeRawBufferPointer(datagram), place, session, stamp: stamp, due: .zero,
            now: clock.now)
        return lines[place].session === session
    }

    /// From now on the kernel turns strangers away, and looks up the way only once.
    ///
    /// Only when the peer has been heard: until then, who sends from elsewhere is to be counted.
    private func latch(_ place: Int, _ session: Session) {
        guard lines[place].isConnected,
            talkover_udp_connect(lines[place].descriptor, &lines[place].peer) == 0
        else { return }
        lines[place].isLatched = true
        // What had come before the socket was connected is still in it.
        for _ in 0..<Self.readsAtOnce {
            guard talkover_udp_has_datagram(lines[place].descriptor) else {
                _ = talkover_epoll_remove(epoll, lines[place].descriptor)
                return
            }
            _ = receiveFromAnybody(place, session)
            guard lines[place].session === session else { return }
        }
        // A flood: the next packet of the peer's goes on with it.
        lines[place].isLatched = false
    }

    /// A datagram of the peer's.
    ///
    /// - Parameters:
    ///   - due: when it was to be read, had it come by then.
    ///   - now: when it was read.
    private func take(
        _ datagram: UnsafeRawBufferPointer, _ place: Int, _ session: Session, stamp: Int64,
        due: RunInstant, now: RunInstant
    ) {
        let arrived = arrivals.arrival(stamp: stamp, now: now)
        lines[place].refusals = 0
        if stamp != 0 {
            recorder.packetRead(path: lines[place].path, dwell: now - max(arrived, due))
        }
        session.receive(datagram: datagram, arrived: arrived)
        drain(place, session)
    }
}
