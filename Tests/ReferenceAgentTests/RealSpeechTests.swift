import Audio
import Planning
import ReferenceAgent
import Testing
import Timeline

@Suite struct RealSpeechTests {
    private static let clips = ClipLibrary(
        folders: [
            #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
                + "/Scenarios/clips"
        ])

    @Test(
        arguments: [TestLine.rtpOpus, .rtpOpus60, .openAI, .binaryOpus],
        ["opening_hours", "long_question", "hold_on", "thanks", "yes_please"])
    func `a reply to real speech is due after its last voiced sample, never before`(
        line: TestLine, name: String
    ) throws {
        let clip = try Self.clips.clip(named: name)
        for lead in [100, 107] as [Int64] {
            let call = try TestCall(line, .fixed(), saying: clip, after: .milliseconds(lead))
            call.run()

            let lastVoiced = TestCall.start + .milliseconds(lead) + clip.end
            let turn = call.count(.speechStart) - 1
            let packet = try call.instant(.replyFirstPacket, turn: turn)
            let due = lastVoiced + .milliseconds(400)
            #expect(packet >= due, "\((packet - due).milliseconds) ms")
            #expect(
                packet <= due + line.ptime * 2 + .milliseconds(1),
                "\((packet - due).milliseconds) ms")
        }
    }

    @Test func `a pause in the middle is a turn's end where endpointing is shorter`() throws {
        let clip = try Self.clips.clip(named: "unfinished")
        let pause = try #require(clip.pauses.first { $0.length > .milliseconds(600) })
        let patient = try TestCall(
            .openAI, .fixed(endpointing: 1_000), saying: clip, after: .milliseconds(100))
        patient.run()
        let hasty = try TestCall(.openAI, .fixed(), saying: clip, after: .milliseconds(100))
        hasty.run()

        #expect(patient.count(.turnTaken) == 1)
        let early = try hasty.instant(.replyFirstPacket)
        #expect(early < TestCall.start + .milliseconds(100) + pause.end)
    }
}
