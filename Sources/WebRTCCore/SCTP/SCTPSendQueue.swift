/// First in, first out; what has left is cut off now and then, not at every step.
struct SCTPQueue<Element> {
    private var storage: [Element] = []
    private var head = 0

    var count: Int { storage.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : storage[head] }
    var last: Element? { isEmpty ? nil : storage.last }

    /// - Parameter index: from the oldest, which is 0.
    subscript(index: Int) -> Element {
        get { storage[head + index] }
        set { storage[head + index] = newValue }
    }

    mutating func append(_ element: Element) { storage.append(element) }

    mutating func removeFirst(_ amount: Int = 1) {
        head += min(amount, count)
        if isEmpty {
            storage.removeAll(keepingCapacity: storage.count <= 16)
            head = 0
        } else if head > 32 && head > storage.count / 2 {
            storage.removeFirst(head)
            head = 0
        }
    }

    mutating func removeAll() { self = SCTPQueue() }
}

/// One chunk's worth of a message, with what its DATA chunk says of it.
struct SCTPOutboundFragment {
    let flags: UInt8
    let stream: UInt16
    let order: UInt16
    let payloadType: UInt32
    let bytes: ArraySlice<UInt8>
}

/// Messages that wait to be sent, cut to size as they leave (RFC 9260 §6.9).
struct SCTPSendQueue {
    private struct Message {
        let stream: UInt16
        let payloadType: UInt32
        let isUnordered: Bool
        let bytes: [UInt8]
    }

    private var messages = SCTPQueue<Message>()
    /// How much of the first message has left.
    private var offset = 0
    /// The next message's number on each stream.
    private var orders: [UInt16: UInt16] = [:]

    var isEmpty: Bool { messages.isEmpty }
    var count: Int { messages.count }

    /// - Parameter bytes: at least one; SCTP has no empty messages.
    mutating func append(
        _ bytes: [UInt8], stream: UInt16, payloadType: UInt32, isUnordered: Bool
    ) {
        messages.append(
            Message(
                stream: stream, payloadType: payloadType, isUnordered: isUnordered, bytes: bytes))
    }

    /// How long the next fragment would be.
    func nextSize(limit: Int) -> Int? {
        messages.first.map { min(limit, $0.bytes.count - offset) }
    }

    mutating func next(limit: Int) -> SCTPOutboundFragment? {
        guard let message = messages.first else { return nil }
        let end = min(message.bytes.count, offset + limit)
        var flags: UInt8 = 0
        if offset == 0 { flags |= SCTPFragment.isFirstFlag }
        if end == message.bytes.count { flags |= SCTPFragment.isLastFlag }
        if message.isUnordered { flags |= SCTPFragment.isUnorderedFlag }
        let fragment = SCTPOutboundFragment(
            flags: flags, stream: message.stream,
            order: message.isUnordered ? 0 : orders[message.stream, default: 0],
            payloadType: message.payloadType, bytes: message.bytes[offset..<end])
        offset = end
        if end == message.bytes.count {
            if !message.isUnordered { orders[message.stream, default: 0] &+= 1 }
            messages.removeFirst()
            offset = 0
        }
        return fragment
    }

    func holds(stream: UInt16) -> Bool {
        (0..<messages.count).contains { messages[$0].stream == stream }
    }

    /// Begins a stream's numbers anew, once the peer has agreed to (RFC 6525 §5.2.7).
    mutating func reset(stream: UInt16) { orders[stream] = nil }

    mutating func removeAll() {
        messages.removeAll()
        offset = 0
    }
}
