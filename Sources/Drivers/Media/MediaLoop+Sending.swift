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
        wheel.advance(to: nominal, spacing: 3, soon: prefetch) { entry in
            let place = Int(entry.token)
            guard lines[place].generation == entry.generation,
                lines[place].sessionAddress != nil
            else { return nil }
            let scheduled = lines[place].nextSlot
            let next = scheduled + lines[place].interval
            lines[place].nextSlot = next
            if postAhead(place, scheduled: scheduled) { return next }
            guard let session = lines[place].session else { return nil }
            session.slot(scheduled: scheduled, now: clock.now)
            lines[place].restsUntil = session.restsUntil
            post(place, session, scheduled: scheduled)
            writeAhead(place, session)
            return next
        }
        flush()
    }

    private func prefetch(_ entry: SlotWheel.Entry, ahead: Int) {
        let place = Int(entry.token)
        guard ahead < 3 else { return lines.prefetch(place, .line) }
        guard lines[place].ahead.isEmpty else {
            if ahead == 2 { lines[place].ahead.prefetch() }
            return
        }
        lines.prefetch(place, ahead == 2 ? .session(.slot) : .beyond(.slot, step: 0))
    }

    /// Lets a call that rests write what it says until it listens.
    private func writeAhead(_ place: Int, _ session: Session) {
        var slot = lines[place].nextSlot
        while slot < lines[place].restsUntil, lines[place].session === session {
            output.removeAll()
            // On time: a frame whose lateness the call would note is not written ahead.
            session.slot(scheduled: slot, now: slot)
            // Nothing else is asked for: a call that rests hears, tells and ends nothing.
            if case .transmit = session.poll(into: &output),
                lines[place].link?.peer.protect(&output) == false
            {
                recorder.frameHeldBack(path: lines[place].path)
                output.removeAll()
            }
            lines[place].ahead.append(output.bytes)
            slot += lines[place].interval
        }
    }

    /// Takes the frame of a slot that was written before.
    ///
    /// - Returns: whether it was, be it as silence that is left out.
    private func postAhead(_ place: Int, scheduled: RunInstant) -> Bool {
        guard let frame = lines[place].ahead.next() else { return false }
        guard !frame.isEmpty else { return true }
        outbox.next.append(frame)
        outbox.take(place: place, scheduled: scheduled, isFrame: true)
        if outbox.isFull { flush() }
        return true
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
