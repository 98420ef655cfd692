/// A message as it came out of the association, whole and in its turn.
struct SCTPMessage: Equatable {
    let stream: UInt16
    let payloadType: UInt32
    let bytes: [UInt8]
}

/// One DATA chunk (RFC 9260 §3.3.1).
struct SCTPFragment: Equatable {
    static let headerLength = 12
    static let isLastFlag: UInt8 = 0x01
    static let isFirstFlag: UInt8 = 0x02
    static let isUnorderedFlag: UInt8 = 0x04
    /// The sender waits for the answer (RFC 7053).
    static let isUrgentFlag: UInt8 = 0x08

    let tsn: UInt32
    let flags: UInt8
    let stream: UInt16
    let order: UInt16
    let payloadType: UInt32
    let bytes: [UInt8]

    var isFirst: Bool { flags & Self.isFirstFlag != 0 }
    var isLast: Bool { flags & Self.isLastFlag != 0 }
    var isUnordered: Bool { flags & Self.isUnorderedFlag != 0 }

    /// Of the same message as the fragment sent before it.
    func continues(_ other: SCTPFragment) -> Bool {
        stream == other.stream && isUnordered == other.isUnordered
            && (isUnordered || order == other.order)
    }
}

/// Puts fragments together and messages in order, within bounds (RFC 9260 §6.5, §6.6, §6.9).
struct SCTPReassembly {
    enum Outcome: Equatable {
        case taken
        /// A message longer than allowed: what its stream still brings is thrown away.
        case refused(stream: UInt16)
        /// Fragments that no sender may number like this.
        case contradictory
    }

    /// What keeping one fragment or message is reckoned to cost besides its bytes.
    private static let overhead = 96

    private struct Stream {
        var next: UInt16 = 0
        /// Whole messages whose turn has not come, in order.
        var waiting: [(order: UInt16, message: SCTPMessage)] = []
        var isRefused = false
    }

    private let maxMessageSize: Int
    /// In order of their numbers.
    private var fragments: [SCTPFragment] = []
    private var streams: [UInt16: Stream] = [:]
    private var ready: [SCTPMessage] = []
    /// Bytes kept for messages that cannot be handed over yet, each with its overhead.
    private(set) var held = 0

    init(maxMessageSize: Int) { self.maxMessageSize = maxMessageSize }

    /// Takes a fragment that has not been here before.
    mutating func accept(_ fragment: SCTPFragment) -> Outcome {
        if streams[fragment.stream]?.isRefused == true { return .taken }
        if fragment.isFirst && fragment.isLast {
            guard fragment.bytes.count <= maxMessageSize else { return refuse(fragment.stream) }
            complete(fragment, with: fragment.bytes)
            return .taken
        }
        let index = place(for: fragment.tsn)
        fragments.insert(fragment, at: index)
        held += fragment.bytes.count + Self.overhead
        return assemble(around: index)
    }

    /// The messages that are whole and whose turn has come.
    mutating func takeReady() -> [SCTPMessage] {
        guard !ready.isEmpty else { return [] }
        defer { ready = [] }
        return ready
    }

    /// Forgets what the peer gave up: everything up to a number, and each stream's order.
    mutating func skip(to tsn: UInt32, streams skipped: [(stream: UInt16, order: UInt16)]) {
        drop { !$0.tsn.isLaterTSN(than: tsn) }
        // The rest of a message whose beginning is gone can never become whole.
        var orphans = 0
        while orphans < fragments.count, !fragments[orphans].isFirst,
            fragments[orphans].tsn == tsn &+ 1 &+ UInt32(orphans)
        { orphans += 1 }
        for fragment in fragments.prefix(orphans) {
            held -= fragment.bytes.count + Self.overhead
        }
        fragments.removeFirst(orphans)
        for (id, order) in skipped {
            var stream = streams[id] ?? Stream()
            guard !stream.next.isLaterSSN(than: order) else { continue }
            while let first = stream.waiting.first, !first.order.isLaterSSN(than: order) {
                release(&stream)
            }
            stream.next = order &+ 1
            releaseInOrder(&stream)
            streams[id] = stream
        }
    }

    /// Begins a stream's order anew (RFC 6525 §5.2.2); with none named, that of every stream.
    mutating func reset(_ ids: [UInt16]) {
        let gone = Set(ids)
        drop { gone.isEmpty || gone.contains($0.stream) }
        for id in ids.isEmpty ? streams.keys.sorted() : ids {
            guard let stream = streams.removeValue(forKey: id) else { continue }
            for entry in stream.waiting { held -= entry.message.bytes.count + Self.overhead }
        }
    }

    private func place(for tsn: UInt32) -> Int {
        var low = 0
        var high = fragments.count
        while low < high {
            let middle = (low + high) / 2
            if tsn.isLaterTSN(than: fragments[middle].tsn) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    private mutating func assemble(around index: Int) -> Outcome {
        guard fits(index - 1), fits(index) else { return .contradictory }
        var low = index
        var high = index
        var size = fragments[index].bytes.count
        while !fragments[low].isFirst, low > 0,
            fragments[low - 1].tsn &+ 1 == fragments[low].tsn
        {
            low -= 1
            size += fragments[low].bytes.count
        }
        while !fragments[high].isLast, high + 1 < fragments.count,
            fragments[high].tsn &+ 1 == fragments[high + 1].tsn
        {
            high += 1
            size += fragments[high].bytes.count
        }
        guard size <= maxMessageSize else { return refuse(fragments[index].stream) }
        guard fragments[low].isFirst, fragments[high].isLast else { return .taken }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        for fragment in fragments[low...high] { bytes += fragment.bytes }
        held -= size + (high - low + 1) * Self.overhead
        let first = fragments[low]
        fragments.removeSubrange(low...high)
        complete(first, with: bytes)
        return .taken
    }

    /// Whether the fragment at an index and the next can be neighbours.
    private func fits(_ index: Int) -> Bool {
        guard index >= 0, index + 1 < fragments.count else { return true }
        let (left, right) = (fragments[index], fragments[index + 1])
        guard left.tsn &+ 1 == right.tsn else { return true }
        return left.isLast ? right.isFirst : !right.isFirst && right.continues(left)
    }

    private mutating func complete(_ fragment: SCTPFragment, with bytes: [UInt8]) {
        let message = SCTPMessage(
            stream: fragment.stream, payloadType: fragment.payloadType, bytes: bytes)
        if fragment.isUnordered {
            ready.append(message)
            return
        }
        var stream = streams.removeValue(forKey: fragment.stream) ?? Stream()
        defer { streams[fragment.stream] = stream }
        guard fragment.order != stream.next else {
            ready.append(message)
            stream.next &+= 1
            releaseInOrder(&stream)
            return
        }
        // One whose turn is over can only be a peer's mistake: there is no one to give it to.
        guard fragment.order.isLaterSSN(than: stream.next) else { return }
        let index = stream.waiting.firstIndex { !fragment.order.isLaterSSN(than: $0.order) }
        let place = index ?? stream.waiting.count
        if place < stream.waiting.count, stream.waiting[place].order == fragment.order { return }
        stream.waiting.insert((fragment.order, message), at: place)
        held += bytes.count + Self.overhead
    }

    private mutating func releaseInOrder(_ stream: inout Stream) {
        while let first = stream.waiting.first, first.order == stream.next {
            stream.next &+= 1
            release(&stream)
        }
    }

    private mutating func release(_ stream: inout Stream) {
        let message = stream.waiting.removeFirst().message
        held -= message.bytes.count + Self.overhead
        ready.append(message)
    }

    private mutating func refuse(_ id: UInt16) -> Outcome {
        reset([id])
        streams[id] = Stream(isRefused: true)
        return .refused(stream: id)
    }

    private mutating func drop(where isGone: (SCTPFragment) -> Bool) {
        var freed = 0
        fragments.removeAll { fragment in
            guard isGone(fragment) else { return false }
            freed += fragment.bytes.count + Self.overhead
            return true
        }
        held -= freed
    }
}
