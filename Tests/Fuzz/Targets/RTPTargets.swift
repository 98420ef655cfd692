import RTPCore
import Timeline

extension FuzzTarget {
    static func rtp() -> [FuzzTarget] {
        let packets = MediaCorpus.packets()
        return [
            FuzzTarget("rtp", corpus: packets, read: readRTP),
            FuzzTarget(name: "rtcp", corpus: MediaCorpus.reports(), begin: feedRTCP),
            FuzzTarget(name: "reception", corpus: packets, begin: feedReception),
            FuzzTarget(name: "jitter-buffer", corpus: packets, begin: feedJitterBuffer),
        ]
    }

    private static func readRTP(_ bytes: UnsafeRawBufferPointer) -> Bool {
        _ = RTPDemux.kind(bytes)
        guard let packet = try? RTPPacket.parse(bytes) else { return false }
        require(packet.payload.upperBound <= bytes.count, "payload to \(packet.payload.upperBound)")
        require(packet.extensionData.upperBound <= bytes.count, "extension beyond the end")
        for id in UInt8(0)...15 {
            _ = packet.level(id: id, in: bytes)
            if let place = packet.element(id: id, in: bytes) {
                require(place.upperBound <= packet.payload.lowerBound, "element in the payload")
            }
        }
        return true
    }

    private static func feedRTCP(_ generator: inout SeededGenerator) -> Feed {
        var reporter = RTCPReporter(
            ssrc: MediaCorpus.ssrc, name: "x", extended: true,
            clockOrigin: NTPTimestamp(value: 0x83AA_7E80 << 32), generator: generator, start: .zero)
        var reception = ReceptionStatistics(clockRate: 48_000)
        var now = RunInstant.zero
        let room = OutputRoom()
        return { bytes, generator in
            let raw = UnsafeRawBufferPointer(bytes)
            now += .milliseconds(Int64(generator.next() % 3_000))
            try? RTCPReader.read(raw) { item in
                if case .name(_, let text) = item {
                    require(text.upperBound <= raw.count, "name to \(text.upperBound)")
                }
            }
            let wasRead = (try? reporter.receive(raw, arrived: now)) != nil
            room.buffer.removeAll()
            reporter.write(at: now, sender: nil, reception: &reception, into: &room.buffer)
            require(reporter.roundTrips.count <= 64, "round trips pile up")
            return wasRead
        }
    }

    private static func feedReception(_ generator: inout SeededGenerator) -> Feed {
        var reception = ReceptionStatistics(clockRate: 48_000)
        var now = RunInstant.zero
        return { bytes, generator in
            guard let packet = try? RTPPacket.parse(UnsafeRawBufferPointer(bytes)) else {
                return false
            }
            now += .microseconds(Int64(generator.next() % 40_000))
            reception.receive(packet.header, arrived: now)
            if generator.next() % 8 == 0 { _ = reception.reportBlock() }
            if generator.next() % 16 == 0 {
                _ = (reception.lossRuns, reception.burstGap, reception.lost, reception.jitter)
            }
            return true
        }
    }

    private static func feedJitterBuffer(_ generator: inout SeededGenerator) -> Feed {
        let delay: JitterBuffer.Delay =
            generator.next() % 2 == 0 ? .adaptive : .fixed(.milliseconds(60))
        var jitter = JitterBuffer(clockRate: 48_000, delay: delay)
        var now = RunInstant.zero
        return { bytes, generator in
            let raw = UnsafeRawBufferPointer(bytes)
            guard let packet = try? RTPPacket.parse(raw) else { return false }
            now += .microseconds(Int64(generator.next() % 60_000))
            let payload = UnsafeRawBufferPointer(rebasing: raw[packet.payload])
            _ = jitter.receive(
                sequence: packet.header.sequence, timestamp: packet.header.timestamp,
                marker: packet.header.marker, level: packet.level(id: 1, in: raw),
                payload: payload, arrived: now)
            if generator.next() % 32 == 0 { jitter.expectNewSource() }
            var played = 0
            while let frame = jitter.next(until: now) {
                played += 1
                require(played < 100_000, "plays without end")
                require(frame.duration >= .zero, "plays for \(frame.duration)")
            }
            return true
        }
    }
}

/// Packets of media and their reports.
enum MediaCorpus {
    static let ssrc: UInt32 = 0x0A0B_0C0D

    static func packets() -> [[UInt8]] {
        var all: [[UInt8]] = []
        let payload = [UInt8](repeating: 0x5A, count: 120)
        for index in 0..<24 {
            var buffer = WireBuffer()
            RTPHeader(
                marker: index % 7 == 0, payloadType: 111,
                sequence: UInt16(truncatingIfNeeded: 65_530 + index),
                timestamp: UInt32(truncatingIfNeeded: 960 * index),
                ssrc: index % 12 == 11 ? 9 : ssrc
            ).write(
                into: &buffer,
                level: index % 2 == 0 ? AudioLevel(decibels: -30, isVoice: true) : nil,
                mid: index % 3 == 0 ? MediaIDElement(id: 4, name: "0") : .none)
            payload.prefix(index * 7 % 121).withUnsafeBytes { buffer.append($0) }
            all.append(Array(buffer.bytes))
        }
        // Contributing sources, two-byte elements, padding: nobody here writes them, others do.
        let foreign: [[UInt8]] = [
            [0xB2, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 10, 0, 0, 0, 11]
                + [0xBE, 0xDE, 0, 1, 0x10, 0x9E, 0, 0, 1, 2, 3, 0, 0, 0, 0, 5],
            [
                0x90, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0x10, 0, 0, 2, 2, 0, 1, 1, 0x85, 0, 0, 0,
                0xFF,
            ],
        ]
        return all + foreign
    }

    static func reports() -> [[UInt8]] {
        var all: [[UInt8]] = []
        var reception = ReceptionStatistics(clockRate: 48_000)
        for bytes in packets().prefix(10) {
            let header = bytes.withUnsafeBytes { try? RTPPacket.parse($0).header }
            if let header { reception.receive(header, arrived: .zero) }
        }
        var generator = SeededGenerator(seed: 1, stream: "rtcp-corpus")
        let sender = RTPSender(
            ssrc: 1, payloadType: 111, clockRate: 48_000, frame: .milliseconds(20),
            generator: &generator)
        for isExtended in [true, false] {
            var reporter = RTCPReporter(
                ssrc: 1, name: "talkover", extended: isExtended,
                clockOrigin: NTPTimestamp(value: 0x83AA_7E80 << 32), generator: generator,
                start: .zero)
            for hasSender in [true, false] {
                var buffer = WireBuffer()
                reporter.write(
                    at: .zero + .seconds(6), sender: hasSender ? sender : nil,
                    reception: &reception, into: &buffer)
                all.append(Array(buffer.bytes))
                buffer.removeAll()
                reporter.writeGoodbye(
                    at: .zero + .seconds(6), sender: hasSender ? sender : nil,
                    reception: &reception, into: &buffer)
                all.append(Array(buffer.bytes))
            }
        }
        return all
    }
}
