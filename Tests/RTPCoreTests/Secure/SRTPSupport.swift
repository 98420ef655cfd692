import RTPCore
import Timeline

extension SRTPMaster {
    /// A secret of the profile's lengths, another one for another seed.
    static func drawn(_ profile: SRTPProfile, seed: UInt64 = 1) -> SRTPMaster {
        var generator = SeededGenerator(seed: seed, stream: "srtp-master")
        return SRTPMaster(
            key: generator.bytes(profile.keyLength), salt: generator.bytes(profile.saltLength))
    }
}

extension SeededGenerator {
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

extension SRTPSender {
    func protected(rtp plain: [UInt8]) throws(SRTPProblem) -> [UInt8] {
        var buffer = WireBuffer(capacity: 16)
        buffer.append(plain)
        try protect(rtp: &buffer)
        return Array(buffer.bytes)
    }

    func protected(rtcp plain: [UInt8]) throws(SRTPProblem) -> [UInt8] {
        var buffer = WireBuffer(capacity: 16)
        buffer.append(plain)
        try protect(rtcp: &buffer)
        return Array(buffer.bytes)
    }
}

extension SRTPReceiver {
    func plain(rtp sealed: [UInt8]) throws(SRTPProblem) -> [UInt8] {
        var bytes = sealed
        let result = bytes.withUnsafeMutableBytes { raw in
            Result { () throws(SRTPProblem) in try unprotect(rtp: raw) }
        }
        return Array(bytes[..<(try result.get())])
    }

    func plain(rtcp sealed: [UInt8]) throws(SRTPProblem) -> [UInt8] {
        var bytes = sealed
        let result = bytes.withUnsafeMutableBytes { raw in
            Result { () throws(SRTPProblem) in try unprotect(rtcp: raw) }
        }
        return Array(bytes[..<(try result.get())])
    }
}

extension SRTPCipher {
    /// Seals at cipher level: the packet and its overhead.
    func sealed(rtp plain: [UInt8], index: UInt64, overhead: Int) -> [UInt8] {
        var bytes = plain + [UInt8](repeating: 0, count: overhead)
        let isSealed = bytes.withUnsafeMutableBytes { sealRTP($0, header: 12, index: index) }
        return isSealed ? bytes : []
    }

    func sealed(rtcp plain: [UInt8], index: UInt32, overhead: Int) -> [UInt8] {
        var bytes = plain + [UInt8](repeating: 0, count: overhead)
        let isSealed = bytes.withUnsafeMutableBytes { sealRTCP($0, index: index) }
        return isSealed ? bytes : []
    }

    func opened(rtp sealed: [UInt8], index: UInt64, overhead: Int) -> [UInt8] {
        var bytes = sealed
        let isOpen = bytes.withUnsafeMutableBytes { openRTP($0, header: 12, index: index) }
        return isOpen ? bytes.dropLast(overhead) : []
    }

    func opened(rtcp sealed: [UInt8], overhead: Int) -> [UInt8] {
        var bytes = sealed
        let isOpen = bytes.withUnsafeMutableBytes { openRTCP($0) }
        return isOpen ? bytes.dropLast(overhead) : []
    }
}

/// A plain RTP packet.
func rtp(_ sequence: Int, ssrc: UInt32 = 0xCAFE_BABE, payload: [UInt8] = [1, 2, 3]) -> [UInt8] {
    written { buffer in
        RTPHeader(
            marker: false, payloadType: 111, sequence: UInt16(truncatingIfNeeded: sequence),
            timestamp: UInt32(truncatingIfNeeded: sequence &* 960), ssrc: ssrc
        ).write(into: &buffer, level: nil)
        buffer.append(payload)
    }
}

/// A plain compound RTCP packet.
func rtcp(ssrc: UInt32 = 0xCAFE_BABE) -> [UInt8] {
    written { buffer in
        RTCPWriter.report(ssrc: ssrc, sender: RTCPTests.info, block: nil, into: &buffer)
        RTCPWriter.description(ssrc: ssrc, name: Array("caller".utf8), into: &buffer)
    }
}
