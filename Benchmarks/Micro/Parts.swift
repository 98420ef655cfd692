import RTPCore
import Timeline

/// Parts of what happens to a packet, one by one.
enum Parts {
    static var all: [Benchmark] {
        [
            headerWriting, headerParsing, reception, player,
            protection("srtp-gcm", .aeadAES128GCM), protection("srtp-cm", .aesCM128HMACSHA1_80),
            tally,
        ]
    }

    private static let payload = [UInt8](repeating: 7, count: 60)

    private static var headerWriting: Benchmark {
        Benchmark(name: "rtp-write", operation: "a packet of 60 bytes with its level written") {
            var buffer = WireBuffer()
            var sender = RTPSender(
                ssrc: 1, payloadType: 111, clockRate: 48_000, frame: .milliseconds(20),
                sequence: 0, timestamp: 0)
            let level = AudioLevel(decibels: -20, isVoice: true)
            return { count in
                payload.withUnsafeBytes { bytes in
                    for _ in 0..<count {
                        buffer.removeAll()
                        sender.writePacket(
                            payload: bytes, level: level, marker: false, at: .zero, into: &buffer)
                    }
                }
                return count
            }
        }
    }

    /// Packets of one stream, their numbers counting up.
    private static func packets(_ count: Int) -> [[UInt8]] {
        var sender = RTPSender(
            ssrc: 1, payloadType: 111, clockRate: 48_000, frame: .milliseconds(20),
            sequence: 0, timestamp: 0)
        let level = AudioLevel(decibels: -20, isVoice: true)
        return (0..<count).map { _ in
            var buffer = WireBuffer()
            payload.withUnsafeBytes {
                sender.writePacket(
                    payload: $0, level: level, marker: false, at: .zero, into: &buffer)
            }
            return Array(buffer.bytes)
        }
    }

    private static var headerParsing: Benchmark {
        Benchmark(name: "rtp-parse", operation: "a packet's header, level and payload found") {
            let packet = packets(1)[0]
            var sum = 0
            return { count in
                packet.withUnsafeBytes { bytes in
                    for _ in 0..<count {
                        guard RTPDemux.kind(bytes) == .rtp, let found = try? RTPPacket.parse(bytes)
                        else { continue }
                        sum &+= found.payload.count &+ Int(found.header.sequence)
                        sum &+= found.level(id: 1, in: bytes)?.decibels ?? 0
                    }
                }
                use(sum)
                return count
            }
        }
    }

    private static var reception: Benchmark {
        Benchmark(name: "reception", operation: "a packet counted: loss, order, jitter") {
            var statistics = ReceptionStatistics(clockRate: 48_000)
            var header = RTPHeader(
                marker: false, payloadType: 111, sequence: 0, timestamp: 0, ssrc: 1)
            var arrived = RunInstant.zero
            return { count in
                for _ in 0..<count {
                    statistics.receive(header, arrived: arrived)
                    header.sequence &+= 1
                    header.timestamp &+= 960
                    arrived += .milliseconds(20)
                }
                return count
            }
        }
    }

    private static var player: Benchmark {
        Benchmark(name: "jitter-buffer", operation: "a packet of 60 bytes in, and played") {
            var player = JitterBuffer(clockRate: 48_000)
            var sequence: UInt16 = 0
            var timestamp: UInt32 = 0
            var arrived = RunInstant.zero
            var played = 0
            return { count in
                payload.withUnsafeBytes { bytes in
                    for _ in 0..<count {
                        _ = player.receive(
                            sequence: sequence, timestamp: timestamp, marker: false, level: nil,
                            payload: bytes, arrived: arrived)
                        sequence &+= 1
                        timestamp &+= 960
                        arrived += .milliseconds(20)
                        while player.next(until: arrived) != nil { played += 1 }
                    }
                }
                use(played)
                return count
            }
        }
    }

    private static func protection(_ name: String, _ profile: SRTPProfile) -> Benchmark {
        Benchmark(name: name, operation: "a packet of 80 bytes protected, and unprotected") {
            let master = SRTPMaster(
                key: [UInt8](repeating: 1, count: profile.keyLength),
                salt: [UInt8](repeating: 2, count: profile.saltLength))
            var sender = RTPSender(
                ssrc: 1, payloadType: 111, clockRate: 48_000, frame: .milliseconds(20),
                sequence: 0, timestamp: 0)
            let sealing = try SRTPSender(profile: profile, master: master)
            let opening = try SRTPReceiver(profile: profile, master: master)
            let level = AudioLevel(decibels: -20, isVoice: true)
            var buffer = WireBuffer()
            return { count in
                for _ in 0..<count {
                    buffer.removeAll()
                    payload.withUnsafeBytes {
                        sender.writePacket(
                            payload: $0, level: level, marker: false, at: .zero, into: &buffer)
                    }
                    guard (try? sealing.protect(rtp: &buffer)) != nil,
                        buffer.withMutableBytes({ try? opening.unprotect(rtp: $0) }) != nil
                    else { preconditionFailure("a packet was refused") }
                }
                return count
            }
        }
    }

    private static var tally: Benchmark {
        Benchmark(name: "histogram", operation: "a value counted") {
            var tally = FrameTally()
            var value: Int64 = 1
            return { count in
                for _ in 0..<count {
                    // Up to four milliseconds, all over the place.
                    value = (value &* 1_103_515_245 &+ 12_345) & 0x3F_FFFF
                    tally.record(Nanoseconds(value))
                }
                use(tally.total)
                return count
            }
        }
    }
}
