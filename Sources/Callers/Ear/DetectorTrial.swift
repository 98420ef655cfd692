import Audio
import Synchronization
import Timeline

/// Measures an ear with sounds of which every audible sample is known.
///
/// Plays a tone through encoder, packets and ear again and again, begun at other samples of the
/// packet and cut off after another one, and compares when it was heard with when it was there. An
/// agent that is interrupted stops so: after a whole packet. On a packet path silence follows,
/// which a decoder blends with what was before; on a WebSocket nothing does. Pure: the same trial
/// has the same result, on every machine.
struct DetectorTrial: Hashable {
    var codec: CodecName
    /// Length of a packet or message.
    var interval: Nanoseconds
    var mode: OpusEar.Mode
    /// Whether packets come with their levels.
    var hasLevels: Bool
    /// Whether packets of silence come where there is no sound.
    var hasSilence: Bool

    /// Tones played.
    static let count = 48
    private static let before = Nanoseconds.milliseconds(120)
    private static let shortestTone = Nanoseconds.milliseconds(120)
    private static let hold = Nanoseconds.milliseconds(200)

    /// How far from the truth the ear heard begins and ends; without any where the codec has no
    /// packets of this length.
    func bias() -> DetectorBias {
        guard let silence = try? EncodedClip.silence(codec: codec, interval: interval) else {
            return DetectorBias()
        }
        let room = ListeningRoom()
        let tone = CalibrationTone.pcm(duration: Self.shortestTone + interval * 2)
        var onsets: [Nanoseconds] = []
        var stops: [Nanoseconds] = []
        for number in 0..<Self.count {
            // Another sample of the packet each time, and another of the tone's period.
            let lead = tone.sampleRate / 1_000 * 2 + number * packetSamples(tone) / Self.count
            guard let clip = clip(tone, lead: lead),
                let sound = try? EncodedClip(clip: clip, codec: codec, interval: interval)
            else { continue }
            let sent = sound.count - number % 2
            let heard = play(sound, sent: sent, silence: silence, room)
            let track = AudibleTrack(frames: sound.soundFrames, onset: clip.onset)
            if let onset = heard.onset { onsets.append(onset - track.first - codec.delay) }
            if let stop = heard.stop, let last = track.last(before: interval * sent - codec.delay) {
                stops.append(stop - last - codec.delay)
            }
        }
        return DetectorBias(onset: Self.edge(onsets), stop: Self.edge(stops))
    }

    /// The same, tried once in a process.
    var knownBias: DetectorBias {
        Self.known.withLock { known in
            if let bias = known[self] { return bias }
            let bias = bias()
            known[self] = bias
            return bias
        }
    }

    private static let known = Mutex<[DetectorTrial: DetectorBias]>([:])

    private func packetSamples(_ pcm: PCM) -> Int { interval.samples(rate: pcm.sampleRate) }

    /// Silence of some samples, then the tone up to the end of a packet.
    private func clip(_ tone: PCM, lead: Int) -> Clip? {
        let packets = (lead + Self.shortestTone.samples(rate: 48_000)) / packetSamples(tone) + 1
        let count = packets * packetSamples(tone)
        let samples = [Int16](repeating: 0, count: lead) + tone.samples.prefix(count - lead)
        return Clip(
            name: "trial", transcript: "", pcm: PCM(sampleRate: 48_000, samples: samples),
            voiced: [VoicedSpan(first: lead + 1, last: samples.count - 1)])
    }

    /// - Returns: begin and end of what was heard, from the begin of the sound's first packet.
    private func play(
        _ sound: EncodedClip, sent: Int, silence: EncodedClip, _ room: ListeningRoom
    ) -> (onset: Nanoseconds?, stop: Nanoseconds?) {
        var listener = TrialListener(self, hold: Self.hold)
        let quiet = hasSilence ? Int(Self.before / interval) + 1 : 0
        for _ in 0..<quiet { listener.hear(silence, 0, room) }
        let begin = listener.now
        for index in 0..<sent { listener.hear(sound, index, room) }
        if hasSilence {
            for _ in 0...Int((Self.hold + Self.before) / interval) + 1 {
                listener.hear(silence, 0, room)
            }
        }
        listener.finish(after: Self.hold + Self.before, room)
        var onset: Nanoseconds?
        var stop: Nanoseconds?
        for event in listener.events {
            switch event {
            case .onset(let heard, _): onset = onset ?? heard - begin
            case .offset(let heard): stop = heard - begin
            }
        }
        return (onset, stop)
    }

    private static func edge(_ errors: [Nanoseconds]) -> DetectorBias.Edge {
        guard errors.count > 1 else { return DetectorBias.Edge() }
        let mean = errors.reduce(Nanoseconds.zero, +) / errors.count
        let squares = errors.map { error in
            let off = Double((error - mean).count)
            return off * off
        }
        let variance = squares.reduce(0, +) / Double(errors.count - 1)
        return DetectorBias.Edge(
            bias: mean, deviation: Nanoseconds(Int64(variance.squareRoot())), count: errors.count)
    }
}

/// An ear that hears packets as they come, without a player in between.
private struct TrialListener {
    private let trial: DetectorTrial
    private var ear: Ear
    private var opus: OpusEar?
    private var framer: SoundFramer
    private(set) var now = RunInstant.zero
    private(set) var events: [Ear.Event] = []

    init(_ trial: DetectorTrial, hold: Nanoseconds) {
        self.trial = trial
        ear = Ear(hold: hold)
        framer = SoundFramer(rate: trial.codec.sampleRate)
        if trial.codec == .opus {
            opus = OpusEar(mode: trial.mode, interval: trial.interval, hold: hold)
        }
    }

    mutating func hear(_ clip: EncodedClip, _ index: Int, _ room: ListeningRoom) {
        let start = now
        now += clip.interval
        if opus != nil {
            let number = clip.withFrame(index) { opus?.keep($0, playsAt: start) }
            opus?.play(
                number ?? 0, level: trial.hasLevels ? clip.level(index) : nil, at: start,
                arrived: start, ear: &ear, room: room, events: &events)
        } else {
            var at = start - framer.pending
            clip.withFrame(index) { bytes in
                framer.append(bytes, in: trial.codec) { frame in
                    if let event = ear.hear(frame, at: at, arrived: start) { events.append(event) }
                    at += SoundFrame.length
                }
            }
        }
    }

    /// Nothing comes any more.
    mutating func finish(after span: Nanoseconds, _ room: ListeningRoom) {
        // As a player does with what fills no whole frame.
        let start = now - framer.pending
        if let rest = framer.finish() { _ = ear.hear(rest, at: start, arrived: start) }
        now += span
        if let event = ear.hearNothing(until: now) {
            events.append(opus?.refine(event, ear: ear, room: room) ?? event)
        }
        opus?.close(room: room)
    }
}
