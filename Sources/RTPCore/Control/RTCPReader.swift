/// Reads compound and reduced-size RTCP packets (RFC 3550 §6.1, RFC 5506).
package enum RTCPReader {
    /// Hands over every fact of `bytes`, or none of them where something is malformed.
    ///
    /// Any packet may come first, as reduced-size RTCP allows.
    package static func read(
        _ bytes: UnsafeRawBufferPointer, _ body: (RTCPItem) -> Void
    ) throws(RTCPProblem) {
        guard bytes.count >= 4 else { throw .tooShort }
        var start = 0
        while start < bytes.count {
            let packet = try packet(at: start, in: bytes)
            try check(packet, in: bytes)
            start = packet.end
        }
        start = 0
        while start < bytes.count {
            guard let packet = try? packet(at: start, in: bytes) else { return }
            emit(packet, in: bytes, body)
            start = packet.end
        }
    }

    /// One packet's place: header at `start`, its content up to `limit`, the next packet at `end`.
    struct Frame {
        let start: Int
        let limit: Int
        let end: Int
        let type: UInt8
        let count: Int

        var content: Int { start + 4 }
    }

    private static func packet(
        at start: Int, in bytes: UnsafeRawBufferPointer
    ) throws(RTCPProblem) -> Frame {
        guard bytes.count - start >= 4 else { throw .badLength }
        guard bytes[start] >> 6 == 2 else { throw .badVersion }
        let length = 4 * (Int(bytes.bigEndian(UInt16.self, at: start + 2)) + 1)
        guard length <= bytes.count - start else { throw .badLength }
        let end = start + length
        var limit = end
        if bytes[start] & 0x20 != 0 {
            let padding = Int(bytes[end - 1])
            guard end == bytes.count, padding > 0, padding <= length - 4 else { throw .badPadding }
            limit -= padding
        }
        return Frame(
            start: start, limit: limit, end: end, type: bytes[start + 1],
            count: Int(bytes[start] & 0x1F)
        )
    }

    private static func check(
        _ packet: Frame, in bytes: UnsafeRawBufferPointer
    ) throws(RTCPProblem) {
        let room = packet.limit - packet.content
        switch packet.type {
        case RTCPType.senderReport:
            guard room >= 24 + ReportBlock.length * packet.count else { throw .badReport }
        case RTCPType.receiverReport:
            guard room >= 4 + ReportBlock.length * packet.count else { throw .badReport }
        case RTCPType.sourceDescription:
            guard names(of: packet, in: bytes, { _ in }) else { throw .badDescription }
        case RTCPType.goodbye:
            guard room >= 4 * packet.count else { throw .badGoodbye }
        case RTCPType.extendedReport:
            guard blocks(of: packet, in: bytes, { _ in }) else { throw .badExtendedReport }
        default:
            break
        }
    }

    private static func emit(
        _ packet: Frame, in bytes: UnsafeRawBufferPointer, _ body: (RTCPItem) -> Void
    ) {
        switch packet.type {
        case RTCPType.senderReport:
            let ssrc = bytes.bigEndian(UInt32.self, at: packet.content)
            let info = SenderInfo(
                ntp: NTPTimestamp(value: bytes.bigEndian(UInt64.self, at: packet.content + 4)),
                rtpTimestamp: bytes.bigEndian(UInt32.self, at: packet.content + 12),
                packets: bytes.bigEndian(UInt32.self, at: packet.content + 16),
                octets: bytes.bigEndian(UInt32.self, at: packet.content + 20)
            )
            body(.sender(ssrc: ssrc, info))
            emitBlocks(of: packet, from: packet.content + 24, in: bytes, body)
        case RTCPType.receiverReport:
            emitBlocks(of: packet, from: packet.content + 4, in: bytes, body)
        case RTCPType.sourceDescription:
            _ = names(of: packet, in: bytes, body)
        case RTCPType.goodbye:
            for index in 0..<packet.count {
                body(.goodbye(ssrc: bytes.bigEndian(UInt32.self, at: packet.content + 4 * index)))
            }
        case RTCPType.extendedReport:
            var isForeign = true
            _ = blocks(of: packet, in: bytes) {
                isForeign = false
                body($0)
            }
            if isForeign { body(.other(type: packet.type)) }
        default:
            body(.other(type: packet.type))
        }
    }

    private static func emitBlocks(
        of packet: Frame, from start: Int, in bytes: UnsafeRawBufferPointer,
        _ body: (RTCPItem) -> Void
    ) {
        let reporter = bytes.bigEndian(UInt32.self, at: packet.content)
        for index in 0..<packet.count {
            let place = start + ReportBlock.length * index
            let losses = bytes.bigEndian(UInt32.self, at: place + 4)
            // 24 bits with sign: shifted up and back down again.
            let cumulative = Int32(bitPattern: losses << 8) >> 8
            let block = ReportBlock(
                ssrc: bytes.bigEndian(UInt32.self, at: place),
                fractionLost: UInt8(losses >> 24),
                cumulativeLost: cumulative,
                highestSequence: bytes.bigEndian(UInt32.self, at: place + 8),
                jitter: bytes.bigEndian(UInt32.self, at: place + 12),
                lastSenderReport: bytes.bigEndian(UInt32.self, at: place + 16),
                delaySinceLast: bytes.bigEndian(UInt32.self, at: place + 20)
            )
            body(.reception(reporter: reporter, block))
        }
    }

    /// Walks the chunks of a source description (§6.5); false where they are malformed.
    private static func names(
        of packet: Frame, in bytes: UnsafeRawBufferPointer, _ body: (RTCPItem) -> Void
    ) -> Bool {
        var place = packet.content
        for _ in 0..<packet.count {
            guard packet.limit - place >= 4 else { return false }
            let ssrc = bytes.bigEndian(UInt32.self, at: place)
            place += 4
            while true {
                guard place < packet.limit else { return false }
                let kind = bytes[place]
                if kind == 0 { break }
                guard place + 2 <= packet.limit else { return false }
                let text = (place + 2)..<(place + 2 + Int(bytes[place + 1]))
                guard text.upperBound <= packet.limit else { return false }
                if kind == RTCPType.canonicalName { body(.name(ssrc: ssrc, text: text)) }
                place = text.upperBound
            }
            // The zero that ends the list and those that fill its word.
            place += 4 - (place - packet.start) % 4
            guard place <= packet.limit else { return false }
        }
        return true
    }
}
