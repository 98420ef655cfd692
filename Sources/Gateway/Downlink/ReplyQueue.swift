import Audio
import Dialects
import Timeline

/// One reply of the agent while it is received and played.
struct GatewayReply {
    /// From 0 in each call.
    let number: Int
    let tag: ReplyTag
    /// Whether more of it may come.
    var isOpen = true
    /// Audio of it that arrived, and that left for the caller.
    var received = Nanoseconds.zero
    var sent = Nanoseconds.zero
    var lastArrival: RunInstant
    var isFirstAudibleKnown = false
    var hasBeenAudible = false
    var lastAudible: RunInstant?

    fileprivate var queuedBytes = 0
    fileprivate var queuedPackets = 0

    init(number: Int, tag: ReplyTag, at arrived: RunInstant) {
        self.number = number
        self.tag = tag
        lastArrival = arrived
    }

    var hasQueued: Bool { queuedBytes > 0 }
}

/// What the agent has sent and the caller has not been sent yet, reply after reply.
///
/// Kept as it came, so that a burst costs nothing but memory until it is played. Memory that a
/// long reply took is given back when the queue runs empty.
struct ReplyQueue {
    private struct Packet {
        var bytes: Int32
        var samples: Int32
        /// With the V bit; `nil` where the message had none.
        var octet: UInt8?
    }

    private let codec: CodecName
    private let limit: Nanoseconds
    private(set) var replies: [GatewayReply] = []
    /// Received and not yet taken.
    private(set) var queued = Nanoseconds.zero
    private var bytes: [UInt8] = []
    private var start = 0
    /// Of Opus, of which a packet is a packet.
    private var packets: [Packet] = []
    private var firstPacket = 0

    private static let kept = 64 << 10

    init(codec: CodecName, limit: Nanoseconds) {
        self.codec = codec
        self.limit = limit
    }

    /// The reply that is played, or is next.
    var first: GatewayReply? { replies.first }
    /// The reply that is received, or was last.
    var last: GatewayReply? { replies.last }

    mutating func begin(_ reply: GatewayReply) {
        closeLast()
        replies.append(reply)
    }

    mutating func closeLast() {
        guard !replies.isEmpty else { return }
        replies[replies.count - 1].isOpen = false
    }

    mutating func changeFirst(_ change: (inout GatewayReply) -> Void) {
        guard !replies.isEmpty else { return }
        change(&replies[0])
    }

    mutating func changeLast(_ change: (inout GatewayReply) -> Void) {
        guard !replies.isEmpty else { return }
        change(&replies[replies.count - 1])
    }

    /// The first reply has been played.
    mutating func removeFirst() {
        guard !replies.isEmpty else { return }
        while replies[0].hasQueued { _ = drop(from: 0) }
        replies.removeFirst()
        if replies.isEmpty { removeAll() }
    }

    /// Appends a message's audio to the last reply.
    ///
    /// - Returns: how much of the oldest audio went over the bound.
    mutating func append(
        _ audio: [UInt8], length: Nanoseconds, octet: UInt8?
    ) -> Nanoseconds {
        guard !replies.isEmpty else { return .zero }
        bytes.append(contentsOf: audio)
        let index = replies.count - 1
        replies[index].queuedBytes += audio.count
        replies[index].received += length
        if codec == .opus {
            replies[index].queuedPackets += 1
            packets.append(
                Packet(
                    bytes: Int32(clamping: audio.count),
                    samples: Int32(clamping: length.samples(rate: codec.sampleRate)), octet: octet))
        }
        queued += length
        var dropped = Nanoseconds.zero
        while queued > limit, let index = replies.firstIndex(where: \.hasQueued) {
            dropped += drop(from: index)
        }
        return dropped
    }

    /// Takes a piece of the first reply: an Opus packet, or samples of at most `span`.
    mutating func take<Result>(
        atMost span: Nanoseconds, _ body: (UnsafeRawBufferPointer, UInt8?) -> Result
    ) -> Result? {
        guard let reply = replies.first, reply.hasQueued else { return nil }
        let piece = piece(of: reply, atMost: span)
        let result = bytes.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[start..<(start + piece.count)]), piece.octet)
        }
        remove(piece, from: 0)
        return result
    }

    /// Forgets everything.
    ///
    /// - Returns: the audio that was received and not taken.
    @discardableResult
    mutating func removeAll() -> Nanoseconds {
        defer { queued = .zero }
        replies.removeAll(keepingCapacity: true)
        empty()
        return queued
    }

    private struct Piece {
        var count: Int
        var length: Nanoseconds
        var octet: UInt8?
    }

    private func piece(of reply: GatewayReply, atMost span: Nanoseconds) -> Piece {
        guard codec == .opus else {
            let wanted = span.samples(rate: codec.sampleRate) * SampleBytes.size(codec)
            let count = min(reply.queuedBytes, max(SampleBytes.size(codec), wanted))
            return Piece(count: count, length: SampleBytes.duration(count, codec), octet: nil)
        }
        let packet = packets[firstPacket]
        return Piece(
            count: Int(packet.bytes),
            length: Nanoseconds(samples: Int(packet.samples), rate: codec.sampleRate),
            octet: packet.octet)
    }

    private mutating func drop(from index: Int) -> Nanoseconds {
        let piece = piece(of: replies[index], atMost: .milliseconds(20))
        remove(piece, from: index)
        return piece.length
    }

    private mutating func remove(_ piece: Piece, from index: Int) {
        replies[index].queuedBytes -= piece.count
        start += piece.count
        queued -= min(queued, piece.length)
        if codec == .opus {
            replies[index].queuedPackets -= 1
            firstPacket += 1
        }
        if start == bytes.count {
            empty()
        } else if start >= Self.kept, start * 2 >= bytes.count {
            bytes.removeSubrange(..<start)
            packets.removeSubrange(..<firstPacket)
            start = 0
            firstPacket = 0
        }
    }

    private mutating func empty() {
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.kept)
        packets.removeAll(keepingCapacity: true)
        start = 0
        firstPacket = 0
    }
}
