extension RTCPReader {
    /// Walks the blocks of an extended report (RFC 3611 §3); false where they are malformed.
    ///
    /// Blocks of kinds we have no use for are stepped over.
    static func blocks(
        of packet: Frame, in bytes: UnsafeRawBufferPointer, _ body: (RTCPItem) -> Void
    ) -> Bool {
        guard packet.limit - packet.content >= 4 else { return false }
        let reporter = bytes.bigEndian(UInt32.self, at: packet.content)
        var place = packet.content + 4
        while place < packet.limit {
            guard packet.limit - place >= 4 else { return false }
            let content = place + 4
            let end = content + 4 * Int(bytes.bigEndian(UInt16.self, at: place + 2))
            guard end <= packet.limit else { return false }
            switch bytes[place] {
            case RTCPBlockType.receiverTime:
                guard end - content == 8 else { return false }
                let time = NTPTimestamp(value: bytes.bigEndian(UInt64.self, at: content))
                body(.receiverTime(ssrc: reporter, time))
            case RTCPBlockType.receiverTimeEcho:
                let length = ReceiverTimeEcho.length
                guard (end - content) % length == 0 else { return false }
                for start in stride(from: content, to: end, by: length) {
                    let echo = ReceiverTimeEcho(
                        ssrc: bytes.bigEndian(UInt32.self, at: start),
                        lastReceiverReport: bytes.bigEndian(UInt32.self, at: start + 4),
                        delaySinceLast: bytes.bigEndian(UInt32.self, at: start + 8)
                    )
                    body(.receiverTimeEcho(reporter: reporter, echo))
                }
            default:
                break
            }
            place = end
        }
        return true
    }
}
