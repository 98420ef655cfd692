/// Cuts what a TCP connection brings into STUN messages and ChannelData (RFC 8656 §12.5).
struct TURNStream {
    /// The beginning of a frame whose rest has not come yet; never more than one frame.
    private var rest: [UInt8] = []

    /// Hands on every whole frame, padding included.
    ///
    /// - Returns: whether the stream can still be followed; `false` of what begins like no frame.
    mutating func receive(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void
    ) -> Bool {
        var bytes = bytes
        while !rest.isEmpty {
            // Only as much is copied as completes the frame that was begun.
            let length: Int?
            switch rest.withUnsafeBytes({ Self.frameLength($0) }) {
            case .known(let known): length = known
            case .unknown: length = nil
            case .broken: return false
            }
            let missing = (length ?? ChannelData.headerLength) - rest.count
            let taken = min(missing, bytes.count)
            rest.append(contentsOf: bytes[..<taken])
            bytes = UnsafeRawBufferPointer(rebasing: bytes[taken...])
            guard taken == missing else { return true }
            guard length != nil else { continue }
            rest.withUnsafeBytes { body($0) }
            rest.removeAll(keepingCapacity: true)
        }
        while !bytes.isEmpty {
            switch Self.frameLength(bytes) {
            case .broken:
                return false
            case .known(let length) where length <= bytes.count:
                body(UnsafeRawBufferPointer(rebasing: bytes[..<length]))
                bytes = UnsafeRawBufferPointer(rebasing: bytes[length...])
            case .known, .unknown:
                rest.append(contentsOf: bytes)
                return true
            }
        }
        return true
    }

    private enum FrameLength {
        case known(Int)
        /// Fewer than four bytes are there.
        case unknown
        case broken
    }

    private static func frameLength(_ bytes: UnsafeRawBufferPointer) -> FrameLength {
        let isChannel = ChannelData.isChannelData(first: bytes[0])
        guard isChannel || bytes[0] < 4 else { return .broken }
        guard bytes.count >= 4 else { return .unknown }
        let length = Int(bytes.unsigned16(at: 2))
        // A server only uses channels the client has bound; "HTTP" would pass for another.
        if isChannel, !TURNPeers.channelNumbers.contains(bytes.unsigned16(at: 0)) { return .broken }
        if isChannel { return .known(ChannelData.headerLength + (length + 3) / 4 * 4) }
        // Every attribute ends at a multiple of four, and so does a message.
        guard length % 4 == 0 else { return .broken }
        return .known(STUNMessage.headerLength + length)
    }
}
