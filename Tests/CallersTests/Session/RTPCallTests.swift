import Audio
import Planning
import RTPCore
import Testing
import Timeline

@testable import Callers

@Suite struct RTPCallTests {
    /// The agent's stream, by hand.
    private struct Stream {
        var sender: RTPSender
        let interval: Double

        init(_ codec: CodecName, interval: Double = 20, ssrc: UInt32 = 77) {
            sender = RTPSender(
                ssrc: ssrc, payloadType: codec == .opus ? 111 : 0, clockRate: codec.sampleRate,
                frame: .ms(interval), sequence: 65_500, timestamp: 4_294_900_000
            )
            self.interval = interval
        }

        mutating func send(
            _ clip: EncodedClip, to rig: CallRig, from start: Double, lost: Set<Int> = [],
            frames: Int? = nil
        ) {
            for index in 0..<(frames ?? clip.count) {
                var packet = WireBuffer()
                clip.withFrame(index) {
                    sender.writePacket(
                        payload: $0,
                        level: AudioLevel(decibels: -Int(clip.level(index)), isVoice: true),
                        marker: index == 0, at: .zero, into: &packet
                    )
                }
                if !lost.contains(index) {
                    rig.deliver(Array(packet.bytes), at: start + Double(index) * interval)
                }
            }
        }
    }

    private static func tone(_ codec: CodecName, seconds: Double) throws -> EncodedClip {
        try EncodedClip(
            clip: CalibrationTone.clip(duration: .ms(1_000 * seconds)), codec: codec,
            interval: .ms(20)
        )
    }

    @Test(arguments: [(CodecName.opus, 20.0, UInt32(960)), (.opus, 60, 2_880), (.pcmu, 20, 160)])
    func `a packet leaves in every slot, numbered, stamped and levelled`(
        codec: CodecName, ptime: Double, ticks: UInt32
    ) throws {
        let rig = try CallRig(.rtp(codec, ptime: ptime), [.pause(.ms(300)), .say(), .hangUp])
        rig.run(until: 1_800)

        let packets = try rig.packets()
        #expect(packets.count == Int(1_800 / ptime))
        #expect(packets.map(\.at.ms) == packets.indices.map { Double($0 + 1) * ptime })
        for (before, after) in zip(packets, packets.dropFirst()) {
            #expect(after.header.sequence == before.header.sequence &+ 1)
            #expect(after.header.timestamp == before.header.timestamp &+ ticks)
        }
        #expect(packets.allSatisfy { $0.header.ssrc == rig.session.wireID })
        #expect(packets.allSatisfy { $0.header.payloadType == (codec == .opus ? 111 : 0) })
        #expect(packets.filter(\.header.marker).count == 1, "one talkspurt after silence")
        let first = packets.firstIndex(where: \.header.marker) ?? 0
        let clip = rig.voice.clips[0]
        for index in 0..<min(clip.count, packets.count - first) {
            let payload = rig.voice.withFrame(clip.firstFrame + index) { Array($0) }
            #expect(packets[first + index].payload == payload)
            let level = Int(rig.voice.level(of: clip.firstFrame + index))
            #expect(packets[first + index].level?.decibels == -level)
        }
        #expect(packets[0].level?.decibels == -127)
        #expect(packets[0].level?.isVoice == false)
    }

    @Test func `with dtx silence is left out and the media clock goes on`() throws {
        let rig = try CallRig(.rtp(.opus, dtx: true), [.say(delay: 1_000), .hangUp])
        rig.run(until: 2_500)

        let packets = try rig.packets()
        let clipFrames = rig.voice.clips[0].count
        #expect(packets.count == 3 + clipFrames + 3, "three frames tell that it is silent")
        for (before, after) in zip(packets, packets.dropFirst()) {
            let slots = UInt32(((after.at - before.at).milliseconds / 20).rounded())
            #expect(after.header.sequence == before.header.sequence &+ 1)
            #expect(after.header.timestamp == before.header.timestamp &+ 960 &* slots)
        }
        #expect(packets.firstIndex(where: \.header.marker) == 3)
    }

    /// The slots of a call that is answered from 1,007 ms on, for two seconds, in which it listens.
    private static func slotsThatListen(in rig: CallRig, until end: Double) throws -> [Double] {
        var stream = Stream(.opus)
        stream.send(try tone(.opus, seconds: 2), to: rig, from: 1_007)
        return stride(from: 20.0, through: end, by: 20).filter { slot in
            defer { rig.run(until: slot) }
            return rig.session.restsUntil <= .ms(slot)
        }
    }

    @Test func `a caller lets packets wait for 60 ms where nothing may follow from them`() throws {
        let rig = try CallRig(.rtp(.opus), [.say(), .hangUp])
        let attentive = try Self.slotsThatListen(in: rig, until: 3_460)

        #expect(rig.hangUps.isEmpty)
        // The onset leaves with the slot at 120 ms: until then a caller who speaks does not rest.
        #expect(attentive.prefix(9) == [20, 40, 60, 80, 100, 120, 140, 200, 260])
        // The end of speech, at 700 ms, is not slept through.
        let resting = attentive.filter { (760...3_000).contains($0) }
        #expect(resting.first == 760)
        #expect(zip(resting, resting.dropFirst()).allSatisfy { $1 - $0 == 60 })
        // The last sound is heard at 3,067 ms: that it was the last is known 400 ms later.
        #expect(attentive.suffix(3) == [3_340, 3_400, 3_460])
    }

    @Test func `a caller who waits for nothing does not sleep through the end of his patience`()
        throws
    {
        let rig = try CallRig(
            .rtp(.opus), [.say(), .pause(.ms(200)), .hangUp], turnTimeout: .ms(900))
        var stream = Stream(.opus)
        stream.send(try .silence(codec: .opus, interval: .ms(20)), to: rig, from: 7, frames: 1)
        // Speech ends at 700 ms: more than 900 ms of silence after it are no answer.
        rig.run(until: 1_600)
        #expect(rig.turns.isEmpty)
        rig.run(until: 1_620)
        #expect(rig.turns.map(\.outcome) == [.unanswered])
        // In a pause of its own it rests.
        rig.run(until: 1_640)
        #expect(rig.session.restsUntil == .ms(1_680))
    }

    @Test(arguments: [Timeline.Expectation.cut, .response])
    func `a caller who acts on the agent's first word, or on its last, lets nothing wait`(
        expect: Timeline.Expectation
    ) throws {
        let rig = try CallRig(
            .rtp(.opus),
            [
                .question,
                .say(after: .agentSpeechStart, delay: 300, kind: .interrupt, expect: expect),
                .hangUp,
            ])
        let attentive = try Self.slotsThatListen(in: rig, until: 3_900)
        // Waiting for the reply to the question, then for what comes of the interruption.
        let waits = [
            stride(from: 700.0, through: 1_100, by: 20),
            stride(from: 2_000, through: 2_400, by: 20),
        ]
        #expect(waits.joined().allSatisfy(attentive.contains))
        // While it speaks, and before it begins, it rests.
        #expect(!attentive.contains(1_120))
        #expect(!attentive.contains(1_440))
    }

    @Test func `frames that left while the call rested are compared with what played by their end`()
        throws
    {
        // The caller is voiced from 100 to 700 ms; the agent is heard from 367 to 567 ms, and known
        // to be from 397 ms on: ten frames end between then and 580 ms.
        for (end, overlap) in [(9_000.0, Nanoseconds.ms(200)), (530, .ms(140))] {
            let rig = try CallRig(.rtp(.pcmu), [.say(), .hangUp])
            var stream = Stream(.pcmu)
            stream.send(try Self.tone(.pcmu, seconds: 0.2), to: rig, from: 307)
            rig.run(until: end)
            if rig.hangUps.isEmpty { rig.interrupt() }
            #expect(rig.record?.media.overlap == overlap)
        }
    }

    @Test(arguments: [CodecName.pcmu, .opus])
    func `a reply is heard behind the player`(codec: CodecName) throws {
        let rig = try CallRig(.rtp(codec), [.say(), .hangUp])
        var stream = Stream(codec)
        stream.send(try Self.tone(codec, seconds: 2), to: rig, from: 1_007)
        rig.run(until: 9_000)

        let turn = rig.turns.first
        #expect(turn?.outcome == .answered)
        #expect(isNear(turn?.heardOnset, 1_067 + codec.delay.milliseconds, by: 3))
        #expect(turn?.firstPacket == .ms(1_007))
        #expect(turn?.firstAudible == .ms(1_007))
        #expect(isNear(rig.hangUps.first, 3_467, by: 41), "\(String(describing: rig.hangUps))")
        #expect(rig.record?.outcome == .completed)
        #expect(rig.record?.media.framesReceived == 100)
        #expect(rig.record?.media.packetsLost == 0)
        #expect(rig.record?.media.framesConcealed == 0)
    }

    @Test(arguments: [Hearing.auto, .decode])
    func `an agent that stops sending is cut where its last packet ends`(hearing: Hearing) throws {
        let steps: [Script.Step] = [
            .question, .say(after: .agentSpeechStart, delay: 1_000, kind: .interrupt, expect: .cut),
            .hangUp,
        ]
        for frames in 60...66 {
            let rig = try CallRig(.rtp(.opus), steps, hearing: hearing)
            var stream = Stream(.opus)
            stream.send(try Self.tone(.opus, seconds: 2), to: rig, from: 1_000, frames: frames)
            rig.run(until: 9_000)

            #expect(rig.turns.last?.outcome == .cut)
            #expect(isNear(rig.turns.last?.heardStop, 1_060 + Double(frames) * 20, by: 0.5))
            #expect(rig.turns.last?.wireStop == .ms(1_000 + Double(frames - 1) * 20))
            #expect(rig.room.decoders.idleCount == 1)
        }
    }

    @Test func `lost packets are counted and concealed`() throws {
        let rig = try CallRig(.rtp(.opus), [.say(), .hangUp])
        var stream = Stream(.opus)
        stream.send(try Self.tone(.opus, seconds: 2), to: rig, from: 1_000, lost: [20, 21, 50])
        rig.run(until: 9_000)

        #expect(rig.turns.map(\.outcome) == [.answered])
        #expect(rig.record?.media.packetsLost == 3)
        #expect(rig.record?.media.packetsExpected == 100)
        #expect(rig.record?.media.framesConcealed == 3)
        #expect(isNear(rig.hangUps.first, 3_460, by: 41))
    }

    @Test func `an agent that never sends is no call`() throws {
        let rig = try CallRig(.rtp(.opus), [.say(), .say(), .hangUp], turnTimeout: .seconds(2))
        rig.run(until: 9_000)

        #expect(rig.record?.outcome == .failed)
        #expect(rig.record?.reason == "no_media")
        #expect(rig.record?.connected == nil)
        #expect(rig.hangUps.first.map { (2_000...2_060).contains($0.ms) } == true)
        #expect(rig.turns.map(\.outcome) == [.abandoned])
    }

    @Test func `nor is one that ends before it could be told`() throws {
        let rig = try CallRig(.rtp(.opus), [.pause(.ms(200)), .hangUp])
        rig.run(until: 9_000)

        #expect(rig.record?.outcome == .failed)
        #expect(rig.record?.reason == "no_media")
    }

    @Test func `the last packet of a call says goodbye, an interrupted one's too`() throws {
        for isInterrupted in [false, true] {
            let rig = try CallRig(.rtp(.opus), [.say(), .hangUp])
            var stream = Stream(.opus)
            stream.send(try Self.tone(.opus, seconds: 1), to: rig, from: 1_000)
            rig.run(until: isInterrupted ? 1_500 : 9_000)
            if isInterrupted { rig.interrupt() }

            var goodbyes: [UInt32] = []
            let last = rig.sent.last?.bytes ?? []
            try last.withUnsafeBytes { bytes in
                try RTCPReader.read(bytes) { item in
                    if case .goodbye(let source) = item { goodbyes.append(source) }
                }
            }
            #expect(goodbyes == [rig.session.wireID])
            #expect(rig.record?.outcome == (isInterrupted ? .interrupted : .completed))
        }
    }

    @Test(arguments: [true, false])
    func `a goodbye ends the call if it comes from the agent that is heard`(
        isTheAgents: Bool
    ) throws {
        let rig = try CallRig(.rtp(.opus), [.say(), .hangUp])
        var stream = Stream(.opus)
        stream.send(try Self.tone(.opus, seconds: 1), to: rig, from: 1_000)
        rig.run(until: 1_500)
        var goodbye = WireBuffer()
        let source: UInt32 = isTheAgents ? 77 : 78
        RTCPWriter.report(ssrc: source, sender: nil, block: nil, into: &goodbye)
        RTCPWriter.goodbye(ssrc: source, into: &goodbye)
        rig.deliver(Array(goodbye.bytes), at: 1_510)
        rig.run(until: 9_000)

        #expect(rig.record?.outcome == (isTheAgents ? .failed : .completed))
        #expect(rig.record?.reason == (isTheAgents ? "closed_by_agent" : nil))
    }

    @Test func `reports are sent along with the media`() throws {
        let rig = try CallRig(
            .rtp(.opus), [.pause(.seconds(30)), .hangUp], turnTimeout: .seconds(60))
        rig.run(until: 29_000)

        let reports = rig.sent.filter { $0.bytes.withUnsafeBytes { RTPDemux.kind($0) } == .rtcp }
        #expect((4...12).contains(reports.count), "\(reports.count)")
    }

    @Test func `garbage is refused, counted and ends nothing`() throws {
        let rig = try CallRig(.rtp(.opus), [.say(), .hangUp])
        var chance = SeededGenerator(seed: 5, stream: "garbage")
        for index in 0..<300 {
            let count = Int.random(in: 0...80, using: &chance)
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &chance) }
            // Another payload type, a report, and anything at all.
            if index % 3 == 0, count > 1 { (bytes[0], bytes[1]) = (0x80, 0x05) }
            if index % 3 == 1, count > 1 { (bytes[0], bytes[1]) = (0x80, 0xC8) }
            rig.deliver(bytes, at: 30 + Double(index) * 2)
        }
        var stream = Stream(.opus)
        stream.send(try Self.tone(.opus, seconds: 1), to: rig, from: 1_000)
        rig.run(until: 9_000)

        #expect(rig.turns.map(\.outcome) == [.answered])
        #expect(rig.record?.outcome == .completed)
        #expect((rig.record?.media.packetsRefused ?? 0) > 250)
        #expect(rig.record?.media.framesReceived == 50)
    }
}
