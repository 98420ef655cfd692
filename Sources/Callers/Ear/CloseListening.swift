import Audio
import Timeline

/// Hears packets as a decoder would that was reset before the first of them.
///
/// A packet's sound depends on nothing but the packets since the reset. So as long as the room
/// remembers what these sounded like, nothing is decoded; at the first packet it does not know, a
/// decoder is borrowed, is given all the packets so far, and goes on from there.
struct CloseListening {
    private var history = PacketHistory(interval: .zero)
    private var decoder: OpusSpeechDecoder?
    /// The packet after the reset.
    private var first = 0
    /// The decoder has been given the packets before this one.
    private var given = 0

    /// Forgets all packets so far, and takes those from `first` to before `number` for heard.
    mutating func start(with first: Int, before number: Int, _ hall: Hall) {
        decoder?.reset()
        history = PacketHistory(interval: hall.interval)
        self.first = first
        given = first
        for packet in first..<number { hall.shelf.withPayload(packet) { history.add($0) } }
        hall.room.decoding.remembered += number - first
    }

    /// Where packets are kept, and what they are decoded with.
    struct Hall {
        let shelf: PacketShelf
        let room: ListeningRoom
        let interval: Nanoseconds
        /// For how many packets after the first one the shelf keeps that.
        let reach: Int
    }

    /// Hears the packet after the one that was heard last, or after those it was started with.
    ///
    /// - Returns: whether it could; not for want of memory.
    mutating func hear(
        _ number: Int, _ hall: Hall, _ framer: inout SoundFramer, _ body: (SoundFrame) -> Void
    ) -> Bool {
        _ = hall.shelf.withPayload(number) { history.add($0) }
        // Sound that is remembered is cut where packets are.
        let isCut = framer.isBetweenFrames && number - first < hall.reach
        if isCut, let sound = hall.room.sounds.sound(of: history) {
            hall.room.decoding.remembered += 1
            sound.forEach(body)
            return true
        }
        guard let decoder = catchUp(to: number, hall) else { return false }
        var sound = SoundMemory.Sound()
        var fits = isCut
        decode(number, with: decoder, hall) { samples in
            framer.append(samples) { frame in
                if !sound.append(frame) { fits = false }
                body(frame)
            }
        }
        given = number + 1
        if fits, framer.isBetweenFrames { hall.room.sounds.keep(sound, of: history) }
        return true
    }

    /// Gives the decoder back, if one was needed.
    mutating func end(_ room: ListeningRoom) {
        if let decoder { room.decoders.giveBack(decoder) }
        decoder = nil
    }

    private mutating func catchUp(to number: Int, _ hall: Hall) -> OpusSpeechDecoder? {
        guard let decoder = try? self.decoder ?? hall.room.decoders.borrow() else { return nil }
        self.decoder = decoder
        for packet in given..<number {
            decode(packet, with: decoder, hall) { _ in }
        }
        hall.room.decoding.remembered -= number - given
        given = number
        return decoder
    }

    private func decode(
        _ number: Int, with decoder: OpusSpeechDecoder, _ hall: Hall,
        _ body: (UnsafeBufferPointer<Int16>) -> Void
    ) {
        _ = hall.shelf.withPayload(number) { payload in
            let count = hall.room.decode(payload, with: decoder, interval: hall.interval)
            body(UnsafeBufferPointer(rebasing: hall.room.samples[..<count]))
        }
    }
}
