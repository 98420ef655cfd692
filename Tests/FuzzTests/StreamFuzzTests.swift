import Dialects
import Testing
import Timeline

@testable import Drivers
@testable import Fuzz

/// What is read from TCP connections, in whatever portions it comes.
///
/// Inside the module of drivers, which the release build of the target leaves out: its event
/// loops would take minutes to build.
@Suite struct StreamFuzzTests {
    private let runner = FuzzRunner(seed: 20_261_122, inputs: 20_000, seconds: 2)

    @Test(arguments: [true, false])
    func `no bytes make the reader of WebSocket frames crash, hang or read too far`(
        readsClient: Bool
    ) throws {
        let corpus = Self.frames(isMasked: readsClient)
        let target = FuzzTarget(name: "frames-\(readsClient)", corpus: corpus) { _ in
            let box = FrameBox(readsClient: readsClient)
            return { bytes, generator in box.read(bytes, &generator) }
        }

        let report = try runner.run(target)

        #expect(report.hangs.isEmpty && report.taken > 1_000, "\(report.line)")
    }

    @Test func `no bytes make the reader of HTTP heads crash, hang or read too far`() throws {
        let head = "Host: a\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n"
        let corpus = [
            "GET /v1/realtime?model=x HTTP/1.1\r\n\(head)Upgrade: websocket\r\n\r\n",
            "POST /whip HTTP/1.1\r\n\(head)\r\nv=0\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade, x\r\n\r\n",
        ].map { Array($0.utf8) }
        let words = ["\r\n", "\r\n\r\n", ":", " ", "HTTP/1.1", "\0", "é", ","]
        let target = FuzzTarget(
            name: "heads", corpus: corpus, dictionary: words.map { Array($0.utf8) },
            capacity: 40_000
        ) { _ in
            { bytes, generator in Self.readHead(bytes, &generator) }
        }

        let report = try runner.run(target)

        #expect(report.hangs.isEmpty && report.taken > 1_000, "\(report.line)")
    }

    private static func readHead(
        _ bytes: UnsafeMutableRawBufferPointer, _ generator: inout SeededGenerator
    ) -> Bool {
        var reader = HeadReader()
        var place = 0
        while place < bytes.count {
            let left = bytes.count - place
            let portion =
                generator.next() % 2 == 0 ? left : 1 + Int(generator.next() % UInt64(left))
            var rest = UnsafeMutableRawBufferPointer(rebasing: bytes[place..<place + portion])
            guard let head = try? reader.take(&rest) else {
                // Refused, or not whole yet: what was handed in has been taken.
                guard rest.isEmpty else { return false }
                place += portion
                continue
            }
            require(rest.count <= portion, "\(rest.count) bytes left of \(portion)")
            _ = (head.status, head.request?.target, head.value("host"))
            _ = head.lists("upgrade", in: "connection")
            return true
        }
        return false
    }

    /// Frames of every kind, short and long, whole messages and fragments.
    private static func frames(isMasked: Bool) -> [[UInt8]] {
        let mask: [UInt8] = isMasked ? [1, 2, 3, 4] : []
        let maskBit: UInt8 = isMasked ? 0x80 : 0
        let long: [UInt8] = [0x82, maskBit | 126, 1, 0] + mask + [UInt8](repeating: 7, count: 256)
        let wide: [UInt8] = [0x81, maskBit | 127, 0, 0, 0, 0, 0, 0, 0, 3] + mask + [65, 66, 67]
        let short = [(0x81, 5), (0x82, 0), (0x01, 3), (0x00, 2), (0x80, 1), (0x89, 4), (0x8A, 0)]
            .map { opcode, count in
                [UInt8(opcode), maskBit | UInt8(count)] + mask
                    + [UInt8](repeating: 65, count: count)
            }
        let closing: [UInt8] = [0x88, maskBit | 2] + mask + [3, 232]
        let all = short + [long, wide, closing]
        return all + [short[2] + short[3] + short[4], short[0] + long + short[5] + closing]
    }
}

/// A reader that outlives one input, until it has refused one.
private final class FrameBox {
    private var reader: FrameReader
    private let readsClient: Bool

    init(readsClient: Bool) {
        self.readsClient = readsClient
        reader = FrameReader(readsClient: readsClient, frameBound: 4_096, messageBound: 8_192)
    }

    func read(
        _ bytes: UnsafeMutableRawBufferPointer, _ generator: inout SeededGenerator
    ) -> Bool {
        var pieces = 0
        var place = 0
        while place < bytes.count {
            let left = bytes.count - place
            let portion =
                generator.next() % 2 == 0 ? left : 1 + Int(generator.next() % UInt64(left))
            var rest = UnsafeMutableRawBufferPointer(rebasing: bytes[place..<place + portion])
            place += portion
            do {
                while let piece = try reader.next(&rest) {
                    require(piece.bytes.count <= 8_192, "a piece of \(piece.bytes.count) bytes")
                    pieces += 1
                }
            } catch {
                reader = FrameReader(
                    readsClient: readsClient, frameBound: 4_096, messageBound: 8_192)
                return pieces > 0
            }
        }
        return pieces > 0
    }
}
