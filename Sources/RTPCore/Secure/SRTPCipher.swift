/// Seals or opens the packets of one stream in place, whatever their order.
///
/// Knows where things are in a packet and nothing of the packets before it. Lengths are the
/// callers' to check: a packet holds at least its header and the profile's overhead.
package struct SRTPCipher {
    enum Use { case sealing, opening }

    private enum Mode {
        case counter(CounterModeCipher)
        case galois(GaloisCipher)
    }

    /// The bit beside the 31 of an RTCP packet's index: it is encrypted (RFC 3711 §3.4).
    static let encryptedFlag: UInt32 = 0x8000_0000
    /// What of an RTCP packet stays in clear: the first header and its source.
    static let rtcpHeaderLength = 8

    private let mode: Mode

    /// - Throws: `badMaster` for keys of other lengths than the profile's.
    package init(profile: SRTPProfile, keys: SRTPKeys) throws(SRTPProblem) {
        switch profile {
        case .aesCM128HMACSHA1_80:
            mode = .counter(try CounterModeCipher(keys))
        case .aeadAES128GCM:
            mode = .galois(try GaloisCipher(keys))
        }
    }

    /// Encrypts what is behind the header and fills in the tag.
    ///
    /// - Parameters:
    ///   - packet: the packet, followed by room for the tag.
    ///   - header: the length of what stays in clear.
    ///   - index: 48 bits, rollover counter and sequence number.
    /// - Returns: false where the library refused; the packet is not to be sent then.
    package func sealRTP(
        _ packet: UnsafeMutableRawBufferPointer, header: Int, index: UInt64
    ) -> Bool {
        let ssrc = UnsafeRawBufferPointer(packet).bigEndian(UInt32.self, at: 8)
        switch mode {
        case .counter(let cipher):
            let parts = Parts(packet, header: header, trailer: 10)
            return cipher.crypt(parts.body, ssrc: ssrc, index: index)
                && cipher.writeTag(
                    over: parts.whole, word: UInt32(truncatingIfNeeded: index >> 16),
                    to: parts.trailer)
        case .galois(let cipher):
            let parts = Parts(packet, header: header, trailer: 16)
            guard let tag = parts.trailer.baseAddress else { return false }
            return cipher.seal(
                parts.body, clear: parts.header, word: nil, ssrc: ssrc, index: index, tag: tag)
        }
    }

    /// Checks the tag and decrypts what is behind the header.
    ///
    /// - Parameters: as in `sealRTP`.
    /// - Returns: false where the packet is not authentic; what is in it is worthless then.
    package func openRTP(
        _ packet: UnsafeMutableRawBufferPointer, header: Int, index: UInt64
    ) -> Bool {
        let ssrc = UnsafeRawBufferPointer(packet).bigEndian(UInt32.self, at: 8)
        switch mode {
        case .counter(let cipher):
            let parts = Parts(packet, header: header, trailer: 10)
            return cipher.isAuthentic(
                parts.whole, word: UInt32(truncatingIfNeeded: index >> 16),
                tag: UnsafeRawBufferPointer(parts.trailer))
                && cipher.crypt(parts.body, ssrc: ssrc, index: index)
        case .galois(let cipher):
            let parts = Parts(packet, header: header, trailer: 16)
            guard let tag = parts.trailer.baseAddress else { return false }
            return cipher.open(
                parts.body, clear: parts.header, word: nil, ssrc: ssrc, index: index, tag: tag)
        }
    }

    /// Encrypts what is behind the first header and source, and fills in tag and index.
    ///
    /// - Parameters:
    ///   - packet: the packet, followed by room for the overhead.
    ///   - index: 31 bits.
    /// - Returns: false where the library refused; the packet is not to be sent then.
    package func sealRTCP(_ packet: UnsafeMutableRawBufferPointer, index: UInt32) -> Bool {
        let ssrc = UnsafeRawBufferPointer(packet).bigEndian(UInt32.self, at: 4)
        let word = index | Self.encryptedFlag
        switch mode {
        case .counter(let cipher):
            let parts = Parts(packet, header: Self.rtcpHeaderLength, trailer: 14)
            parts.trailer.storeBytes(of: word.bigEndian, as: UInt32.self)
            return cipher.crypt(parts.body, ssrc: ssrc, index: UInt64(index))
                && cipher.writeTag(
                    over: parts.whole, word: word,
                    to: UnsafeMutableRawBufferPointer(rebasing: parts.trailer[4...]))
        case .galois(let cipher):
            let parts = Parts(packet, header: Self.rtcpHeaderLength, trailer: 20)
            guard let tag = parts.trailer.baseAddress else { return false }
            parts.trailer.storeBytes(of: word.bigEndian, toByteOffset: 16, as: UInt32.self)
            return cipher.seal(
                parts.body, clear: parts.header, word: word, ssrc: ssrc, index: UInt64(index),
                tag: tag)
        }
    }

    /// The word that tells an RTCP packet's index and whether it is encrypted.
    func rtcpWord(of packet: UnsafeRawBufferPointer) -> UInt32 {
        switch mode {
        case .counter: packet.bigEndian(UInt32.self, at: packet.count - 14)
        case .galois: packet.bigEndian(UInt32.self, at: packet.count - 4)
        }
    }

    /// Checks the tag and decrypts, where the packet says that it is encrypted.
    ///
    /// - Returns: false where the packet is not authentic; what is in it is worthless then.
    package func openRTCP(_ packet: UnsafeMutableRawBufferPointer) -> Bool {
        let ssrc = UnsafeRawBufferPointer(packet).bigEndian(UInt32.self, at: 4)
        let word = rtcpWord(of: UnsafeRawBufferPointer(packet))
        let index = UInt64(word & ~Self.encryptedFlag)
        let isEncrypted = word & Self.encryptedFlag != 0
        switch mode {
        case .counter(let cipher):
            let parts = Parts(packet, header: Self.rtcpHeaderLength, trailer: 14)
            let tag = UnsafeRawBufferPointer(rebasing: parts.trailer[4...])
            guard cipher.isAuthentic(parts.whole, word: word, tag: tag) else { return false }
            return !isEncrypted || cipher.crypt(parts.body, ssrc: ssrc, index: index)
        case .galois(let cipher):
            // In clear, all of it is associated data and nothing is left to decipher (§9.3).
            let header = isEncrypted ? Self.rtcpHeaderLength : packet.count - 20
            let parts = Parts(packet, header: header, trailer: 20)
            guard let tag = parts.trailer.baseAddress else { return false }
            return cipher.open(
                parts.body, clear: parts.header, word: word, ssrc: ssrc, index: index, tag: tag)
        }
    }

    /// A packet's header, the rest of it, and what protection adds behind.
    private struct Parts {
        let whole: UnsafeRawBufferPointer
        let header: UnsafeRawBufferPointer
        let body: UnsafeMutableRawBufferPointer
        let trailer: UnsafeMutableRawBufferPointer

        @inline(__always)
        init(_ packet: UnsafeMutableRawBufferPointer, header length: Int, trailer: Int) {
            let end = packet.count - trailer
            whole = UnsafeRawBufferPointer(rebasing: packet[..<end])
            header = UnsafeRawBufferPointer(rebasing: packet[..<length])
            body = UnsafeMutableRawBufferPointer(rebasing: packet[length..<end])
            self.trailer = UnsafeMutableRawBufferPointer(rebasing: packet[end...])
        }
    }
}
