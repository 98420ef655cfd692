import Audio

/// What both sides of the binary dialect read alike.
enum BinaryFrame {
    /// A binary message's frame, where it lies; `nil` where it holds none, or half a sample.
    static func frame(
        _ bytes: UnsafeRawBufferPointer, codec: CodecName, hasLevel: Bool
    ) -> UnsafeRawBufferPointer? {
        let start = hasLevel ? 1 : 0
        guard bytes.count > start, codec != .pcm16 || (bytes.count - start) % 2 == 0 else {
            return nil
        }
        return UnsafeRawBufferPointer(rebasing: bytes[start...])
    }

    /// Appends a binary message's frame.
    ///
    /// - Returns: its level in −dBov; `nil` for a bare frame.
    static func append(
        _ bytes: UnsafeRawBufferPointer, codec: CodecName, hasLevel: Bool, to audio: inout [UInt8]
    ) throws(DialectProblem) -> UInt8? {
        let frame = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(hasLevel ? 1 : 0))
        guard !frame.isEmpty else {
            throw DialectProblem(
                .emptyFrame, "a binary message of \(bytes.count) bytes holds no frame")
        }
        guard codec != .pcm16 || frame.count % 2 == 0 else {
            throw DialectProblem(.oddPCM, "\(frame.count) bytes of 16-bit samples")
        }
        audio.append(contentsOf: frame)
        return hasLevel ? bytes[0] & 0x7F : nil
    }

    static func type(of event: JSONValue) throws(DialectProblem) -> String {
        guard case .object = event else {
            throw DialectProblem(.wrongType, "a control message is a JSON object")
        }
        guard let type = event["type"] else { throw .missing("type", in: "a control message") }
        guard let text = type.text else {
            throw DialectProblem(.wrongType, "a control message's 'type' is a string")
        }
        return text
    }
}
