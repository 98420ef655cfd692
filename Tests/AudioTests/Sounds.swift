import Testing
import Timeline

@testable import Audio

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Sounds that tests are made of.
enum Sounds {
    /// A sine wave of the given RMS level.
    static func sine(
        _ frequency: Double,
        rate: Int,
        milliseconds: Int,
        decibels: Double = -20
    ) -> [Int16] {
        let amplitude = 32_768 * Decibels.amplitude(decibels) * 2.0.squareRoot()
        return (0..<(rate * milliseconds / 1_000)).map { index in
            let angle = 2 * Double.pi * frequency * Double(index) / Double(rate)
            return PCM.clamped(amplitude * sin(angle))
        }
    }

    static func silence(rate: Int, milliseconds: Int) -> [Int16] {
        [Int16](repeating: 0, count: rate * milliseconds / 1_000)
    }

    /// Noise of the given RMS level, evenly distributed.
    static func noise(count: Int, decibels: Double, seed: UInt64) -> [Int16] {
        var generator = SeededGenerator(seed: seed, stream: "noise")
        let amplitude = 32_768 * Decibels.amplitude(decibels) * 3.0.squareRoot()
        return (0..<count).map { _ in PCM.clamped(amplitude * (2 * generator.unit() - 1)) }
    }

    /// Decodes all frames of clips one after another.
    static func decoded(_ clips: [EncodedClip]) throws -> [Int16] {
        try decoded(clips.flatMap { clip in (0..<clip.count).map { clip.frame($0) } })
    }

    static func decoded(_ packets: [[UInt8]]) throws -> [Int16] {
        let decoder = try OpusSpeechDecoder()
        return try packets.flatMap { try #require(decode($0, with: decoder)) }
    }

    static func decode(_ packet: [UInt8], with decoder: OpusSpeechDecoder) -> [Int16]? {
        var room = [Int16](repeating: 0, count: OpusSpeechDecoder.largestFrame)
        let count = packet.withUnsafeBytes { packet in
            room.withUnsafeMutableBufferPointer { decoder.decode(packet, into: $0) }
        }
        return count.map { Array(room[..<$0]) }
    }

    /// The folder of the gallery, found from this file's place in the repository.
    static var gallery: String {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(3).joined(separator: "/") + "/Scenarios/clips"
    }
}

/// What a gate said while it heard a whole sound.
struct Hearing {
    var events: [EnergyGate.Event] = []
    var gate: EnergyGate
    var now = RunInstant.zero

    init(hold: Nanoseconds = .milliseconds(400)) { gate = EnergyGate(hold: hold) }

    mutating func hear(_ frame: SoundFrame) {
        if let event = gate.hear(frame, startingAt: now) { events.append(event) }
        now += SoundFrame.length
    }

    mutating func hear(_ pcm: PCM) { for frame in SoundFramer.frames(of: pcm) { hear(frame) } }

    mutating func hearNothing(_ span: Nanoseconds) {
        now += span
        if let event = gate.hearNothing(until: now) { events.append(event) }
    }
}

extension RunInstant {
    static func milliseconds(_ count: Double) -> RunInstant {
        .zero + Nanoseconds(milliseconds: count)
    }
}
