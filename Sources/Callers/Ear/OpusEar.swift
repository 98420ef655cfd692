import Audio
import Timeline

/// Hears Opus without decoding all of it.
///
/// The agent's RFC 6464 level finds the packet, decoding finds the sample. While the agent is
/// silent or plainly talking, levels are enough; around an onset and around an end the packets
/// are decoded by a decoder of the room, primed with the packets before: a cold one is 8 dB wrong
/// for its first 10 ms. Begun in silence it is exact after 80 ms; begun within a vowel it can be
/// 40 dB wrong after 160 ms. Without levels, or when told so, every packet is decoded.
struct OpusEar {
    enum Mode: Equatable, Sendable { case levels, decodeAll }

    private enum State {
        case quiet
        /// Loud packets have come and are decoded until the gate has made up its mind.
        case listening(OpusSpeechDecoder)
        /// The agent talks: packets are judged by their levels. Playback may have been ended.
        case talking(lastLoud: Int, stoppedAt: RunInstant?)
    }

    /// How long a decoder rings on after a sound that stops at once.
    private static let ringing = Nanoseconds.milliseconds(60)
    private static let primingTime = Nanoseconds.milliseconds(80)
    /// Before an end, from the pause before if there is one.
    private static let primingBeforeEnd = Nanoseconds.milliseconds(160)
    /// A decoder started within a vowel is right after this.
    private static let lookBack = Nanoseconds.milliseconds(600)

    private let mode: Mode
    private let interval: Nanoseconds
    private let priming: Int
    private let primingAtEnd: Int
    private let primingInSpeech: Int
    /// Packets kept behind the one that plays.
    private let kept: Int
    /// Decibels by which a packet with one loud 10 ms in it can be quieter than they are.
    private let packetMargin: Double
    private var state = State.quiet
    private var everyPacket: OpusSpeechDecoder?
    private var shelf = PacketShelf()
    private var framer = SoundFramer(rate: CodecName.opus.sampleRate)
    private var lastLevel: UInt8 = 127
    private var concealedInRow = 0

    init(mode: Mode, interval: Nanoseconds, hold: Nanoseconds) {
        self.mode = mode
        self.interval = interval
        priming = max(1, Int(Self.primingTime / interval))
        primingAtEnd = max(1, Int(Self.primingBeforeEnd / interval))
        primingInSpeech = Int(Self.lookBack / interval)
        kept = primingInSpeech + primingAtEnd + Int(hold / interval) + 4
        packetMargin =
            switch interval / SoundFrame.length {
            case ...1: 1
            case 2: 4
            case 3...4: 7
            default: 9
            }
    }

    /// Keeps a packet until it is played with ``play(_:level:at:arrived:ear:room:events:)``.
    ///
    /// - Returns: the packet's number.
    mutating func keep(_ payload: UnsafeRawBufferPointer, playsAt: RunInstant) -> Int {
        shelf.put(payload, playsAt: playsAt)
    }

    /// Hears a kept packet as it plays.
    ///
    /// - Parameters:
    ///   - level: RFC 6464 level, 0...127; `nil` where the agent sent none.
    ///   - end: where playback is ended within the packet; `nil` where it plays on.
    mutating func play(
        _ number: Int, level: UInt8?, at start: RunInstant, arrived: RunInstant,
        until end: RunInstant? = nil, ear: inout Ear, room: ListeningRoom, events: inout [Ear.Event]
    ) {
        let isQuiet = level.map { -Double($0) <= ear.thresholdDecibels - packetMargin } ?? false
        shelf.place(number, at: start, isQuiet: isQuiet)
        concealedInRow = 0
        let packet = Packet(number: number, start: start, arrived: arrived, end: end)
        if mode == .levels, let level {
            lastLevel = level
            hear(packet, level: level, &ear, room, &events)
        } else {
            hearDecoded(packet, &ear, room, &events)
        }
        shelf.drop(before: number - kept)
    }

    /// A packet that was due did not come: its place is filled with a repetition that fades.
    mutating func conceal(
        at start: RunInstant, ear: inout Ear, room: ListeningRoom, events: inout [Ear.Event]
    ) {
        concealedInRow += 1
        let number = shelf.put(UnsafeRawBufferPointer(start: nil, count: 0), playsAt: start)
        let packet = Packet(number: number, start: start, arrived: start, end: nil)
        if mode == .decodeAll {
            hearDecoded(packet, &ear, room, &events)
        } else {
            hear(packet, level: concealedInRow == 1 ? lastLevel : 127, &ear, room, &events)
        }
    }

    /// Playback was ended: nothing of what was kept and has not played will be heard.
    mutating func stop(at instant: RunInstant, room: ListeningRoom) {
        if case .listening(let decoder) = state { room.decoders.giveBack(decoder) }
        if case .talking(let lastLoud, let stoppedAt) = state {
            state = .talking(lastLoud: lastLoud, stoppedAt: stoppedAt ?? instant)
        } else {
            state = .quiet
        }
    }

    /// An end found by levels, put at its exact sample.
    mutating func refine(_ event: Ear.Event, ear: Ear, room: ListeningRoom) -> Ear.Event {
        guard case .offset = event, case .talking(let lastLoud, let stoppedAt) = state else {
            return event
        }
        state = .quiet
        let exact = lastAudible(around: lastLoud, before: stoppedAt, ear, room)
        return exact.map { .offset(heard: $0) } ?? event
    }

    mutating func close(room: ListeningRoom) {
        if case .listening(let decoder) = state { room.decoders.giveBack(decoder) }
        if let everyPacket { room.decoders.giveBack(everyPacket) }
        everyPacket = nil
        state = .quiet
    }

    // MARK: By levels

    private struct Packet {
        var number: Int
        var start: RunInstant
        var arrived: RunInstant
        /// Where playback is ended within it.
        var end: RunInstant?
    }

    private mutating func hear(
        _ packet: Packet, level: UInt8, _ ear: inout Ear, _ room: ListeningRoom,
        _ events: inout [Ear.Event]
    ) {
        let isLoud = -Double(level) > ear.thresholdDecibels - packetMargin
        switch state {
        case .quiet where isLoud:
            guard let decoder = try? room.decoders.borrow() else {
                return hearByLevel(packet, level, isLoud: true, &ear, room, &events)
            }
            prime(decoder, by: priming, before: packet.number, room)
            state = .listening(decoder)
            decode(packet, with: decoder, &ear, room, &events)
            settleListening(ear, packet.number, isLoud: true, room)
        case .quiet:
            hearByLevel(packet, level, isLoud: false, &ear, room, &events)
        case .listening(let decoder):
            decode(packet, with: decoder, &ear, room, &events)
            settleListening(ear, packet.number, isLoud: isLoud, room)
        case .talking:
            if isLoud { state = .talking(lastLoud: packet.number, stoppedAt: nil) }
            hearByLevel(packet, level, isLoud: isLoud, &ear, room, &events)
        }
    }

    private mutating func settleListening(
        _ ear: Ear, _ number: Int, isLoud: Bool, _ room: ListeningRoom
    ) {
        guard case .listening(let decoder) = state else { return }
        if ear.isAgentTalking {
            state = .talking(lastLoud: number, stoppedAt: nil)
        } else if !isLoud, !ear.isUndecided {
            state = .quiet
        } else {
            return
        }
        room.decoders.giveBack(decoder)
    }

    /// A loud packet does not tell where in it sound began or ended: it counts whole, until looked at.
    private mutating func hearByLevel(
        _ packet: Packet, _ level: UInt8, isLoud: Bool, _ ear: inout Ear, _ room: ListeningRoom,
        _ events: inout [Ear.Event]
    ) {
        let decibels = -Int8(min(level, 127))
        let frame = SoundFrame(
            level: isLoud ? max(decibels, Int8(ear.thresholdDecibels) + 1) : decibels,
            firstAudible: isLoud ? 0 : SoundFrame.nowhere,
            lastAudible: isLoud ? 100 : SoundFrame.nowhere
        )
        var at = packet.start
        let end = packet.end ?? packet.start + interval
        while at < end {
            let heard = frame.clipped(to: end - at)
            if let event = ear.hear(heard, at: at, arrived: packet.arrived) {
                events.append(refine(event, ear: ear, room: room))
            }
            at += SoundFrame.length
        }
    }

    /// Last audible sample around a packet, by decoding it with its neighbours.
    ///
    /// A packet that counts as loud may hold no loud frame: then the sample lies before it.
    private func lastAudible(
        around number: Int, before end: RunInstant?, _ ear: Ear, _ room: ListeningRoom
    ) -> RunInstant? {
        guard let decoder = try? room.decoders.borrow() else { return nil }
        defer { room.decoders.giveBack(decoder) }
        let first = number - primingAtEnd
        let quiet = shelf.lastQuiet(upTo: first, within: primingInSpeech - primingAtEnd)
        prime(
            decoder, by: quiet.map { first - $0 } ?? primingInSpeech - primingAtEnd, before: first,
            room)
        var framer = SoundFramer(rate: CodecName.opus.sampleRate)
        var last: RunInstant?
        var previousWasLoud = false
        for packet in first...number + max(1, Int(Self.ringing / interval)) {
            guard var at = shelf.playsAt(packet), at < end ?? at + interval else { continue }
            Self.decode(packet, of: shelf, interval, with: decoder, room, &framer) { frame in
                let heard = end.map { frame.clipped(to: $0 - at) } ?? frame
                // As the gate does: the rest of a word often fills too little of its frame.
                let isLoud = Double(heard.level) > ear.thresholdDecibels
                if isLoud || previousWasLoud, let offset = heard.lastAudibleOffset {
                    last = at + offset
                }
                previousWasLoud = isLoud
                at += SoundFrame.length
            }
        }
        return last
    }

    // MARK: By decoding

    private mutating func hearDecoded(
        _ packet: Packet, _ ear: inout Ear, _ room: ListeningRoom, _ events: inout [Ear.Event]
    ) {
        guard let decoder = try? everyPacket ?? room.decoders.borrow() else { return }
        everyPacket = decoder
        decode(packet, with: decoder, &ear, room, &events)
    }

    private mutating func decode(
        _ packet: Packet, with decoder: OpusSpeechDecoder, _ ear: inout Ear, _ room: ListeningRoom,
        _ events: inout [Ear.Event]
    ) {
        var at = packet.start
        Self.decode(packet.number, of: shelf, interval, with: decoder, room, &framer) { frame in
            defer { at += SoundFrame.length }
            let heard = packet.end.map { frame.clipped(to: $0 - at) } ?? frame
            guard packet.end.map({ at < $0 }) ?? true else { return }
            if let event = ear.hear(heard, at: at, arrived: packet.arrived) { events.append(event) }
        }
    }

    private func prime(
        _ decoder: OpusSpeechDecoder, by count: Int, before number: Int, _ room: ListeningRoom
    ) {
        decoder.reset()
        var ignored = SoundFramer(rate: CodecName.opus.sampleRate)
        let first = shelf.numbers.lowerBound
        for packet in max(first, number - count)..<max(first, number) {
            Self.decode(packet, of: shelf, interval, with: decoder, room, &ignored) { _ in }
        }
    }

    /// Decodes one kept packet, or fills in for it where it is lost or no Opus.
    private static func decode(
        _ number: Int, of shelf: PacketShelf, _ interval: Nanoseconds,
        with decoder: OpusSpeechDecoder, _ room: ListeningRoom, _ framer: inout SoundFramer,
        _ body: (SoundFrame) -> Void
    ) {
        _ = shelf.withPayload(number) { payload in
            let count =
                decoder.decode(payload, into: room.samples)
                ?? decoder.conceal(
                    interval.samples(rate: CodecName.opus.sampleRate), into: room.samples)
            framer.append(UnsafeBufferPointer(rebasing: room.samples[..<(count ?? 0)]), emit: body)
        }
    }
}
