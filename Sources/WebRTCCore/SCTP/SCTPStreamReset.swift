import Timeline

/// Where the resetting of streams stands (RFC 6525): one request at a time in each direction.
struct SCTPStreamReset {
    enum Result: UInt32 {
        case nothingToDo = 0
        case performed = 1
        case denied = 2
        case badSequence = 5
        case inProgress = 6
    }

    struct Request {
        let sequence: UInt32
        let streams: [UInt16]
    }

    var isSupported = false
    /// Streams to be begun anew once what was sent on them has arrived.
    var waiting: [UInt16] = []
    var request: Request?
    var nextSequence: UInt32 = 0
    /// What the peer's next request is numbered.
    var peerNext: UInt32 = 0
    var lastResult = Result.nothingToDo

    init() {}

    /// Requests count from each side's first transmission sequence number (§4.1).
    init(localFirst: UInt32, peerFirst: UInt32, isSupported: Bool) {
        self.isSupported = isSupported
        nextSequence = localFirst
        peerNext = peerFirst
    }
}

extension SCTPAssociation {
    /// Begins a stream anew, which closes its channel, once everything on it has arrived.
    mutating func resetStream(_ id: UInt16) {
        guard !reset.waiting.contains(id), reset.request?.streams.contains(id) != true else {
            return
        }
        reset.waiting.append(id)
    }

    /// Sends the next request when its time has come.
    mutating func continueReset(at now: RunInstant) {
        guard state == .established, reset.request == nil, !reset.waiting.isEmpty else { return }
        let ready = reset.waiting.filter { !queue.holds(stream: $0) && !flight.holds(stream: $0) }
        guard !ready.isEmpty else { return }
        reset.waiting.removeAll { ready.contains($0) }
        guard reset.isSupported else {
            for stream in ready { resetDone(stream) }
            return
        }
        // As many as fit into a packet: the rest waits for the answer.
        let streams = Array(ready.prefix(256))
        reset.waiting += ready.dropFirst(256)
        reset.request = SCTPStreamReset.Request(sequence: reset.nextSequence, streams: streams)
        reset.nextSequence &+= 1
        sendResetRequest(at: now)
    }

    private mutating func sendResetRequest(at now: RunInstant) {
        guard let request = reset.request else { return }
        let answered = reset.peerNext &- 1
        let lastTSN = flight.highestSent
        queueControl(.reconfiguration) { buffer in
            SCTPChunk.append(parameter: SCTPCode.outgoingReset, to: &buffer) { buffer in
                buffer.append(bigEndian: request.sequence)
                buffer.append(bigEndian: answered)
                buffer.append(bigEndian: lastTSN)
                for stream in request.streams { buffer.append(bigEndian: stream) }
            }
        }
        timers.reset = now + roundTrip.timeout
    }

    mutating func resetExpired(at now: RunInstant) {
        timers.reset = nil
        guard reset.request != nil, state == .established else { return }
        countFailure()
        guard state != .ended else { return }
        roundTrip.backOff()
        sendResetRequest(at: now)
    }

    /// A RE-CONFIG chunk: requests are answered, answers taken (§5.2).
    mutating func readReconfiguration(
        _ bytes: UnsafeRawBufferPointer, in body: Range<Int>, at now: RunInstant
    ) {
        // A chunk holds at most two parameters (§3.1).
        for item in SCTPItems(bytes, in: body).prefix(2) {
            let value = bytes.sctpSlice(item.body)
            guard value.count >= 4 else {
                refused += 1
                return
            }
            switch item.head {
            case SCTPCode.outgoingReset: readOutgoingReset(value)
            case SCTPCode.reconfigurationResponse: readResetResponse(value, at: now)
            case SCTPCode.incomingReset, SCTPCode.associationReset, SCTPCode.addOutgoing,
                SCTPCode.addIncoming:
                // Streams beyond those announced are more than a side keeps for its peer.
                answer(value.sctpU32(at: 0)) { _ in .denied }
            default: refused += 1
            }
        }
    }

    private mutating func readOutgoingReset(_ value: UnsafeRawBufferPointer) {
        guard value.count >= 12 else {
            refused += 1
            return
        }
        let lastTSN = value.sctpU32(at: 8)
        let named = stride(from: 12, to: value.count - 1, by: 2).map { value.sctpU16(at: $0) }
        let streams = named.filter { $0 < Self.streams }
        // None named means all; none that exists means none.
        guard named.isEmpty || !streams.isEmpty else {
            return answer(value.sctpU32(at: 0)) { _ in .denied }
        }
        answer(value.sctpU32(at: 0)) { association in
            guard !lastTSN.isLaterTSN(than: association.received.cumulative) else {
                return .inProgress
            }
            association.reassembly.reset(streams)
            association.events.append(.streamsReset(streams))
            return .performed
        }
    }

    /// Answers a request by `perform`, or as before where it is the same again (§5.2.1).
    private mutating func answer(
        _ sequence: UInt32, _ perform: (inout SCTPAssociation) -> SCTPStreamReset.Result
    ) {
        let result: SCTPStreamReset.Result
        if sequence == reset.peerNext {
            result = perform(&self)
            reset.peerNext &+= 1
            reset.lastResult = result
        } else if sequence == reset.peerNext &- 1 {
            if reset.lastResult == .inProgress { reset.lastResult = perform(&self) }
            result = reset.lastResult
        } else {
            refused += 1
            result = .badSequence
        }
        queueControl(.reconfiguration) { buffer in
            SCTPChunk.append(parameter: SCTPCode.reconfigurationResponse, to: &buffer) {
                $0.append(bigEndian: sequence)
                $0.append(bigEndian: result.rawValue)
            }
        }
    }

    private mutating func readResetResponse(
        _ value: UnsafeRawBufferPointer, at now: RunInstant
    ) {
        guard value.count >= 8, let request = reset.request,
            value.sctpU32(at: 0) == request.sequence
        else {
            refused += 1
            return
        }
        heard(at: now)
        // The same request again, later (§5.2.7 H2).
        guard value.sctpU32(at: 4) != SCTPStreamReset.Result.inProgress.rawValue else { return }
        timers.reset = nil
        reset.request = nil
        // Refused or not, the channel is closed: there is nothing else to be done about it.
        for stream in request.streams { resetDone(stream) }
    }

    private mutating func resetDone(_ stream: UInt16) {
        queue.reset(stream: stream)
        events.append(.resetDone(stream))
    }
}
