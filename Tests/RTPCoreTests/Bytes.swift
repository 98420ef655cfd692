import RTPCore
import Timeline

/// Bytes written in hexadecimal, blanks ignored.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap { $0.hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
}

func written(_ body: (inout WireBuffer) -> Void) -> [UInt8] {
    var buffer = WireBuffer(capacity: 64)
    body(&buffer)
    return Array(buffer.bytes)
}

func parsed(_ bytes: [UInt8]) throws(RTPProblem) -> RTPPacket {
    let result = bytes.withUnsafeBytes { raw in
        Result { () throws(RTPProblem) in try RTPPacket.parse(raw) }
    }
    return try result.get()
}

func items(_ bytes: [UInt8]) throws(RTCPProblem) -> [RTCPItem] {
    let result = bytes.withUnsafeBytes { raw in
        Result { () throws(RTCPProblem) in
            var found: [RTCPItem] = []
            try RTCPReader.read(raw) { found.append($0) }
            return found
        }
    }
    return try result.get()
}

func milliseconds(_ count: Double) -> RunInstant { .zero + Nanoseconds(milliseconds: count) }

func header(_ sequence: Int, _ timestamp: Int, ssrc: UInt32 = 7) -> RTPHeader {
    RTPHeader(
        marker: false, payloadType: 0, sequence: UInt16(truncatingIfNeeded: sequence),
        timestamp: UInt32(truncatingIfNeeded: timestamp), ssrc: ssrc)
}
