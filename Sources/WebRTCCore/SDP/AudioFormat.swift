/// The codecs an audio section may agree on.
package enum SDPCodec: String, Hashable, Sendable, CaseIterable {
    case opus, pcmu, pcma

    /// Ticks of the RTP clock per second; of Opus always 48,000 (RFC 7587 §4.1).
    package var clockRate: Int { self == .opus ? 48_000 : 8_000 }

    /// What `a=rtpmap` says after the payload type.
    ///
    /// Opus is described with two channels whatever it carries (RFC 7587 §7).
    var encoding: String {
        switch self {
        case .opus: "opus/48000/2"
        case .pcmu: "PCMU/8000"
        case .pcma: "PCMA/8000"
        }
    }

    /// Reads what `a=rtpmap` says after the payload type; names are compared without case.
    init?(encoding: Substring) {
        switch encoding.lowercased() {
        case "opus/48000/2": self = .opus
        case "pcmu/8000", "pcmu/8000/1": self = .pcmu
        case "pcma/8000", "pcma/8000/1": self = .pcma
        default: return nil
        }
    }

    /// The codec of a payload type that needs no `a=rtpmap` (RFC 3551 §6).
    init?(staticPayloadType: UInt8) {
        switch staticPayloadType {
        case 0: self = .pcmu
        case 8: self = .pcma
        default: return nil
        }
    }
}

/// A codec and the number packets of it carry.
package struct AudioFormat: Equatable, Sendable {
    /// 0...63 or 96...127: the others look like RTCP where both share a port (RFC 5761 §4).
    package var payloadType: UInt8
    package var codec: SDPCodec
    /// What `a=fmtp` says after the payload type, as in `minptime=10;useinbandfec=1`.
    package var parameters: String?

    package init(payloadType: UInt8, codec: SDPCodec, parameters: String? = nil) {
        self.payloadType = payloadType
        self.codec = codec
        self.parameters = parameters
    }

    /// The format as this project writes it: Opus with frames from 10 ms and in-band FEC.
    package static func usual(_ codec: SDPCodec, payloadType: UInt8) -> AudioFormat {
        AudioFormat(
            payloadType: payloadType, codec: codec,
            parameters: codec == .opus ? "minptime=10;useinbandfec=1" : nil)
    }

    static func isUsable(payloadType: UInt8) -> Bool { payloadType < 64 || 96...127 ~= payloadType }
}
