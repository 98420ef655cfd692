/// The outer shape of DTLS 1.2 records (RFC 6347 §4.1), as far as it shows without a key.
enum DTLSRecords {
    static let headerLength = 13

    /// How many whole records from the front of `bytes` fit into one datagram, in bytes.
    ///
    /// A record that is longer than `mtu` goes alone: it cannot be split. What is no record is
    /// taken whole.
    static func datagramLength(of bytes: ArraySlice<UInt8>, mtu: Int) -> Int {
        var length = 0
        while bytes.count - length >= headerLength {
            let start = bytes.startIndex + length
            let body = Int(bytes[start + 11]) << 8 | Int(bytes[start + 12])
            let end = min(length + headerLength + body, bytes.count)
            if length > 0, end > mtu { return length }
            length = end
        }
        return length > 0 ? length : bytes.count
    }

    /// The records of a datagram that are worth reading, and how many pieces of it are not.
    ///
    /// What no DTLS 1.2 peer can have sent is kept from OpenSSL, which would end the session over
    /// some of it: other versions, unknown content, lengths past the end, and unencrypted
    /// application data.
    static func forEachReadable(
        in datagram: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> Void
    ) -> Int {
        var ignored = 0
        var offset = 0
        while offset < datagram.count {
            guard let length = recordLength(in: datagram, at: offset) else { return ignored + 1 }
            let record = UnsafeRawBufferPointer(rebasing: datagram[offset..<offset + length])
            if isReadable(record) { take(record) } else { ignored += 1 }
            offset += length
        }
        return ignored
    }

    private static func recordLength(in datagram: UnsafeRawBufferPointer, at offset: Int) -> Int? {
        guard datagram.count - offset > headerLength, datagram[offset + 1] == 0xFE else {
            return nil
        }
        let body = Int(datagram[offset + 11]) << 8 | Int(datagram[offset + 12])
        // Ciphertext may be 2,048 bytes longer than the longest plaintext (RFC 5246 §6.2.3).
        guard body <= 16_384 + 2_048, body <= datagram.count - offset - headerLength else {
            return nil
        }
        return headerLength + body
    }

    private static func isReadable(_ record: UnsafeRawBufferPointer) -> Bool {
        guard record.count > headerLength else { return false }
        // A first ClientHello says 1.0 on the outside, everything later 1.2.
        guard record[2] == 0xFD || record[2] == 0xFF else { return false }
        let isPlaintext = record[3] == 0 && record[4] == 0
        switch record[0] {
        case 20, 21, 22: return true
        case 23: return !isPlaintext
        default: return false
        }
    }
}
