import Audio
import Timeline

@testable import Callers

/// An ear that hears Opus packets one after another, without a player in between.
struct OpusEarBench {
    let room: ListeningRoom
    let interval: Nanoseconds
    var ear: Ear
    var opus: OpusEar
    var events: [Ear.Event] = []
    /// Packets during whose playing something was decoded.
    var decodes = 0
    var now = RunInstant.zero
    /// From playing to the arrival before it.
    let wait = Nanoseconds.milliseconds(60)

    init(
        _ mode: OpusEar.Mode, interval: Nanoseconds, hold: Nanoseconds = .milliseconds(400),
        room: ListeningRoom = ListeningRoom()
    ) {
        self.room = room
        self.interval = interval
        ear = Ear(hold: hold)
        opus = OpusEar(mode: mode, interval: interval, hold: hold)
    }

    mutating func play(_ clip: EncodedClip, lost: Set<Int> = [], withLevels: Bool = true) {
        for index in 0..<clip.count {
            if lost.contains(index) {
                lose()
            } else {
                play(clip.frame(index), level: withLevels ? clip.level(index) : nil)
            }
        }
    }

    mutating func play(_ packet: [UInt8], level: UInt8?) {
        let sentinel: Int16 = 31_999
        room.samples[0] = sentinel
        let number = packet.withUnsafeBytes { opus.keep($0, playsAt: now) }
        opus.play(
            number, level: level, at: now, arrived: now - wait, ear: &ear, room: room,
            events: &events
        )
        if room.samples[0] != sentinel { decodes += 1 }
        now += interval
    }

    mutating func lose() {
        opus.conceal(at: now, ear: &ear, room: room, events: &events)
        now += interval
    }

    mutating func hearNothing(for span: Nanoseconds) {
        now += span
        if let event = ear.hearNothing(until: now) {
            events.append(opus.refine(event, ear: ear, room: room))
        }
    }

    var onsets: [Double] {
        events.compactMap { if case .onset(let heard, _) = $0 { heard.ms } else { nil } }
    }

    var offsets: [Double] {
        events.compactMap { if case .offset(let heard) = $0 { heard.ms } else { nil } }
    }
}
