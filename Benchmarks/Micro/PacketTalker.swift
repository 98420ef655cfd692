import Audio
import Callers
import Planning
import Timeline

/// Agents on RTP: the calibration sound in packets, with audio levels.
final class PacketTalker: Talker {
    private struct Frame {
        var start: Int
        var count: Int
        var level: UInt8
    }

    private let payloadType: UInt8
    private let ticks: UInt32
    private let pauses: Bool
    /// Silence, and then the sound's frames one after another.
    private let frames: UnsafeMutableBufferPointer<Frame>
    private let payloads: UnsafeMutableRawBufferPointer
    private let packet = UnsafeMutableRawBufferPointer.allocate(byteCount: 2_048, alignment: 16)
    private static let header = 20

    /// - Parameter pauses: whether agents pause, once a cycle.
    init(_ path: PathConfiguration, pauses: Bool = true) throws {
        self.pauses = pauses
        let sound = try EncodedClip(
            clip: CalibrationTone.clip(), codec: path.codec, interval: path.ptime)
        let silence = try EncodedClip.silence(codec: path.codec, interval: path.ptime)
        payloadType = path.wirePayloadType
        ticks = UInt32(path.ptime.samples(rate: path.codec.sampleRate))
        frames = .allocate(capacity: sound.count + 1)
        payloads = .allocate(byteCount: sound.byteCount + silence.byteCount, alignment: 16)
        var end = 0
        for (index, bytes) in ([silence.frame(0)] + (0..<sound.count).map(sound.frame)).enumerated()
        {
            UnsafeMutableRawBufferPointer(rebasing: payloads[end...]).copyBytes(from: bytes)
            let level = index == 0 ? silence.level(0) : sound.level(index - 1)
            frames.initializeElement(
                at: index, to: Frame(start: end, count: bytes.count, level: level))
            end += bytes.count
        }
    }

    deinit {
        packet.deallocate()
        payloads.deallocate()
        frames.deallocate()
    }

    func open(_ session: CallSession, number: Int, at now: RunInstant) {}

    func talk(to session: CallSession, number: Int, round: Int, arrived: RunInstant) {
        let length = write(number: number, round: round)
        session.receive(
            datagram: UnsafeRawBufferPointer(rebasing: packet[..<length]), arrived: arrived)
    }

    private func write(number: Int, round: Int) -> Int {
        let place = Self.place(number, round)
        let isSilent = pauses && place < Self.pause
        let frame = frames[isSilent ? 0 : 1 + place % (frames.count - 1)]
        let marker: UInt16 = pauses && place == Self.pause ? 0x80 : 0
        store(0x9000 | marker | UInt16(payloadType), at: 0)
        store(UInt16(truncatingIfNeeded: round &+ number), at: 2)
        store(UInt32(truncatingIfNeeded: round) &* ticks, at: 4)
        store(UInt32(0x1000_0000) | UInt32(number), at: 8)
        store(UInt32(0xBEDE_0001), at: 12)
        store(UInt32(0x1000_0000) | UInt32(frame.level) << 16, at: 16)
        UnsafeMutableRawBufferPointer(rebasing: packet[Self.header...]).copyMemory(
            from: UnsafeRawBufferPointer(
                rebasing: payloads[frame.start..<(frame.start + frame.count)]))
        return Self.header + frame.count
    }

    private func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at place: Int) {
        packet.storeBytes(of: value.bigEndian, toByteOffset: place, as: Value.self)
    }
}
