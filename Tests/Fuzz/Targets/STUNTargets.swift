import Timeline
import WebRTCCore

/// Messages of STUN, and how a changed one is signed again so that it is believed.
enum STUNCorpus {
    static let password = "q8wcjv92ahH3Lx0p4mzn5tKe"
    static let key = STUNKey.shortTerm(password)
    private static let address = TransportAddress(host: .v4(0xC000_0201), port: 3_478)
    private static let other = TransportAddress(host: .v6(0x2001_0DB8 << 32, 7), port: 9)

    static func messages(_ methods: [STUNMethod] = STUNMethod.allCases) -> [[UInt8]] {
        var generator = SeededGenerator(seed: 1, stream: "stun-corpus")
        var all: [[UInt8]] = []
        for kind in STUNClass.allCases {
            for method in methods {
                for isSigned in [true, false] {
                    var buffer = WireBuffer()
                    let writer = STUNWriter(
                        kind, method, STUNTransactionID(using: &generator), into: &buffer)
                    append(kind, method, writer, &buffer)
                    writer.finish(
                        key: isSigned ? key : nil, fingerprint: isSigned, in: &buffer)
                    all.append(Array(buffer.bytes))
                }
            }
        }
        return all
    }

    private static func append(
        _ kind: STUNClass, _ method: STUNMethod, _ writer: STUNWriter, _ buffer: inout WireBuffer
    ) {
        switch kind {
        case .failure:
            writer.addFailure(code: method == .binding ? 487 : 401, reason: "No", to: &buffer)
            writer.add(.realm, text: "talk", to: &buffer)
            writer.add(.nonce, text: "obMatJos2AAAB", to: &buffer)
            writer.add(unknown: [0x7001, 0x7002, 3], to: &buffer)
            writer.add(.alternateServer, address: other, to: &buffer)
        case .success:
            writer.add(.xorMappedAddress, address: address, to: &buffer)
            writer.add(.xorRelayedAddress, address: other, to: &buffer)
            writer.add(.mappedAddress, address: other, to: &buffer)
            writer.add(.lifetime, number: 600, to: &buffer)
        case .request, .indication:
            writer.add(.username, text: "evtj:h6vY", to: &buffer)
            writer.add(.priority, number: 0x6E00_01FF, to: &buffer)
            writer.add(.iceControlling, wideNumber: 0x932F_F9B1_5126_3B36, to: &buffer)
            writer.add(flag: .useCandidate, to: &buffer)
            writer.add(.xorPeerAddress, address: address, to: &buffer)
            writer.add(channel: 0x4001, to: &buffer)
            writer.add(transport: 17, to: &buffer)
            writer.add(.data, bytes: [1, 2, 3, 4, 5], to: &buffer)
        }
        writer.add(.software, text: "talkover", to: &buffer)
    }

    /// The message with its integrity and fingerprint made anew, and a length that is right.
    ///
    /// Everything else stays as it is, however wrong.
    static func signed(_ bytes: UnsafeRawBufferPointer, key: [UInt8]?) -> [UInt8] {
        guard bytes.count >= STUNMessage.headerLength else { return Array(bytes) }
        var buffer = WireBuffer(capacity: bytes.count + 64)
        let writer = STUNWriter(
            .request, .binding, STUNTransactionID(high: 0, low: 0), into: &buffer)
        for place in 0..<STUNMessage.headerLength {
            buffer.overwrite(at: place, bigEndian: bytes[place])
        }
        buffer.append(UnsafeRawBufferPointer(rebasing: bytes[20..<attributesEnd(of: bytes)]))
        while buffer.count % 4 != 0 { buffer.append(0) }
        writer.finish(key: key, in: &buffer)
        return Array(buffer.bytes)
    }

    /// As an answer to the request with this transaction, as no stranger could know it.
    static func answering(_ transaction: [UInt8], _ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var answer = Array(bytes)
        guard answer.count >= STUNMessage.headerLength, transaction.count == 12 else {
            return answer
        }
        answer.replaceSubrange(8..<20, with: transaction)
        // The two bits that tell a response from a request (RFC 8489 section 5).
        answer[0] |= 1
        return answer
    }

    /// The transaction of a request that a parser has sent; empty where it is none.
    static func transaction(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        guard let request = try? STUNMessage.parse(bytes), request.kind == .request else {
            return []
        }
        return Array(bytes[8..<20])
    }

    /// Where integrity or fingerprint begins, or the message ends.
    private static func attributesEnd(of bytes: UnsafeRawBufferPointer) -> Int {
        var place = STUNMessage.headerLength
        while place + 4 <= bytes.count {
            let type = UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1])
            if type == STUNAttribute.messageIntegrity.rawValue
                || type == STUNAttribute.fingerprint.rawValue
            {
                return place
            }
            let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            place += 4 + (length + 3) & ~3
        }
        return min(bytes.count, 60_000)
    }
}

extension FuzzTarget {
    static func stun() -> [FuzzTarget] {
        [
            FuzzTarget("stun", corpus: STUNCorpus.messages(), read: readSTUN),
            FuzzTarget(
                name: "stun-gatherer", corpus: STUNCorpus.messages([.binding]), begin: gather),
        ]
    }

    private static func gather(_ generator: inout SeededGenerator) -> Feed {
        let server = TransportAddress(host: .v4(0xC000_0201), port: 3_478)
        let base = TransportAddress(host: .v4(0x0A00_0001), port: 5_000)
        let room = OutputRoom()
        var seed = generator
        func begin() -> (STUNGatherer, [UInt8]) {
            var gatherer = STUNGatherer(server: server, base: base, generator: &seed)
            gatherer.start(at: .zero)
            _ = gatherer.poll(into: &room.buffer)
            return (gatherer, STUNCorpus.transaction(of: room.buffer.bytes))
        }
        var (gatherer, transaction) = begin()
        return { bytes, generator in
            if gatherer.wake == nil { (gatherer, transaction) = begin() }
            var input = Array(bytes)
            if generator.next() % 4 != 0 {
                input = STUNCorpus.answering(transaction, UnsafeRawBufferPointer(bytes))
                input = input.withUnsafeBytes { STUNCorpus.signed($0, key: nil) }
            }
            let wasRead = room.guarded.hold(input).withUnsafe {
                gatherer.receive(stun: $0, from: server)
            }
            while gatherer.poll(into: &room.buffer) != nil {}
            return wasRead
        }
    }

    /// Parses, and asks for everything there can be in it.
    private static func readSTUN(_ bytes: UnsafeRawBufferPointer) -> Bool {
        _ = STUNMessage.isSTUN(bytes)
        _ = STUNMessage.announcedLength(bytes)
        guard let message = try? STUNMessage.parse(bytes) else { return false }
        for attribute in STUNAttribute.allCases {
            if let place = message.place(of: attribute) {
                require(place.upperBound <= bytes.count, "\(attribute) ends at \(place.upperBound)")
            }
            _ = message.text(attribute)
            _ = message.copy(of: attribute)
            _ = message.number(attribute)
            _ = message.wideNumber(attribute)
            _ = message.address(attribute)
        }
        _ = (message.channelNumber, message.failureCode, message.failureReason)
        require(message.unknownAttributes.count <= 16, "more unknown attributes than are kept")
        _ = message.isIntact(key: STUNCorpus.key)
        return true
    }
}
