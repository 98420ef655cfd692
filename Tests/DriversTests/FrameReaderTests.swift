import Dialects
import NIOCore
import Testing
import Timeline

@testable import Drivers

/// What a reader made of bytes handed to it in portions.
private struct Reading: Equatable {
    var pieces: [String] = []
    var problem: FrameReader.Problem?

    init(
        _ bytes: [UInt8], portions: [Int], readsClient: Bool = false, frameBound: Int = 1 << 20,
        messageBound: Int = 4 << 20
    ) {
        var reader = FrameReader(
            readsClient: readsClient, frameBound: frameBound, messageBound: messageBound
        )
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        defer { room.deallocate() }
        var start = 0
        for portion in portions + [bytes.count] where start < bytes.count {
            let count = min(portion, bytes.count - start)
            // The same memory for every portion, as a loop has it: nothing may be left in it.
            var rest = UnsafeMutableRawBufferPointer(rebasing: room[..<count])
            rest.copyBytes(from: bytes[start..<start + count])
            start += count
            do throws(FrameReader.Problem) {
                while let piece = try reader.next(&rest) {
                    pieces.append("\(piece.content) \(Array(piece.bytes))")
                }
                #expect(rest.isEmpty)
            } catch {
                problem = error
                return
            }
        }
    }
}

/// Frames made by hand, so that reader and writer are not wrong together.
private func frame(
    _ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, mask: [UInt8]? = nil,
    wide: Int? = nil
) -> [UInt8] {
    var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | opcode]
    let maskBit: UInt8 = mask == nil ? 0 : 0x80
    let count = payload.count
    switch wide ?? (count < 126 ? 0 : count < 1 << 16 ? 2 : 8) {
    case 0: bytes.append(maskBit | UInt8(count))
    case 2: bytes += [maskBit | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
    default:
        bytes.append(maskBit | 127)
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
    }
    guard let mask else { return bytes + payload }
    return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
}

private func message(_ form: MessageForm, _ payload: [UInt8]) -> String {
    "\(FrameReader.Content.message(form)) \(payload)"
}

@Suite struct FrameReaderTests {
    @Test func `the examples of RFC 6455 section 5_7 are read`() {
        let hello = Array("Hello".utf8)
        #expect(
            Reading([0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F], portions: []).pieces
                == [message(.text, hello)]
        )
        let masked: [UInt8] = [
            0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58,
        ]
        #expect(
            Reading(masked, portions: [], readsClient: true).pieces == [message(.text, hello)]
        )
        let fragments: [UInt8] = [0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F]
        #expect(Reading(fragments, portions: []).pieces == [message(.text, hello)])
        let ping: [UInt8] = [0x89, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F]
        #expect(Reading(ping, portions: []).pieces == ["ping \(hello)"])
    }

    @Test(arguments: [false, true])
    func `a stream is read the same wherever it is cut`(readsClient: Bool) {
        let mask: [UInt8]? = readsClient ? [9, 8, 7, 6] : nil
        let long = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let stream =
            frame(2, [1, 2, 3], mask: mask)
            + frame(1, Array("one ".utf8), isFinal: false, mask: mask)
            + frame(9, [5], mask: mask) + frame(0, Array("two ".utf8), isFinal: false, mask: mask)
            + frame(10, [], mask: mask) + frame(0, Array("three".utf8), mask: mask)
            + frame(2, long, mask: mask) + frame(2, [4], mask: mask, wide: 8)
            + frame(8, [0x03, 0xE9], mask: mask)
        let whole = Reading(stream, portions: [], readsClient: readsClient)
        #expect(
            whole.pieces == [
                message(.binary, [1, 2, 3]), "ping [5]", "pong []",
                message(.text, Array("one two three".utf8)), message(.binary, long),
                message(.binary, [4]), "close [3, 233]",
            ]
        )
        for cut in 1..<stream.count {
            #expect(Reading(stream, portions: [cut], readsClient: readsClient) == whole)
        }
        let single = Array(repeating: 1, count: stream.count)
        #expect(Reading(stream, portions: single, readsClient: readsClient) == whole)
    }

    @Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 1 << 20])
    func `every length arrives whole from the writer`(count: Int) {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
        for isClient in [false, true] {
            var writer = FrameWriter(isClient: isClient)
            var buffer = ByteBuffer()
            payload.withUnsafeBytes { writer.write(.binary, $0, into: &buffer) }
            let reading = Reading(
                Array(buffer.readableBytesView), portions: [1, 2, 5_000], readsClient: isClient
            )
            #expect(reading.problem == nil)
            #expect(reading.pieces == [message(.binary, payload)])
        }
    }

    @Test func `what is against the protocol is refused as soon as it is seen`() {
        let broken: [[UInt8]] = [
            frame(2, [1], mask: [1, 2, 3, 4]),  // masked by a server
            [0xC2, 0x00], [0xA2, 0x00], [0x92, 0x00],  // reserved bits
            [0x83, 0x00], [0x8B, 0x00],  // reserved opcodes
            [0x09, 0x00],  // a ping in fragments
            [0x89, 0x7E],  // a ping of more than 125 bytes
            frame(0, [1]),  // a continuation of nothing
            frame(1, [65], isFinal: false) + frame(1, [66]),  // a message inside another
        ]
        for bytes in broken {
            let problem = Reading(bytes, portions: []).problem
            guard case .broken? = problem else {
                Issue.record("\(bytes) is \(String(describing: problem))")
                continue
            }
        }
        guard case .broken? = Reading(frame(2, [1]), portions: [], readsClient: true).problem else {
            Issue.record("an unmasked frame of a client was taken")
            return
        }
    }

    @Test func `what is too large is refused by its header`() {
        let header: [UInt8] = [0x82, 0x7F, 0, 0, 0, 0, 0, 0x10, 0, 0x01]
        #expect(Reading(header, portions: []).problem == .tooLarge(bound: 1 << 20))
        let endless: [UInt8] = [0x82, 0x7F] + Array(repeating: 0xFF, count: 8)
        #expect(Reading(endless, portions: [1, 1]).problem == .tooLarge(bound: 1 << 20))
        let many = frame(1, [1, 2, 3], isFinal: false) + frame(0, [4, 5])
        #expect(
            Reading(many, portions: [], messageBound: 4).problem == .tooLarge(bound: 4)
        )
    }

    @Test func `bytes changed at random are read or refused, the same wherever they are cut`() {
        let seed: UInt64 = 20_260
        var generator = SeededGenerator(seed: seed, stream: "frames", number: 0)
        let stream =
            frame(2, Array(0..<40)) + frame(1, Array("one ".utf8), isFinal: false)
            + frame(9, [5]) + frame(0, Array("two".utf8))
            + frame(2, Array(repeating: 3, count: 200))
        for round in 0..<2_000 {
            var bytes = stream
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: bytes.indices, using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            let portions = (0..<20).map { _ in Int.random(in: 1...40, using: &generator) }
            let whole = Reading(bytes, portions: [])
            let cut = Reading(bytes, portions: portions)
            #expect(whole == cut, "seed \(seed), round \(round)")
        }
    }
}
