import Callers
import Drivers
import Testing
import Timeline

@Suite struct MediaLoopTests: MediaLoopSuite {
    let clock = MonotonicClock()
    let recorder = LoopRecorder(paths: 1)

    @Test func `frames leave at their slots and what comes back is stamped by the kernel`() throws {
        let session = NotingSession()
        let (loop, peer, first) = try dialled(session)

        for step in 0..<3 {
            loop.tick(nominal: first + .milliseconds(20) * step, now: clock.now)
            for datagram in peer.receive() { peer.send(datagram.bytes + [9], to: datagram.from) }
        }
        // The peer was heard, and is listened to in slots.
        loop.tick(nominal: first + .milliseconds(41), now: clock.now)
        #expect(session.received.count == 2)
        loop.tick(nominal: first + .milliseconds(60), now: clock.now)

        #expect(session.slots == (0..<4).map { first + .milliseconds(20) * $0 })
        #expect(session.received.map(\.bytes) == Array(repeating: [1, 2, 3, 4, 9], count: 3))
        let now = clock.now
        for arrival in session.received.map(\.arrived) {
            #expect(arrival <= now)
            #expect(now - arrival < .seconds(5))
        }
        let frames = recorder.frames(path: 0)
        #expect(frames[.sendLateness]?.total == 4)
        #expect(frames[.rxDwell]?.total == 3)
    }

    @Test func `packets of a call that rests wait, and have the kernel's time when they are read`()
        throws
    {
        let session = NotingSession()
        let (loop, peer, first, caller) = try heard(session)

        session.restsUntil = first + .milliseconds(80)
        loop.tick(nominal: first + .milliseconds(20), now: clock.now)
        // More than are read in a row.
        var sent: [RunInstant] = []
        for number in 1...20 {
            sent.append(clock.now)
            peer.send([UInt8(number)], to: caller)
        }
        let gone = clock.now
        loop.tick(nominal: first + .milliseconds(79), now: clock.now)
        #expect(session.slots.count == 4)
        #expect(session.received.count == 1)
        while clock.now - gone < .milliseconds(30) {}
        loop.tick(nominal: first + .milliseconds(80), now: clock.now)

        #expect(session.received.map(\.bytes) == (0...20).map { [UInt8($0)] })
        for (sent, received) in zip(sent, session.received.dropFirst()) {
            // The two clocks are read a moment apart.
            #expect(received.arrived - sent > .milliseconds(-1))
            #expect(received.arrived - gone < .milliseconds(1))
        }
    }

    @Test func `a call that rests writes its frames beforehand, and each leaves in its own slot`()
        throws
    {
        let session = NotingSession()
        let (loop, peer, first) = try dialled(session)
        session.restsUntil = first + .milliseconds(60)
        loop.tick(nominal: first, now: clock.now)
        #expect(session.slots == (0..<3).map { first + .milliseconds(20) * $0 })
        #expect(peer.receive().map(\.bytes) == [[1, 2, 3, 4]])

        session.frame = [9]
        loop.tick(nominal: first + .milliseconds(19), now: clock.now)
        #expect(peer.receive().isEmpty)
        for step in 1...2 {
            loop.tick(nominal: first + .milliseconds(20) * step, now: clock.now)
            #expect(peer.receive().map(\.bytes) == [[1, 2, 3, 4]])
        }
        loop.tick(nominal: first + .milliseconds(60), now: clock.now)
        #expect(peer.receive().map(\.bytes) == [[9]])
        #expect(session.slots.count == 4)
        #expect(recorder.frames(path: 0)[.sendLateness]?.total == 4)
    }

    @Test func `frames that were written and never left are not among those sent`() throws {
        let session = NotingSession()
        let (loop, peer, first) = try dialled(session)
        session.restsUntil = first + .milliseconds(60)
        loop.tick(nominal: first + .milliseconds(20), now: clock.now)
        #expect(peer.receive().count == 2)

        loop.interruptAll()

        #expect(session.slots.count == 3)
        #expect(recorder.takeBatch().calls.map(\.media.framesSent) == [2])
    }

    @Test func `what waits on purpose does not count as dwelling`() throws {
        let session = NotingSession()
        let (loop, peer, first, caller) = try heard(session)
        peer.send([1], to: caller)

        // Read at once when its slot has come, a second after it did.
        session.restsUntil = first + .seconds(1)
        for step in 1...50 {
            let slot = first + .milliseconds(20) * step
            while clock.now < slot {}
            loop.tick(nominal: slot, now: clock.now)
        }
        #expect(session.received.count == 2)
        let dwell = try #require(recorder.frames(path: 0)[.rxDwell]?.value(atQuantile: 1))
        #expect(dwell < .milliseconds(500))
    }

    @Test func `a datagram too large for a packet is turned away among those that wait`() throws {
        let session = NotingSession()
        let (loop, peer, first, caller) = try heard(session)

        let large = [UInt8](repeating: 9, count: 3_000)
        for bytes in [[1], large, [2], large, large, [3], [4]] { peer.send(bytes, to: caller) }
        session.hangsUpAfter = 5
        loop.tick(nominal: first + .milliseconds(20), now: clock.now)

        #expect(session.received.map(\.bytes) == (0...4).map { [UInt8($0)] })
        #expect(recorder.takeBatch().calls.map(\.media.packetsRefused) == [3])
    }

    @Test func `an interrupted run reads what waits before it ends`() throws {
        let session = NotingSession()
        let (loop, peer, _, caller) = try heard(session)
        for number in 1...2 { peer.send([UInt8(number)], to: caller) }

        loop.interruptAll()

        #expect(session.received.map(\.bytes) == [[0], [1], [2]])
    }

    @Test func `a call sends nothing between its slots`() throws {
        let session = NotingSession()
        let (loop, peer, first) = try dialled(session)

        loop.tick(nominal: first - .milliseconds(1), now: clock.now)
        #expect(peer.receive().isEmpty)
        loop.tick(nominal: first, now: clock.now)
        #expect(peer.receive().count == 1)
        loop.tick(nominal: first + .milliseconds(19), now: clock.now)
        #expect(peer.receive().isEmpty)
    }

    @Test func `after a stall every missed frame leaves, each with its own slot`() throws {
        let session = NotingSession()
        let (loop, peer, first) = try dialled(session)

        loop.tick(nominal: first + .milliseconds(205), now: clock.now)

        #expect(session.slots == (0...10).map { first + .milliseconds(20) * $0 })
        #expect(peer.receive().count == 11)
    }

    @Test func `a stranger's datagram never reaches the call and is counted`() throws {
        var ended: [CallID] = []
        let stranger = try LoopbackPeer()
        let session = NotingSession()
        session.hangsUpAfter = 1
        let (loop, peer, first) = try dialled(session) { call, _ in ended.append(call) }
        loop.tick(nominal: first, now: clock.now)
        let caller = try #require(peer.receive().first).from

        for _ in 0..<3 { stranger.send([6, 6, 6], to: caller) }
        peer.send([UInt8](repeating: 0, count: 3_000), to: caller)
        loop.tick(nominal: first + .milliseconds(1), now: clock.now)
        #expect(session.received.isEmpty)
        peer.send([7], to: caller)
        loop.tick(nominal: first + .milliseconds(2), now: clock.now)

        #expect(session.received.map(\.bytes) == [[7]])
        #expect(ended == [session.id])
        #expect(loop.count == 0)
        #expect(recorder.takeBatch().calls.map(\.media.packetsRefused) == [4])
    }

    @Test func `a port where nobody listens fails the call as refused`() throws {
        let loop = try makeLoop()
        let closedPort = try LoopbackPeer().port
        let session = NotingSession()
        loop.dial(session, peer: try address(closedPort))
        let first = try #require(session.firstSlot)
        let deadline = clock.now + .seconds(10)

        // Real time passes: a single report may be about a packet of an earlier life of the port.
        var nominal = first
        while session.failure == nil, clock.now < deadline {
            nominal = max(nominal, clock.now)
            loop.tick(nominal: nominal, now: clock.now)
        }

        #expect(session.failure?.code == "connection_refused")
        #expect(loop.count == 0)
        #expect(recorder.takeBatch().calls.map(\.outcome) == [.failed])
    }

    @Test func `a place that is free again carries another call and no frame of the first`() throws
    {
        let loop = try makeLoop()
        let peer = try LoopbackPeer()
        let gone = NotingSession(number: 1)
        gone.hangsUpAfter = 1
        loop.dial(gone, peer: try address(peer.port))
        let first = try #require(gone.firstSlot)
        loop.tick(nominal: first, now: clock.now)
        peer.send([1], to: try #require(peer.receive().first).from)
        loop.tick(nominal: first + .milliseconds(1), now: clock.now)
        #expect(loop.count == 0)

        let next = NotingSession(number: 2)
        next.frame = [42]
        loop.dial(next, peer: try address(peer.port))
        let nextFirst = try #require(next.firstSlot)
        loop.tick(nominal: max(nextFirst, first) + .milliseconds(60), now: clock.now)

        #expect(gone.slots.count == 1)
        #expect(Set(peer.receive().map(\.bytes)) == [[42]])
    }

    @Test func `each of more calls than are served in a row sends and hears its own`() throws {
        let loop = try makeLoop()
        let peer = try LoopbackPeer()
        let sessions = (0..<100).map { number in
            let session = NotingSession(number: number)
            session.frame = [UInt8(number)] + [UInt8](repeating: 7, count: number)
            return session
        }
        for session in sessions { loop.dial(session, peer: try address(peer.port)) }
        let last = try #require(sessions.compactMap(\.firstSlot).max())

        for step in 0..<2 {
            loop.tick(nominal: last + .milliseconds(20) * step, now: clock.now)
            for datagram in peer.receive() { peer.send(datagram.bytes, to: datagram.from) }
        }
        let sent = sessions.reduce(0) { $0 + $1.slots.count }
        loop.tick(nominal: last + .milliseconds(40), now: clock.now)

        #expect(sent >= 200)
        #expect(sessions.reduce(0) { $0 + $1.received.count } == sent)
        #expect(sessions.allSatisfy { $0.received.count >= 2 })
        for session in sessions {
            #expect(session.received.allSatisfy { $0.bytes == session.frame })
        }
        #expect(recorder.frames(path: 0)[.sendLateness]?.total == UInt64(sent + 100))
        #expect(recorder.frames(path: 0)[.rxDwell]?.total == UInt64(sent))
    }

    @Test func `a goodbye in a slot leaves before the line is closed and is no frame`() throws {
        let loop = try makeLoop()
        let peer = try LoopbackPeer()
        let sessions = (0..<3).map { NotingSession(number: $0) }
        for session in sessions { loop.dial(session, peer: try address(peer.port)) }
        sessions[1].frame = [99]
        sessions[1].hangsUpInSlot = 1
        let last = try #require(sessions.compactMap(\.firstSlot).max())

        loop.tick(nominal: last, now: clock.now)

        #expect(loop.count == 2)
        #expect(peer.receive().map(\.bytes).filter { $0 == [99] }.count == 1)
        let slots = sessions.reduce(0) { $0 + $1.slots.count }
        #expect(recorder.frames(path: 0)[.sendLateness]?.total == UInt64(slots - 1))
    }

    @Test func `an interrupted run ends every call and closes every line`() throws {
        let loop = try makeLoop()
        let peer = try LoopbackPeer()
        let sessions = (0..<5).map { NotingSession(number: $0) }
        for session in sessions { loop.dial(session, peer: try address(peer.port)) }
        #expect(loop.count == 5)

        loop.interruptAll()

        #expect(sessions.allSatisfy { $0.isInterrupted })
        #expect(loop.count == 0)
        #expect(
            recorder.takeBatch().calls.map(\.outcome) == Array(repeating: .interrupted, count: 5))
    }

    @Test func `many callers are spread over the ticks of a frame`() throws {
        let loop = try makeLoop()
        let peer = try LoopbackPeer()
        let sessions = (0..<200).map { NotingSession(number: $0) }
        for session in sessions { loop.dial(session, peer: try address(peer.port)) }

        let phases = sessions.compactMap { $0.firstSlot.map { $0.nanoseconds / 1_000_000 % 20 } }

        let load = Dictionary(grouping: phases) { $0 }.mapValues(\.count)
        #expect(load.count == 20)
        #expect(load.values.allSatisfy { $0 == 10 })
    }
}
