import Audio
import Planning
import RTPCore
import ReferenceAgent
import Synchronization
import Testing
import Timeline

@Suite struct DeskTests {
    private static func desk(
        sessions: Int = 20_000, register: (any DeskRegister)? = nil
    ) throws -> AgentDesk {
        var limits = AgentDesk.Limits()
        limits.sessions = sessions
        return AgentDesk(
            behaviour: .fixed(), library: try TestCall.library(.fixed()), limits: limits,
            register: register)
    }

    private static func packet(
        ssrc: UInt32, type: UInt8 = 0, sequence: UInt16 = 1, bytes: Int = 160
    ) -> [UInt8] {
        var buffer = WireBuffer()
        RTPHeader(
            marker: false, payloadType: type, sequence: sequence,
            timestamp: UInt32(sequence) * UInt32(bytes), ssrc: ssrc
        ).write(into: &buffer)
        buffer.append([UInt8](repeating: 0xFF, count: bytes))
        return Array(buffer.bytes)
    }

    private static func receive(
        _ desk: AgentDesk, _ bytes: [UInt8], from source: UInt64 = 1, ms: Int64 = 0
    ) -> AgentSession? {
        let now = RunInstant.zero + .milliseconds(ms)
        return bytes.withUnsafeBytes { desk.receive($0, from: source, arrived: now, now: now) }
    }

    @Test func `each SSRC has a session of its own, named by it`() throws {
        let desk = try Self.desk()
        let first = try #require(Self.receive(desk, Self.packet(ssrc: 4_000_000_001)))
        let second = try #require(Self.receive(desk, Self.packet(ssrc: 5), from: 2))
        let again = try #require(Self.receive(desk, Self.packet(ssrc: 5, sequence: 2), from: 2))

        #expect(first.call == "4000000001")
        #expect(second.call == "5" && second === again)
        #expect(desk.count == 2)
    }

    @Test func `what is neither a caller nor may become one is refused and counted`() throws {
        let desk = try Self.desk()
        _ = Self.receive(desk, Self.packet(ssrc: 5))
        var badVersion = Self.packet(ssrc: 6)
        badVersion[0] = 0x40
        var report = WireBuffer()
        RTCPWriter.report(ssrc: 8, sender: nil, block: nil, into: &report)

        for bytes in [badVersion, [], [0x80], Array(Self.packet(ssrc: 7).prefix(11))] {
            #expect(Self.receive(desk, bytes) == nil)
        }
        #expect(Self.receive(desk, Array(report.bytes)) == nil)
        #expect(Self.receive(desk, Self.packet(ssrc: 5, sequence: 2), from: 9) == nil)
        #expect(Self.receive(desk, Self.packet(ssrc: 9, type: 34)) == nil)
        #expect(Self.receive(desk, Self.packet(ssrc: 9, bytes: 33)) == nil)
        #expect(desk.refusals.garbage == 4)
        #expect(desk.refusals.strangers == 2)
        #expect(desk.refusals.unsupported == 2)
        #expect(desk.count == 1)
    }

    @Test func `more callers than the limit are refused until one has gone`() throws {
        let desk = try Self.desk(sessions: 2)
        _ = Self.receive(desk, Self.packet(ssrc: 1))
        _ = Self.receive(desk, Self.packet(ssrc: 2))
        #expect(Self.receive(desk, Self.packet(ssrc: 3)) == nil)
        #expect(desk.refusals.full == 1)

        var bye = WireBuffer()
        RTCPWriter.report(ssrc: 1, sender: nil, block: nil, into: &bye)
        RTCPWriter.goodbye(ssrc: 1, into: &bye)
        _ = Self.receive(desk, Array(bye.bytes))

        #expect(desk.count == 1)
        #expect(Self.receive(desk, Self.packet(ssrc: 3)) != nil)
        #expect(Self.receive(desk, Self.packet(ssrc: 1, sequence: 2), ms: 100) == nil)
        #expect(desk.refusals.late == 1)
    }

    @Test func `desks of one port share their callers and their limit`() throws {
        let register = TestRegister(limit: 2)
        let left = try Self.desk(register: register)
        let right = try Self.desk(register: register)
        #expect(Self.receive(left, Self.packet(ssrc: 1)) != nil)
        #expect(Self.receive(right, Self.packet(ssrc: 1), from: 2) == nil)
        #expect(right.refusals.strangers == 1 && right.count == 0)
        #expect(Self.receive(right, Self.packet(ssrc: 2), from: 2) != nil)
        #expect(Self.receive(right, Self.packet(ssrc: 3), from: 3) == nil)
        #expect(right.refusals.full == 1)

        left.close(now: .zero) { _, _ in }

        #expect(Self.receive(right, Self.packet(ssrc: 3), from: 3) != nil)
        #expect(Self.receive(right, Self.packet(ssrc: 2, sequence: 2), from: 2) != nil)
    }

    @Test func `ticks reach the sessions that are due, and idle ones leave`() throws {
        let desk = try Self.desk()
        for ssrc in [11, 12] as [UInt32] {
            _ = Self.receive(
                desk, Self.packet(ssrc: ssrc), from: UInt64(ssrc), ms: ssrc == 11 ? 0 : 5_000)
        }
        var transmitted: [UInt64: Int] = [:]
        var ended: [String] = []
        var buffer = WireBuffer()
        var steps = 0
        while let wake = desk.wake, steps < 10_000 {
            steps += 1
            desk.tick(now: wake) { source, session in
                while let output = session.poll(into: &buffer) {
                    switch output {
                    case .transmit: transmitted[source, default: 0] += 1
                    case .close: ended.append(session.call)
                    case .truth: break
                    }
                }
            }
        }

        #expect(ended == ["11", "12"])
        #expect(desk.count == 0)
        // 10 s of packets, a few reports, a goodbye.
        #expect((500...505).contains(transmitted[11] ?? 0))
        #expect((500...505).contains(transmitted[12] ?? 0))
    }
}

/// Two desks' callers; the tests ask from one thread.
private final class TestRegister: DeskRegister {
    private let limit: Int
    private let callers = Mutex<Set<UInt32>>([])

    init(limit: Int) { self.limit = limit }

    func admit(_ ssrc: UInt32) -> DeskAdmission {
        callers.withLock { callers in
            if callers.contains(ssrc) { return .elsewhere }
            if callers.count >= limit { return .full }
            callers.insert(ssrc)
            return .admitted
        }
    }

    func dismiss(_ ssrc: UInt32) { callers.withLock { _ = $0.remove(ssrc) } }
}
