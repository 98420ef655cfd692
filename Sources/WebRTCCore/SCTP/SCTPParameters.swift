import Timeline

/// Numbers of parameters and error causes (RFC 9260 §3.3, RFC 3758, RFC 5061, RFC 6525 §4).
enum SCTPCode {
    static let heartbeatInfo: UInt16 = 1
    static let stateCookie: UInt16 = 7
    static let unrecognizedParameter: UInt16 = 8
    static let outgoingReset: UInt16 = 13
    static let incomingReset: UInt16 = 14
    static let associationReset: UInt16 = 15
    static let reconfigurationResponse: UInt16 = 16
    static let addOutgoing: UInt16 = 17
    static let addIncoming: UInt16 = 18
    static let supportedExtensions: UInt16 = 0x8008
    static let forwardTSNSupported: UInt16 = 0xC000

    static let causeInvalidStream: UInt16 = 1
    static let causeUnrecognizedChunk: UInt16 = 6
    static let causeUnrecognizedParameters: UInt16 = 8
    static let causeUserInitiated: UInt16 = 12
    static let causeProtocolViolation: UInt16 = 13
}

/// What one side says of itself in INIT and INIT ACK (RFC 9260 §3.3.2, §3.3.3).
struct SCTPInitiation: Equatable {
    private static let fixedLength = 16
    /// More of what it does not know than a side reports back.
    private static let unrecognizedLimit = 8

    var tag: UInt32
    var window: UInt32
    var outboundStreams: UInt16
    var inboundStreams: UInt16
    var firstTSN: UInt32
    /// Only in INIT ACK, where it is never empty.
    var cookie: [UInt8] = []
    var canReset = true
    /// Parameters to be reported, each whole.
    var unrecognized: [[UInt8]] = []

    init(tag: UInt32, window: UInt32, streams: UInt16, firstTSN: UInt32) {
        self.tag = tag
        self.window = window
        outboundStreams = streams
        inboundStreams = streams
        self.firstTSN = firstTSN
    }

    /// Nothing where it is cut short, or a tag or number of streams is zero.
    init?(reading bytes: UnsafeRawBufferPointer, in body: Range<Int>) {
        guard body.count >= Self.fixedLength else { return nil }
        let start = body.lowerBound
        tag = bytes.sctpU32(at: start)
        window = bytes.sctpU32(at: start + 4)
        outboundStreams = bytes.sctpU16(at: start + 8)
        inboundStreams = bytes.sctpU16(at: start + 10)
        firstTSN = bytes.sctpU32(at: start + 12)
        guard tag != 0, outboundStreams != 0, inboundStreams != 0 else { return nil }
        canReset = false
        readParameters(bytes, start + Self.fixedLength..<body.upperBound)
    }

    private mutating func readParameters(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        for item in SCTPItems(bytes, in: range) {
            switch item.head {
            case SCTPCode.stateCookie:
                cookie = Array(bytes[item.body])
            case SCTPCode.supportedExtensions:
                canReset = bytes[item.body].contains(SCTPChunkType.reconfiguration.rawValue)
            case SCTPCode.forwardTSNSupported, SCTPCode.unrecognizedParameter:
                continue
            case 0..<0x4000 where Self.isOfOtherNetworks(item.head):
                continue
            default:
                // The two highest bits say what to do with what one does not know (§3.2.1).
                let isReported = item.head & 0x4000 != 0
                if isReported, unrecognized.count < Self.unrecognizedLimit, item.body.count < 64 {
                    unrecognized.append(
                        Array(bytes[item.body.lowerBound - 4..<item.body.upperBound]))
                }
                if item.head & 0x8000 == 0 { return }
            }
        }
    }

    /// Addresses, cookie preservative, supported address types: without meaning over DTLS.
    private static func isOfOtherNetworks(_ code: UInt16) -> Bool {
        [5, 6, 9, 11, 12].contains(code)
    }

    func append(as kind: SCTPChunkType, to buffer: inout WireBuffer) {
        SCTPChunk.append(kind, to: &buffer) { buffer in
            buffer.append(bigEndian: tag)
            buffer.append(bigEndian: window)
            buffer.append(bigEndian: outboundStreams)
            buffer.append(bigEndian: inboundStreams)
            buffer.append(bigEndian: firstTSN)
            if !cookie.isEmpty {
                SCTPChunk.append(parameter: SCTPCode.stateCookie, to: &buffer) {
                    $0.append(cookie)
                }
            }
            SCTPChunk.append(parameter: SCTPCode.supportedExtensions, to: &buffer) {
                $0.append(SCTPChunkType.reconfiguration.rawValue)
                $0.append(SCTPChunkType.forwardTSN.rawValue)
            }
            for parameter in unrecognized {
                SCTPChunk.append(parameter: SCTPCode.unrecognizedParameter, to: &buffer) {
                    $0.append(parameter)
                }
            }
            // Last, as it needs no padding: a chunk's length leaves out that of its last parameter.
            SCTPChunk.append(parameter: SCTPCode.forwardTSNSupported, to: &buffer) { _ in }
        }
    }
}
