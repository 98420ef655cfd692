import Audio
import RTPCore
import Timeline

/// Hears Opus without decoding all of it.
///
/// The agent's RFC 6464 level finds the packet, decoding finds the sample. While the agent is
/// silent or plainly talking, levels are enough; around an onset and around an end the packets
/// are listened to as a decoder primed with the packets before would hear them: a cold one is 8 dB
/// wrong for its first 10 ms. Begun in silence it is exact after 80 ms; begun within a vowel it can
/// be 40 dB wrong after 160 ms. Without levels, or when told so, every packet is decoded.
struct OpusEar {
    enum Mode: Equatable, Sendable { case levels, decodeAll }

    private enum State {
        case quiet
        /// Loud packets have come and are listened to until the gate has made up its mind.
        case listening
        /// The agent talks: packets are judged by their levels.
        case talking
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
    private let packetMargin: Int
    private let framesInPacket: Int
    private var state = State.quiet
    /// While the agent talks: the last packet that is loud by its level.
    private var lastLoud = 0
    /// While the agent talks: when playback was ended, if it was.
    private var stoppedAt: RunInstant?
    private var closely = CloseListening()
    private var everyPacket: OpusSpeechDecoder?
    let shelf: PacketShelf
    private var framer = SoundFramer(rate: CodecName.opus.sampleRate)
    private var lastLevel: UInt8 = 127
    private var concealedInRow = 0

    /// - Parameter shelf: for the packets, until they are not looked back at any more.
    init(
        mode: Mode, interval: Nanoseconds, hold: Nanoseconds, shelf: PacketShelf = PacketShelf()
    ) {
        self.shelf = shelf
        self.mode = mode
        self.interval = interval
        priming = max(1, Int(Self.primingTime / interval))
        primingAtEnd = max(1, Int(Self.primingBeforeEnd / interval))
        primingInSpeech = Int(Self.lookBack / interval)
        kept = primingInSpeech + primingAtEnd + Int(hold / interval) + 4
        framesInPacket = Int(interval / SoundFrame.length)
        packetMargin =
            switch framesInPacket {
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

    /// Keeps a packet whose payload is in the shelf's ring.
    mutating func keep(_ packet: PlayedPacket, playsAt: RunInstant) -> Int {
        shelf.put(position: packet.position, count: packet.length, playsAt: playsAt)
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
        let isLoud = level.map { isSpeech($0, ear) } ?? true
        shelf.place(number, at: start, isQuiet: !isLoud)
        concealedInRow = 0
        let packet = Packet(number: number, start: start, arrived: arrived, end: end)
        if mode == .levels, let level {
            lastLevel = level
            hear(packet, level: level, isLoud: isLoud, &ear, room, &events)
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
            let level = concealedInRow == 1 ? lastLevel : 127
            hear(packet, level: level, isLoud: isSpeech(level, ear), &ear, room, &events)
        }
    }

    /// Playback was ended: nothing of what was kept and has not played will be heard.
    mutating func stop(at instant: RunInstant, room: ListeningRoom) {
        if state == .talking {
            stoppedAt = stoppedAt ?? instant
        } else {
            closely.end(room)
            state = .quiet
        }
    }

    /// An end found by levels, put at its exact sample.
    mutating func refine(_ event: Ear.Event, ear: Ear, room: ListeningRoom) -> Ear.Event {
        guard case .offset = event, state == .talking else { return event }
        state = .quiet
        guard let exact = lastAudible(around: lastLoud, before: stoppedAt, ear, room) else {
            return event
        }
        // Where playback was ended there is nothing to be late about.
        let isCut = stoppedAt.map { $0 - exact <= Ear.lastTenth } ?? false
        return .offset(heard: isCut ? exact : ear.corrected(end: exact))
    }

    mutating func close(room: ListeningRoom) {
        closely.end(room)
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

    private func isSpeech(_ level: UInt8, _ ear: Ear) -> Bool {
        -Int(level) > Int(ear.loudestQuiet) - packetMargin
    }

    private mutating func hear(
        _ packet: Packet, level: UInt8, isLoud: Bool, _ ear: inout Ear, _ room: ListeningRoom,
        _ events: inout [Ear.Event]
    ) {
        switch state {
        case .quiet where isLoud:
            state = .listening
            let first = shelf.numbers.lowerBound
            closely.start(
                with: max(first, packet.number - priming), before: max(first, packet.number),
                hall(room))
            listen(packet, level, isLoud: true, &ear, room, &events)
        case .listening:
            listen(packet, level, isLoud: isLoud, &ear, room, &events)
        case .quiet:
            hearByLevel(packet, level, isLoud: false, &ear, room, &events)
        case .talking:
            if isLoud {
                lastLoud = packet.number
                stoppedAt = nil
            }
            hearByLevel(packet, level, isLoud: isLoud, &ear, room, &events)
        }
    }

    private mutating func listen(
        _ packet: Packet, _ level: UInt8, isLoud: Bool, _ ear: inout Ear, _ room: ListeningRoom,
        _ events: inout [Ear.Event]
    ) {
        var at = packet.start
        let isHeard = closely.hear(packet.number, hall(room), &framer) { frame in
            Self.hear(frame, of: packet, at: &at, &ear, &events)
        }
        guard isHeard else {
            state = .quiet
            return hearByLevel(packet, level, isLoud: isLoud, &ear, room, &events)
        }
        if ear.isAgentTalking {
            state = .talking
            lastLoud = packet.number
            stoppedAt = nil
        } else if !isLoud, !ear.isUndecided {
            state = .quiet
        } else {
            return
        }
        closely.end(room)
    }

    private func hall(_ room: ListeningRoom) -> CloseListening.Hall {
        CloseListening.Hall(shelf: shelf, room: room, interval: interval, reach: kept)
    }

    /// A loud packet does not tell where in it sound began or ended: it counts whole, until looked at.
    private mutating func hearByLevel(
        _ packet: Packet, _ level: UInt8, isLoud: Bool, _ ear: inout Ear, _ room: ListeningRoom,
        _ events: inout [Ear.Event]
    ) {
        let silent = -Int8(min(level, 127))
        let decibels = isLoud ? max(silent, ear.loudestQuiet + 1) : silent
        if packet.end == nil,
            ear.goOn(level: decibels, frames: framesInPacket, at: packet.start)
        {
            return
        }
        let frame = SoundFrame(
            level: decibels,
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
    private mutating func lastAudible(
        around number: Int, before end: RunInstant?, _ ear: Ear, _ room: ListeningRoom
    ) -> RunInstant? {
        let begin = number - primingAtEnd
        let lookBack = primingInSpeech - primingAtEnd
        let quiet = shelf.lastQuiet(upTo: begin, within: lookBack)
        let kept = shelf.numbers.lowerBound
        let hall = hall(room)
        closely.start(
            with: max(kept, quiet ?? begin - lookBack), before: max(kept, begin), hall)
        defer { closely.end(room) }
        var framer = SoundFramer(rate: CodecName.opus.sampleRate)
        var last: RunInstant?
        var previousWasLoud = false
        var packet = max(kept, begin)
        while packet <= number + max(1, Int(Self.ringing / interval)),
            var at = shelf.playsAt(packet), at < end ?? at + interval
        {
            let isHeard = closely.hear(packet, hall, &framer) { frame in
                let heard = end.map { frame.clipped(to: $0 - at) } ?? frame
                // As the gate does: the rest of a word often fills too little of its frame.
                let isLoud = Double(heard.level) > ear.thresholdDecibels
                if isLoud || previousWasLoud, let offset = heard.lastAudibleOffset {
                    last = at + offset
                }
                previousWasLoud = isLoud
                at += SoundFrame.length
            }
            guard isHeard else { return nil }
            packet += 1
        }
        return last
    }

    // MARK: By decoding

    private mutating func hearDecoded(
        _ packet: Packet, _ ear: inout Ear, _ room: ListeningRoom, _ events: inout [Ear.Event]
    ) {
        guard let decoder = try? everyPacket ?? room.decoders.borrow() else { return }
        everyPacket = decoder
        var at = packet.start
        _ = shelf.withPayload(packet.number) { payload in
            let count = room.decode(payload, with: decoder, interval: interval)
            framer.append(UnsafeBufferPointer(rebasing: room.samples[..<count])) { frame in
                Self.hear(frame, of: packet, at: &at, &ear, &events)
            }
        }
    }

    private static func hear(
        _ frame: SoundFrame, of packet: Packet, at start: inout RunInstant, _ ear: inout Ear,
        _ events: inout [Ear.Event]
    ) {
        let at = start
        start += SoundFrame.length
        guard let end = packet.end else {
            if let event = ear.hear(frame, at: at, arrived: packet.arrived) { events.append(event) }
            return
        }
        guard at < end else { return }
        let heard = frame.clipped(to: end - at)
        if let event = ear.hear(heard, at: at, arrived: packet.arrived) { events.append(event) }
    }
}
