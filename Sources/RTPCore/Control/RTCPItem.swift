/// Why bytes are no RTCP packet.
///
/// Nothing of such bytes is used.
package enum RTCPProblem: Error, Equatable, Sendable, CaseIterable {
    /// Shorter than one packet's header.
    case tooShort
    /// Version other than 2, in any packet of the compound.
    case badVersion
    /// Lengths that do not add up to the datagram's (RFC 3550 appendix A.2).
    case badLength
    /// Padding in a packet that is not the last, of zero bytes, or longer than its packet.
    case badPadding
    /// A report shorter than the number of blocks it announces.
    case badReport
    /// A source description whose items run past its end.
    case badDescription
    /// A goodbye shorter than the number of sources it announces.
    case badGoodbye
    /// An extended report whose blocks run past its end, or one of another length than its kind's.
    case badExtendedReport
}

/// What a sender says about its own stream (RFC 3550 §6.4.1).
package struct SenderInfo: Equatable, Sendable {
    /// When the report was written.
    package var ntp: NTPTimestamp
    /// The same instant on the stream's RTP clock.
    package var rtpTimestamp: UInt32
    package var packets: UInt32
    package var octets: UInt32

    package init(ntp: NTPTimestamp, rtpTimestamp: UInt32, packets: UInt32, octets: UInt32) {
        self.ntp = ntp
        self.rtpTimestamp = rtpTimestamp
        self.packets = packets
        self.octets = octets
    }
}

/// What a receiver says about one stream it hears (RFC 3550 §6.4.1).
package struct ReportBlock: Equatable, Sendable {
    /// The stream that is reported on.
    package var ssrc: UInt32
    /// Lost since the report before, in 1/256.
    package var fractionLost: UInt8
    /// Lost since the beginning, −2²³...2²³−1; duplicates make it negative.
    package var cumulativeLost: Int32
    /// Extended highest sequence number received.
    package var highestSequence: UInt32
    /// Interarrival jitter in units of the RTP clock.
    package var jitter: UInt32
    /// Middle 32 bits of the last sender report heard; 0 before the first.
    package var lastSenderReport: UInt32
    /// Time from then until this report, in 1/65,536 s.
    package var delaySinceLast: UInt32

    package static let length = 24

    /// Lost since the report before, 0...1 in steps of 1/256; 0 where duplicates outnumber losses.
    package var shareLost: Double { Double(fractionLost) / 256 }

    package init(
        ssrc: UInt32, fractionLost: UInt8, cumulativeLost: Int32, highestSequence: UInt32,
        jitter: UInt32, lastSenderReport: UInt32, delaySinceLast: UInt32
    ) {
        self.ssrc = ssrc
        self.fractionLost = fractionLost
        self.cumulativeLost = cumulativeLost
        self.highestSequence = highestSequence
        self.jitter = jitter
        self.lastSenderReport = lastSenderReport
        self.delaySinceLast = delaySinceLast
    }
}

/// What a participant says of one whose clock it heard (RFC 3611 §4.5).
package struct ReceiverTimeEcho: Equatable, Sendable {
    /// Whose clock it was.
    package var ssrc: UInt32
    /// Middle 32 bits of the last reference time heard from there; 0 before the first.
    package var lastReceiverReport: UInt32
    /// Time from then until this report, in 1/65,536 s.
    package var delaySinceLast: UInt32

    package static let length = 12

    package init(ssrc: UInt32, lastReceiverReport: UInt32, delaySinceLast: UInt32) {
        self.ssrc = ssrc
        self.lastReceiverReport = lastReceiverReport
        self.delaySinceLast = delaySinceLast
    }
}

/// One fact of a compound RTCP packet, in the order of its bytes.
package enum RTCPItem: Equatable, Sendable {
    case sender(ssrc: UInt32, SenderInfo)
    /// - Parameter reporter: who heard the stream named in the block.
    case reception(reporter: UInt32, ReportBlock)
    /// A canonical name; where its bytes are in what was read.
    case name(ssrc: UInt32, text: Range<Int>)
    case goodbye(ssrc: UInt32)
    /// The time at which an extended report was written, by its writer's clock (RFC 3611 §4.4).
    case receiverTime(ssrc: UInt32, NTPTimestamp)
    /// - Parameter reporter: who heard the clock named in the echo.
    case receiverTimeEcho(reporter: UInt32, ReceiverTimeEcho)
    /// A packet of another type, as feedback, or an extended report of other blocks; skipped.
    case other(type: UInt8)
}

/// Packet types of RFC 3550 §12.1, and the one item we read.
enum RTCPType {
    static let senderReport: UInt8 = 200
    static let receiverReport: UInt8 = 201
    static let sourceDescription: UInt8 = 202
    static let goodbye: UInt8 = 203
    /// RFC 3611 §2.
    static let extendedReport: UInt8 = 207
    static let canonicalName: UInt8 = 1
}

/// Blocks of an extended report (RFC 3611 §4).
enum RTCPBlockType {
    static let receiverTime: UInt8 = 4
    static let receiverTimeEcho: UInt8 = 5
}
