import CSockets
import Callers
import Timeline
import WebRTCCore

/// What arrives: read from the sockets in batches, then looked at.
extension MediaLoop {
    /// Datagrams read in one tick at most, so that a flood cannot hold up what is to be sent.
    private static var readsPerTick: Int { 4_096 }
    /// Datagrams of one call read for one of them.
    private static var readsAtOnce: Int { 64 }

    /// Takes what has arrived.
    func receive() {
        var budget = Self.readsPerTick
        while budget > 0 {
            let capacity = Int32(min(budget, tokens.count))
            let ready = Int(talkover_epoll_ready(epoll, tokens.baseAddress, capacity))
            guard ready > 0 else { return }
            for index in 0..<ready {
                if index + 2 < ready { lines.prefetch(Int(tokens[index + 2]), .line) }
                read(Int(tokens[index]))
                if inbox.isFull { takeInbox() }
            }
            takeInbox()
            budget -= ready
        }
    }

    /// Reads one datagram of a line into the inbox.
    private func read(_ place: Int) {
        guard lines[place].sessionAddress != nil else { return }
        guard lines[place].isLatched else {
            guard let session = lines[place].session else { return }
            if receiveFromAnybody(place, session) { latch(place, session) }
            return
        }
        var stamp: Int64 = 0
        var truncated = false
        let vacancy = inbox.vacancy
        let count = talkover_udp_receive(
            lines[place].descriptor, vacancy.baseAddress, vacancy.count, &stamp, nil, &truncated)
        guard count >= 0 else {
            receiveFailed(place, SystemError(Int32(-count)), now: clock.now)
            return
        }
        guard !truncated else {
            lines[place].turnedAway += 1
            return
        }
        inbox.keep(Int(count), place: place, stamp: stamp, readAt: clock.now)
        lines.prefetch(place, .session(.arrival))
    }

    /// Hands over what has been read.
    private func takeInbox() {
        for index in 0..<inbox.count {
            for step in 0...2 where index + 3 - step < inbox.count {
                lines.prefetch(inbox[index + 3 - step].place, .beyond(.arrival, step: step))
            }
            let item = inbox[index]
            guard let session = lines[item.place].session else { continue }
            if let link = lines[item.place].link {
                receive(
                    item.bytes, from: link.remote, item.place, session, link, stamp: item.stamp,
                    now: item.readAt)
            } else {
                take(
                    UnsafeRawBufferPointer(item.bytes), item.place, session, stamp: item.stamp,
                    now: item.readAt)
            }
        }
        inbox.removeAll()
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
                now: clock.now)
            return isMedia && isFromPeer && link.hearsOnlyThePeer
                && lines[place].session === session
        }
        take(UnsafeRawBufferPointer(datagram), place, session, stamp: stamp, now: clock.now)
        return lines[place].session === session
    }

    /// From now on the kernel turns strangers away, and looks up the way only once.
    ///
    /// Only when the peer has been heard: until then, who sends from elsewhere is to be counted.
    private func latch(_ place: Int, _ session: Session) {
        guard talkover_udp_connect(lines[place].descriptor, &lines[place].peer) == 0 else { return }
        lines[place].isLatched = true
        // What had come before the socket was connected is still in it.
        for _ in 0..<Self.readsAtOnce {
            guard talkover_udp_has_datagram(lines[place].descriptor) else { return }
            _ = receiveFromAnybody(place, session)
            guard lines[place].session === session else { return }
        }
        // A flood: the next packet of the peer's goes on with it.
        lines[place].isLatched = false
    }

    /// A datagram of the peer's.
    ///
    /// - Parameter now: when it was read.
    private func take(
        _ datagram: UnsafeRawBufferPointer, _ place: Int, _ session: Session, stamp: Int64,
        now: RunInstant
    ) {
        let arrived = arrivals.arrival(stamp: stamp, now: now)
        lines[place].refusals = 0
        if stamp != 0 { recorder.packetRead(path: lines[place].path, dwell: now - arrived) }
        session.receive(datagram: datagram, arrived: arrived)
        drain(place, session)
    }
}
