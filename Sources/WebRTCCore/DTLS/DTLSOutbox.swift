import COpenSSL
import Timeline

/// Records that wait to be sent; datagrams are cut from its front.
///
/// A memory BIO keeps no datagram boundaries. Where they fall is decided here, when a datagram is
/// asked for: as many whole records as fit into the mtu.
struct DTLSOutbox {
    private let mtu: Int
    private var records: [UInt8] = []
    private var start = 0

    init(mtu: Int) { self.mtu = mtu }

    /// Bytes that wait.
    var count: Int { records.count - start }

    /// Empties a memory BIO that OpenSSL has written records to.
    mutating func collect(from bio: OpaquePointer) {
        let pending = BIO_ctrl_pending(bio)
        guard pending > 0 else { return }
        var bytes = [UInt8](repeating: 0, count: pending)
        let length = BIO_read(bio, &bytes, Int32(clamping: pending))
        records.append(contentsOf: bytes.prefix(max(0, Int(length))))
    }

    /// Replaces what `buffer` holds; `false` where nothing waits.
    mutating func takeDatagram(into buffer: inout WireBuffer) -> Bool {
        guard count > 0 else { return false }
        let length = DTLSRecords.datagramLength(of: records[start...], mtu: mtu)
        buffer.removeAll()
        records[start..<start + length].withUnsafeBytes { buffer.append($0) }
        start += length
        if start == records.count {
            // Handshakes are seldom, and so are events: an idle session keeps nothing.
            records = []
            start = 0
        }
        return true
    }
}
