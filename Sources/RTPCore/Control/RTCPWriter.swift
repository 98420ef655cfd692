package import Timeline

/// Appends the packets a compound RTCP packet is made of.
///
/// A report comes first, then a description (RFC 3550 §6.1).
package enum RTCPWriter {
    /// A sender report where there is something to say of one's own stream, else a receiver report.
    ///
    /// - Parameter block: what is heard of the other side; `nil` before its first packet.
    package static func report(
        ssrc: UInt32, sender: SenderInfo?, block: ReportBlock?, into buffer: inout WireBuffer
    ) {
        let type = sender == nil ? RTCPType.receiverReport : RTCPType.senderReport
        let length =
            4 + (sender == nil ? 0 : 20) + (block == nil ? 0 : ReportBlock.length)
        header(type: type, count: block == nil ? 0 : 1, contentLength: length, into: &buffer)
        buffer.append(bigEndian: ssrc)
        if let sender {
            buffer.append(bigEndian: sender.ntp.value)
            buffer.append(bigEndian: sender.rtpTimestamp)
            buffer.append(bigEndian: sender.packets)
            buffer.append(bigEndian: sender.octets)
        }
        guard let block else { return }
        let lost = UInt32(bitPattern: min(max(-0x80_0000, block.cumulativeLost), 0x7F_FFFF))
        buffer.append(bigEndian: block.ssrc)
        buffer.append(bigEndian: UInt32(block.fractionLost) << 24 | lost & 0xFF_FFFF)
        buffer.append(bigEndian: block.highestSequence)
        buffer.append(bigEndian: block.jitter)
        buffer.append(bigEndian: block.lastSenderReport)
        buffer.append(bigEndian: block.delaySinceLast)
    }

    /// A source description with the canonical name alone.
    ///
    /// - Parameter name: UTF-8; bytes beyond 255 are left out.
    package static func description(
        ssrc: UInt32, name: [UInt8], into buffer: inout WireBuffer
    ) {
        let text = name.prefix(255)
        // At least one zero ends the items, then up to the next word.
        let zeros = 4 - (2 + text.count) % 4
        let length = 4 + 2 + text.count + zeros
        header(
            type: RTCPType.sourceDescription, count: 1, contentLength: length, into: &buffer)
        buffer.append(bigEndian: ssrc)
        buffer.append(RTCPType.canonicalName)
        buffer.append(UInt8(text.count))
        text.withUnsafeBytes { buffer.append($0) }
        for _ in 0..<zeros { buffer.append(0) }
    }

    /// An extended report with the writer's time and what it heard of the other side's (RFC 3611).
    ///
    /// - Parameters:
    ///   - time: when it is written (§4.4).
    ///   - echo: `nil` before the other side has told its time (§4.5).
    package static func extendedReport(
        ssrc: UInt32, time: NTPTimestamp, echo: ReceiverTimeEcho?, into buffer: inout WireBuffer
    ) {
        let length = 4 + 12 + (echo == nil ? 0 : 4 + ReceiverTimeEcho.length)
        header(type: RTCPType.extendedReport, count: 0, contentLength: length, into: &buffer)
        buffer.append(bigEndian: ssrc)
        block(type: RTCPBlockType.receiverTime, contentLength: 8, into: &buffer)
        buffer.append(bigEndian: time.value)
        guard let echo else { return }
        block(
            type: RTCPBlockType.receiverTimeEcho, contentLength: ReceiverTimeEcho.length,
            into: &buffer)
        buffer.append(bigEndian: echo.ssrc)
        buffer.append(bigEndian: echo.lastReceiverReport)
        buffer.append(bigEndian: echo.delaySinceLast)
    }

    /// The source leaves (§6.6); no reason is given.
    package static func goodbye(ssrc: UInt32, into buffer: inout WireBuffer) {
        header(type: RTCPType.goodbye, count: 1, contentLength: 4, into: &buffer)
        buffer.append(bigEndian: ssrc)
    }

    private static func block(type: UInt8, contentLength: Int, into buffer: inout WireBuffer) {
        buffer.append(type)
        buffer.append(0)
        buffer.append(bigEndian: UInt16(contentLength / 4))
    }

    private static func header(
        type: UInt8, count: UInt8, contentLength: Int, into buffer: inout WireBuffer
    ) {
        buffer.append(0x80 | count)
        buffer.append(type)
        buffer.append(bigEndian: UInt16(contentLength / 4))
    }
}
