import Testing
import Timeline

@testable import Audio

@Suite struct StereoRecordingTests {
    private func left(_ bytes: [UInt8]) -> [Int16] { channel(bytes, 0) }
    private func right(_ bytes: [UInt8]) -> [Int16] { channel(bytes, 2) }

    private func channel(_ bytes: [UInt8], _ offset: Int) -> [Int16] {
        stride(from: 44 + offset, to: bytes.count, by: 4).map {
            Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
    }

    @Test func `each side is placed by its time on its own channel`() {
        var recording = StereoRecording(from: .milliseconds(1_000))
        recording.place(
            PCM(sampleRate: 16_000, samples: [1, 2, 3]), on: .caller, at: .milliseconds(1_001))
        recording.place(
            PCM(sampleRate: 16_000, samples: [7, 8]), on: .agent, at: .milliseconds(1_000))
        recording.place(PCM(sampleRate: 16_000, samples: [9]), on: .agent, at: .milliseconds(999))

        let bytes = recording.wav()

        #expect(left(bytes) == [Int16](repeating: 0, count: 16) + [1, 2, 3])
        #expect(right(bytes).prefix(3) == [7, 8, 0])
    }

    @Test func `other rates keep their time and a flush takes back what was not heard`() {
        var recording = StereoRecording(from: .zero)
        let tone = Sounds.sine(300, rate: 48_000, milliseconds: 100)
        recording.place(PCM(sampleRate: 48_000, samples: tone), on: .agent, at: .milliseconds(50))
        #expect(recording.duration == .milliseconds(150))
        #expect(abs(Decibels.rms(right(recording.wav()).dropFirst(800)) + 20) < 0.2)

        recording.cut(.agent, from: .milliseconds(70))

        #expect(recording.duration == .milliseconds(70))
    }

    @Test func `it never grows beyond its limit`() {
        var recording = StereoRecording(from: .zero, limit: .milliseconds(10))
        recording.place(
            PCM(sampleRate: 16_000, samples: [5]), on: .caller, at: .milliseconds(3_600_000))
        #expect(recording.duration == .zero)

        recording.place(
            PCM(sampleRate: 8_000, samples: [Int16](repeating: 4, count: 800)), on: .caller,
            at: .milliseconds(-5)
        )

        #expect(recording.duration == .milliseconds(10))
        #expect(left(recording.wav()) == [Int16](repeating: 4, count: 160))
    }
}
