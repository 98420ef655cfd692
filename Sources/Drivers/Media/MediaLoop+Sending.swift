import CSockets
import Callers
import Dialects
import Timeline
import WebRTCCore

/// What is sent: in a slot, written for many calls and then sent for all of them; between slots, at
/// once.
extension MediaLoop {
    /// Lets every call speak whose slot it is.
    func sendDue(nominal: RunInstant) {
        wheel.advance(to: nominal, soon: prefetch) { entry in
            let place = Int(entry.token)
            guard let session = lines[place].session, lines[place].generation == entry.generation
            else { return nil }
            let scheduled = lines[place].nextSlot
            let next = scheduled + lines[place].interval
            lines[place].nextSlot = next
            session.slot(scheduled: scheduled, now: clock.now)
            lines[place].restsUntil = session.restsUntil
            post(place, session, scheduled: scheduled)
            return next
        }
        flush()
    }

    private func prefetch(_ entry: SlotWheel.Entry, ahead: Int) {
        let place = Int(entry.token)
        switch ahead {
        case 3: lines.prefetch(place, .line)
        case 2: lines.prefetch(place, .session(.slot))
        default: lines.prefetch(place, .beyond(.slot, step: 0))
        }
    }

    /// Takes what a call asks for in its slot: packets wait for ``flush()``.
    private func post(_ place: Int, _ session: Session, scheduled: RunInstant) {
        var isFrame = true
        while let asked = session.poll(into: &outbox.next) {
            switch asked {
            case .transmit(let form):
                guard let link = lines[place].link else {
                    outbox.take(place: place, scheduled: scheduled, isFrame: isFrame)
                    isFrame = false
                    break
                }
                if form == .text {
                    _ = link.peer.send(message: outbox.next.bytes, isText: true, at: clock.now)
                    outbox.next.removeAll()
                    drainPeer(place, session, link)
                    guard lines[place].session === session else { return }
                } else if link.peer.protect(&outbox.next) {
                    outbox.take(place: place, scheduled: scheduled, isFrame: isFrame)
                    isFrame = false
                } else if isFrame {
                    recorder.frameHeldBack(path: lines[place].path)
                    isFrame = false
                }
            case .observe(let observation):
                recorder.record(amended(observation, place), path: lines[place].path)
            case .hangUp:
                // What was written last says goodbye: it is no frame.
                outbox.disown(place: place)
                flush()
                close(place, session)
                return
            }
            if outbox.isFull { flush() } else { outbox.next.removeAll() }
        }
    }

    /// Sends what waits.
    private func flush() {
        for index in 0..<outbox.count {
            let item = outbox[index]
            let isSent = send(outbox.bytes(index), item.place)
            guard item.isFrame else { continue }
            let path = lines[item.place].path
            if isSent {
                recorder.frameSent(
                    path: path, scheduled: item.scheduled, left: clock.now,
                    interval: lines[item.place].interval)
            } else {
                recorder.frameHeldBack(path: path)
            }
        }
        outbox.removeAll()
    }

    /// Does what a call asks for between its slots, at once, until it asks for nothing.
    func drain(_ place: Int, _ session: Session) {
        output.removeAll()
        while let asked = session.poll(into: &output) {
            switch asked {
            case .transmit(let form):
                if let link = lines[place].link, form == .text {
                    _ = link.peer.send(message: output.bytes, isText: true, at: clock.now)
                    drainPeer(place, session, link)
                    guard lines[place].session === session else { return }
                } else if lines[place].link?.peer.protect(&output) ?? true {
                    _ = send(output.bytes, place)
                }
            case .observe(let observation):
                recorder.record(amended(observation, place), path: lines[place].path)
            case .hangUp:
                close(place, session)
                return
            }
            output.removeAll()
        }
    }

    /// Sends a packet as it goes over the wire.
    ///
    /// - Returns: whether the system took it.
    private func send(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Bool {
        if let link = lines[place].link, let server = link.streamRoute {
            return link.send(bytes, server: server)
        }
        let sent = sendOnce(bytes, place)
        if sent >= 0 { return true }
        let error = SystemError(Int32(-sent))
        guard error.isRefused else { return false }
        // The report of an earlier packet stood in the way of this one.
        noteRefusal(place, now: clock.now)
        return sendOnce(bytes, place) >= 0
    }

    private func sendOnce(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Int64 {
        if lines[place].isLatched {
            return talkover_udp_send(lines[place].descriptor, bytes.baseAddress, bytes.count, nil)
        }
        return talkover_udp_send(
            lines[place].descriptor, bytes.baseAddress, bytes.count, &lines[place].peer)
    }
}
