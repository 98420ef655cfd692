import Analysis
import Foundation
import Testing
import Timeline

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A small RTP agent on G.711: answers each packet with one, and speaks a tone for 0.8 s once the
/// caller has been quiet for 0.3 s.
final class ToneAgent {
    static let tone: [UInt8] = (0..<160).map { $0 / 10 % 2 == 0 ? 0x98 : 0x18 }
    static let silence = [UInt8](repeating: 0xFF, count: 160)

    private var hasSpoken = false
    private var quiet = 0
    private var left = 0
    private var sequence: UInt16 = 65_500
    private var origin: UInt32?

    /// The answer to a caller's packet; `nil` to what is no media.
    func answer(_ packet: [UInt8]) -> (packet: [UInt8], isTone: Bool)? {
        guard packet.count > 12, packet[1] & 0x7F == 0 else { return nil }
        // Codes fall with loudness: up to 0x3F it is within 24 dB of full scale.
        let isLoud = packet.suffix(160).contains { $0 & 0x7F < 0x40 }
        if isLoud {
            hasSpoken = true
            quiet = 0
        } else if hasSpoken {
            quiet += 1
            if quiet == 15 { left = 40 }
        }
        let isTone = left > 0
        left = max(0, left - 1)
        sequence &+= 1
        // The caller's media time: who skips a slot is answered behind the same gap.
        let spoken = packet[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let origin = origin ?? spoken
        self.origin = origin
        let timestamp = 0xFFFF_8000 &+ (spoken &- origin)
        return (Self.packet(sequence, timestamp, isTone ? Self.tone : Self.silence), isTone)
    }

    static func packet(
        _ sequence: UInt16, _ timestamp: UInt32, _ payload: [UInt8], type: UInt8 = 0
    ) -> [UInt8] {
        [0x80, type, UInt8(sequence >> 8), UInt8(sequence & 0xFF)]
            + (0..<4).map { UInt8(truncatingIfNeeded: timestamp >> (24 - 8 * $0)) }
            + [0, 0, 0, 77] + payload
    }
}

/// What a hostile RTP agent does with each packet it would send.
private struct MediaCase {
    /// The way back to a caller.
    struct Line {
        let socket: RawSocket
        let caller: sockaddr_in

        func callAsFunction(_ packet: [UInt8]) { socket.send(packet, to: caller) }
    }

    typealias Mishandling = (_ packet: [UInt8], _ number: Int, _ send: Line) -> Void

    let name: String
    let port: HostilePort
    let check: (LiveRun, String) throws -> Void

    init(
        _ name: String, _ make: @escaping @Sendable () throws -> Mishandling,
        check: @escaping (LiveRun, String) throws -> Void
    ) throws {
        self.name = name
        self.check = check
        port = try HostilePort {
            typealias Caller = (agent: ToneAgent, mishandle: Mishandling, number: Int)
            var agents: [in_port_t: Caller] = [:]
            return { packet, from, socket in
                if agents[from.sin_port] == nil {
                    guard let mishandle = try? make() else { return }
                    agents[from.sin_port] = (ToneAgent(), mishandle, 0)
                }
                guard let caller = agents[from.sin_port],
                    let (answer, _) = caller.agent.answer(packet)
                else { return }
                agents[from.sin_port]?.number += 1
                caller.mishandle(answer, caller.number, Line(socket: socket, caller: from))
            }
        }
    }

    var yaml: String {
        "\(name): {transport: rtp, codec: pcmu, url: \"rtp://127.0.0.1:\(port.port)\"}"
    }
}

extension LiveRuns {
    @Suite(.serialized) struct HostileMediaTests {
        @Test func `RTP that is wrong is counted and never heard, and what is right still is`()
            async throws
        {
            let cases = try Self.repeated() + Self.wrong() + [try Self.strangers()]
            let paths = HostileScenario.good + cases.map(\.yaml)

            let run = try await LiveRun(HostileScenario.yaml(paths, turnTimeout: "3s"))

            // The path that gets nothing usable at all was never connected.
            #expect(
                [4, 5].contains(run.ending.status), "\(run.ending.status) \(run.ending.errors)")
            try HostileScenario.expectGood(run)
            for one in cases { try one.check(run, one.name) }
            withExtendedLifetime(cases) {}
        }

        private static func answered(_ run: LiveRun, _ name: String) throws -> [CallRecord] {
            let path = try run.path(name)
            #expect(path.calls.map(\.outcome) == [.completed, .completed], "\(name)")
            #expect(path.turns.map(\.outcome) == [.answered, .answered], "\(name)")
            return path.calls
        }

        /// Duplicates, disorder, lateness, losses.
        private static func repeated() throws -> [MediaCase] {
            try [
                MediaCase(
                    "plain", { { packet, _, send in send(packet) } },
                    check: everyCall { media in
                        #expect(media.packetsRefused == 0)
                        #expect(media.packetsLost == 0)
                        #expect(media.packetsDuplicated == 0)
                    }
                ),
                MediaCase(
                    "twice", { { packet, _, send in for _ in 0..<2 { send(packet) } } },
                    check: everyCall { media in
                        #expect(media.packetsDuplicated >= media.framesReceived - 1)
                        #expect(media.packetsLost == 0)
                    }
                ),
                MediaCase(
                    "swapped", { swapping() },
                    check: everyCall { media in
                        #expect(media.packetsReordered >= media.framesReceived / 10)
                        #expect(media.packetsLost <= 1)
                        // A packet's length late is within the player's 60 ms, but for stalls.
                        #expect(media.packetsLate <= media.framesReceived / 20)
                    }
                ),
                MediaCase(
                    "late", { delaying() },
                    check: everyCall { media in
                        // Ten packets late is 200 ms behind a player of 60.
                        #expect(media.packetsLate >= 2)
                        #expect(media.packetsReordered >= 2)
                        #expect(media.framesConcealed >= 2)
                    }
                ),
                MediaCase(
                    "lossy",
                    { { packet, number, send in if number % 10 != 9 { send(packet) } } },
                    check: everyCall { media in
                        let share = Double(media.packetsLost) / Double(media.packetsExpected)
                        #expect(abs(share - 0.1) < 0.04, "\(share)")
                    }
                ),
            ]
        }

        /// Both calls were answered, and what their media did is as it should be.
        private static func everyCall(
            _ check: @escaping (MediaRecord) -> Void
        ) -> (LiveRun, String) throws -> Void {
            { run, name in
                for call in try answered(run, name) { check(call.media) }
            }
        }

        private static func swapping() -> MediaCase.Mishandling {
            var kept: [UInt8]?
            return { packet, number, send in
                if number % 5 == 4 {
                    kept = packet
                } else {
                    send(packet)
                    if let older = kept { send(older) }
                    kept = nil
                }
            }
        }

        private static func delaying() -> MediaCase.Mishandling {
            var kept: [(due: Int, packet: [UInt8])] = []
            return { packet, number, send in
                if number % 25 == 24 { kept.append((number + 10, packet)) } else { send(packet) }
                for older in kept where older.due <= number { send(older.packet) }
                kept.removeAll { $0.due <= number }
            }
        }

        /// What is no RTP of this call, among what is and alone.
        private static func wrong() throws -> [MediaCase] {
            let refuses = everyCall { media in
                #expect(media.packetsRefused >= media.framesReceived / 2)
                #expect(media.packetsLost == 0)
            }
            var cases = try spoilt.map { name, wrong in
                try MediaCase(name, amid(wrong), check: refuses)
            }
            cases.append(
                try MediaCase(
                    "nothing_right", { { packet, _, send in send([0x40] + packet[1...]) } },
                    check: { run, name in
                        let calls = try run.calls(name)
                        #expect(calls.map(\.reason) == ["no_media", "no_media"])
                        #expect(calls.allSatisfy { $0.connected == nil })
                        #expect(calls.allSatisfy { $0.media.packetsRefused > 50 })
                    }
                )
            )
            cases.append(
                try MediaCase(
                    "odd_lengths",
                    {
                        { packet, number, send in
                            send(Array(packet.prefix(12 + [0, 1, 159, 160][number % 4])))
                        }
                    },
                    check: { run, name in
                        let calls = try run.calls(name)
                        #expect(calls.allSatisfy { $0.outcome == .completed })
                    }
                )
            )
            return cases
        }

        /// By name: what is made of a good packet, and its number.
        private static let spoilt: [(String, @Sendable ([UInt8], Int) -> [UInt8])] = [
            (
                "bad_version",
                { packet, number in
                    [[0x00, 0x40, 0xC0][number % 3] | (packet[0] & 0x3F)] + packet[1...]
                }
            ),
            ("truncated", { packet, number in Array(packet.prefix(number % 12)) }),
            (
                "false_lengths",
                { packet, number in
                    // 15 sources, an extension of 64 kB, padding of 255: none is there.
                    switch number % 3 {
                    case 0: [0x8F] + packet[1..<20]
                    case 1: [0x90] + packet[1..<12] + [0xBE, 0xDE, 0xFF, 0xFF] + packet[12...]
                    default: [0xA0] + packet[1..<171] + [255]
                    }
                }
            ),
            ("oversized", { packet, _ in packet + [UInt8](repeating: 0x18, count: 3_000) }),
            ("other_codec", { packet, _ in [packet[0], 8] + packet[2...] }),
            ("rtcp_garbage", { _, number in reports[number % reports.count] }),
        ]

        /// RTCP whose lengths, counts or version are wrong.
        private static let reports: [[UInt8]] = [
            [0x81, 200, 0, 50, 0, 0, 0, 77],
            [0x80, 201, 0xFF, 0xFF],
            [0x9F, 202, 0, 1, 1, 2, 3, 4],
            [0xBF, 203, 0, 0],
            [0x80, 200, 0, 0],
            [0xC1, 201, 0, 7] + [UInt8](repeating: 9, count: 28),
        ]

        /// A good stream with something wrong beside each of its packets.
        private static func amid(
            _ wrong: @escaping @Sendable (_ packet: [UInt8], _ number: Int) -> [UInt8]
        ) -> @Sendable () -> MediaCase.Mishandling {
            {
                { packet, number, send in
                    send(packet)
                    send(wrong(packet, number))
                }
            }
        }

        /// Silence from the agent, and a reply from somebody else.
        private static func strangers() throws -> MediaCase {
            try MediaCase(
                "stranger",
                {
                    let stranger = try RawSocket(.datagram)
                    _ = try stranger.bindAnywhere()
                    return { packet, _, send in
                        send(Array(packet.prefix(12)) + ToneAgent.silence)
                        stranger.send(packet, to: send.caller)
                    }
                },
                check: { run, name in
                    let outcomes = try run.path(name).turns.map(\.outcome)
                    #expect(outcomes == [.unanswered, .unanswered])
                    for call in try run.calls(name) {
                        #expect(call.outcome == .completed)
                        // Once the agent was heard, the kernel turns strangers away.
                        #expect(call.media.packetsDuplicated == 0)
                    }
                }
            )
        }
    }
}
