import Testing
import Timeline
import WebRTCCore

@Suite struct STUNMessageTests {
    private let transaction = STUNTransactionID(high: 1, low: 2)

    private func problem(of bytes: [UInt8]) -> STUNProblem? {
        do {
            _ = try withSTUN(bytes) { $0.kind }
            return nil
        } catch { return error as? STUNProblem }
    }

    @Test func `every class and method survives writing and reading`() throws {
        for kind in STUNClass.allCases {
            for method in STUNMethod.allCases {
                let bytes = stunBytes {
                    STUNWriter(kind, method, transaction, into: &$0).finish(key: nil, in: &$0)
                }
                try withSTUN(bytes) {
                    #expect($0.kind == kind)
                    #expect($0.method == method)
                    #expect($0.transaction == transaction)
                }
            }
        }
        // As RFC 8656 has them on the wire.
        let allocate = stunBytes {
            STUNWriter(.failure, .allocate, transaction, into: &$0).finish(key: nil, in: &$0)
        }
        #expect(allocate.prefix(2) == [0x01, 0x13])
        let data = stunBytes {
            STUNWriter(.indication, .data, transaction, into: &$0).finish(key: nil, in: &$0)
        }
        #expect(data.prefix(2) == [0x00, 0x17])
    }

    @Test func `every attribute of TURN and ICE survives writing and reading`() throws {
        let four = iceAddress("203.0.113.9", 4_000)
        let six = iceAddress("2001:db8::7", 65_535)
        let key = STUNKey.longTerm(username: "u", realm: "r", password: "p")
        let bytes = stunBytes { buffer in
            buffer.append([1, 2, 3])
            let writer = STUNWriter(.request, .allocate, transaction, into: &buffer)
            writer.add(transport: 17, to: &buffer)
            writer.add(familyIsV6: true, to: &buffer)
            writer.add(.lifetime, number: 600, to: &buffer)
            writer.add(channel: 0x4001, to: &buffer)
            writer.add(.xorPeerAddress, address: four, to: &buffer)
            writer.add(.xorRelayedAddress, address: six, to: &buffer)
            writer.add(.mappedAddress, address: six, to: &buffer)
            writer.add(.alternateServer, address: four, to: &buffer)
            writer.add(.data, bytes: [9, 8, 7, 6, 5], to: &buffer)
            writer.add(.nonce, bytes: [0xFF, 0x00], to: &buffer)
            writer.add(flag: .useCandidate, to: &buffer)
            writer.addFailure(code: 438, reason: "Stale Nonce", to: &buffer)
            writer.add(unknown: [0x7FFE, 0x0077], to: &buffer)
            writer.add(.iceControlling, wideNumber: UInt64.max - 1, to: &buffer)
            writer.finish(key: key, in: &buffer)
        }

        try withSTUN(Array(bytes.dropFirst(3))) { message in
            #expect(message.number(.requestedTransport) == 17 << 24)
            #expect(message.number(.requestedAddressFamily) == 2 << 24)
            #expect(message.number(.lifetime) == 600)
            #expect(message.channelNumber == 0x4001)
            #expect(message.address(.xorPeerAddress) == four)
            #expect(message.address(.xorRelayedAddress) == six)
            #expect(message.address(.mappedAddress) == six)
            #expect(message.address(.alternateServer) == four)
            #expect(message.place(of: .data).map { Array(message.bytes[$0]) } == [9, 8, 7, 6, 5])
            #expect(message.copy(of: .nonce) == [0xFF, 0x00])
            #expect(message.has(.useCandidate))
            #expect(message.failureCode == 438)
            #expect(message.failureReason == "Stale Nonce")
            #expect(message.unknownAttributes == [0x7FFE, 0x0077])
            #expect(message.wideNumber(.iceControlling) == UInt64.max - 1)
            #expect(message.isIntact(key: key))
        }
    }

    @Test func `attributes that must be understood and are not are reported`() throws {
        // 0x7777 must be understood; 0x8777 need not be.
        let bytes = stunHex("0001000C 2112A442 000000010000000000000002 77770001 AA000000 87770000")
        #expect(try withSTUN(bytes) { $0.unknownRequired } == [0x7777])
    }

    @Test func `what follows the integrity is not listened to`() throws {
        let key = STUNKey.shortTerm("secret")
        var bytes = stunBytes { buffer in
            let writer = STUNWriter(.request, .binding, transaction, into: &buffer)
            writer.add(.priority, number: 7, to: &buffer)
            writer.finish(key: key, fingerprint: false, in: &buffer)
        }
        bytes += stunHex("00250000 77770000")
        bytes[3] += 8
        try withSTUN(bytes) { message in
            #expect(message.isIntact(key: key))
            #expect(message.number(.priority) == 7)
            #expect(!message.has(.useCandidate))
            #expect(message.unknownRequired == [])
        }
    }

    @Test func `what is no STUN message is refused by its kind`() {
        let header = "2112A442 000000010000000000000002"
        #expect(problem(of: []) == .tooShort)
        #expect(problem(of: Array(repeating: 0, count: 19)) == .tooShort)
        #expect(problem(of: stunHex("80010000" + header)) == .notSTUN)
        #expect(problem(of: stunHex("00010000 2112A443 000000010000000000000002")) == .notSTUN)
        #expect(problem(of: stunHex("00010004" + header)) == .badLength)
        #expect(problem(of: stunHex("00010002" + header + "0000")) == .badLength)
        #expect(problem(of: stunHex("00020000" + header)) == .unknownMethod)
        #expect(problem(of: stunHex("3FFF0000" + header)) == .unknownMethod)
        #expect(problem(of: stunHex("00010004" + header + "00250001")) == .badAttribute)
        #expect(problem(of: stunHex("00010004" + header + "0006FFFF")) == .badAttribute)
        #expect(problem(of: stunHex("00010008" + header + "80280004 00000000")) == .badFingerprint)
        #expect(problem(of: stunHex("00010000" + header)) == nil)
    }

    @Test func `malformed values are none`() throws {
        let bytes = stunHex(
            "00010038 2112A442 000000010000000000000002 00200008 0002A147E112A643"
                + "00010004 00010000 00090004 00000263 00250000 0024000300000000 000D0000 00130000"
                + "000A0003 00010200")
        try withSTUN(bytes) { message in
            #expect(message.address(.xorMappedAddress) == nil)
            #expect(message.address(.mappedAddress) == nil)
            #expect(message.failureCode == nil)
            #expect(message.number(.priority) == nil)
            #expect(message.number(.lifetime) == nil)
            #expect(message.place(of: .data)?.count == 0)
            #expect(message.unknownAttributes == [1])
            #expect(message.wideNumber(.iceControlled) == nil)
        }
    }

    @Test func `a look at the first bytes tells STUN from media`() {
        let media = stunHex("80EF1234 89ABCDEF 01020304 00000000 00000000")
        #expect(STUNVectorTests.request.withUnsafeBytes { STUNMessage.isSTUN($0) })
        #expect(media.withUnsafeBytes { !STUNMessage.isSTUN($0) })
        let length = STUNVectorTests.request.prefix(4).withUnsafeBytes {
            STUNMessage.announcedLength($0)
        }
        #expect(length == STUNVectorTests.request.count)
    }

    @Test func `no mutation reads outside its bytes`() {
        var generator = SeededGenerator(seed: 41, stream: "fuzz-stun")
        let originals = [
            STUNVectorTests.request, STUNVectorTests.responseV4, STUNVectorTests.responseV6,
            STUNVectorTests.longTerm,
        ]
        let key = STUNKey.shortTerm(STUNVectorTests.password)
        var valid = 0
        for round in 0..<20_000 {
            // Without the fingerprint, which would refuse nearly all.
            let original = originals[round % 4].dropLast(round % 3 == 0 ? 0 : 8)
            let bytes = mutatedSTUN(Array(original), using: &generator)
            _ = try? withSTUN(bytes) { message in
                valid += 1
                for attribute in STUNAttribute.allCases {
                    let place = message.place(of: attribute)
                    if let place, place.upperBound > bytes.count { Issue.record("round \(round)") }
                    _ = message.address(attribute)
                    _ = message.number(attribute)
                    _ = message.wideNumber(attribute)
                }
                _ = (message.failureCode, message.failureReason, message.unknownAttributes)
                _ = (message.text(.username), message.channelNumber, message.isIntact(key: key))
            }
        }
        #expect(valid > 2_000, "\(valid)")
    }
}
