import Testing
import Timeline

@testable import Audio

@Suite struct ClipTests {
    static let callerClips = [
        "opening_hours", "long_question", "hold_on", "mm_hmm", "cough", "unfinished", "thanks",
        "side_talk", "yes_please",
    ]
    static let replyClips = ["reply_hours", "reply_long", "reply_short", "reply_steps"]

    private let library = ClipLibrary(folders: [Sounds.gallery])

    @Test func `the gallery holds exactly the known clips`() {
        #expect(library.names == (Self.callerClips + Self.replyClips).sorted())
    }

    @Test(arguments: callerClips + replyClips)
    func `a gallery clip is voiced exactly where its sidecar says`(name: String) throws {
        let clip = try library.clip(named: name)
        let found = try #require(Clip(name: name, pcm: clip.pcm))

        #expect(!clip.transcript.isEmpty)
        #expect(clip.pcm.sampleRate == 16_000)
        var position = 0
        for span in clip.voiced {
            #expect(clip.pcm.samples[position..<span.first].allSatisfy { $0 == 0 })
            #expect(abs(Int(clip.pcm.samples[span.first])) >= 184)
            #expect(abs(Int(clip.pcm.samples[span.last])) >= 184)
            position = span.last + 1
        }
        #expect(clip.pcm.samples[position...].allSatisfy { $0 == 0 })
        #expect((40.0...100.0).contains(clip.onset.milliseconds))
        #expect((clip.duration - clip.end).milliseconds >= 60)

        // What the gate hears agrees, and finds no other pause.
        #expect(abs((found.onset - clip.onset).milliseconds) < 10)
        #expect(abs((found.end - clip.end).milliseconds) < 10)
        #expect(found.voiced.count == clip.voiced.count)
        let speech = clip.voiced.flatMap { clip.pcm.samples[$0.first...$0.last] }
        #expect((-26.0...(-19.0)).contains(Decibels.rms(speech)))
    }

    @Test(arguments: callerClips + replyClips)
    func `the gate hears a clip alike whatever the phase of its frames`(name: String) throws {
        let clip = try library.clip(named: name)

        for shift in 0..<10 {
            let lead = Sounds.silence(rate: 16_000, milliseconds: shift)
            let pcm = PCM(sampleRate: 16_000, samples: lead + clip.pcm.samples)
            let found = try #require(Clip(name: name, pcm: pcm))
            let moved = Nanoseconds.milliseconds(Int64(shift))
            #expect(
                abs((found.onset - moved - clip.onset).milliseconds) < 10, "shifted \(shift) ms")
            #expect(abs((found.end - moved - clip.end).milliseconds) < 10, "shifted \(shift) ms")
        }
    }

    @Test func `unfinished has one pause of 800 ms, the others have none`() throws {
        for name in Self.callerClips + Self.replyClips {
            let pauses = try library.clip(named: name).pauses
            #expect(pauses.count == (name == "unfinished" ? 1 : 0), "\(name)")
            #expect(pauses.allSatisfy { abs($0.length.milliseconds - 800) <= 10 })
        }
    }

    @Test func `clip ends fall at different phases of a 20 ms frame`() throws {
        let phases = try Self.callerClips.map { name in
            try library.clip(named: name).end.count % 20_000_000 / 1_000_000
        }

        #expect(Set(phases).count >= 8)
    }

    @Test func `clips have the lengths that scenarios count on`() throws {
        func voicedMilliseconds(_ name: String) throws -> Double {
            let clip = try library.clip(named: name)
            return (clip.end - clip.onset).milliseconds
        }

        #expect((6_000...8_000).contains(try voicedMilliseconds("long_question")))
        #expect((800...1_200).contains(try voicedMilliseconds("hold_on")))
        #expect((300...400).contains(try voicedMilliseconds("mm_hmm")))
        #expect((200...300).contains(try voicedMilliseconds("cough")))
        #expect((8_000...10_000).contains(try voicedMilliseconds("reply_long")))
    }

    @Test func `a missing clip names those that exist, the closest first`() {
        let problem = #expect(throws: ClipProblem.self) { try library.clip(named: "opening_hour") }

        #expect(problem?.code == .missing)
        #expect(
            problem?.message.contains("no clip named 'opening_hour'; there are opening_hours, ")
                == true)
        #expect(throws: ClipProblem.self) { try library.clip(named: "../secrets/none") }
        #expect(throws: ClipProblem.self) { try library.clip(named: "clips/none.wav") }
    }

    @Test func `anyone's WAV works by path, with or without a sidecar`() throws {
        let gallery = try library.clip(named: "hold_on")
        #expect(try library.clip(named: "clips/hold_on.wav").voiced == gallery.voiced)

        for rate in [8_000, 11_025, 44_100, 48_000] {
            let pcm = gallery.pcm.resampled(to: rate)
            let found = try #require(Clip(name: "own", pcm: pcm))
            #expect(abs((found.onset - gallery.onset).milliseconds) < 10, "\(rate) Hz")
            #expect(abs((found.end - gallery.end).milliseconds) < 10, "\(rate) Hz")
        }
        #expect(Clip(name: "silent", pcm: PCM(sampleRate: 8_000, samples: [0, 0])) == nil)
        #expect(Clip(name: "empty", pcm: PCM(sampleRate: 8_000, samples: [])) == nil)
    }

    @Test(arguments: [
        "", "[]", #"{"transcript": "a", "sample_rate": 8000, "voiced": [[0, 1]]}"#,
        #"{"transcript": "a", "sample_rate": 16000, "voiced": [[0, 9]]}"#,
        #"{"transcript": "a", "sample_rate": 16000, "voiced": [[3, 2]]}"#,
        #"{"transcript": "a", "sample_rate": 16000, "voiced": [[2]]}"#,
        #"{"transcript": "a", "sample_rate": 16000, "voiced": []}"#,
    ])
    func `a sidecar that does not fit is a problem`(text: String) {
        let pcm = PCM(sampleRate: 16_000, samples: [1, 2, 3, 4])

        let problem = #expect(throws: ClipProblem.self) {
            try ClipSidecar.clip(name: "x", pcm: pcm, sidecar: Array(text.utf8))
        }

        #expect(problem?.code == .badSidecar)
    }
}
