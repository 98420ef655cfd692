import Testing
import Timeline
import WebRTCCore

struct SDPMutationTests {
    /// Bytes that mean something to the reader.
    private static let telling = Array("\r\n\0:= /0-9am\u{301}".utf8)

    private static func mutated(
        _ bytes: [UInt8], using generator: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0..<4, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[place] = telling[Int.random(in: telling.indices, using: &generator)]
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + 9))
            case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 90)], at: place)
            default: bytes.removeLast(bytes.count - place)
            }
        }
        return bytes
    }

    @Test(arguments: 1...4)
    func `no mutation of a description is more than refused, or written unreadably`(
        seed: UInt64
    ) throws {
        let small = Samples.text(["a=group:BUNDLE 0 1"] + Samples.audio() + Samples.data())
        let texts = [Samples.offer().text(), small, Captured.janusAnswer, small, small].map {
            Array($0.utf8)
        }
        var generator = SeededGenerator(seed: seed, stream: "mutation")
        let offer = Samples.offer()
        var refused = 0
        var read = 0
        var answered = 0

        for round in 0..<5_000 {
            let bytes = Self.mutated(texts[round % texts.count], using: &generator)
            let one: PeerDescription
            do throws(SDPProblem) {
                one = try PeerDescription.parse(String(decoding: bytes, as: UTF8.self))
                read += 1
            } catch {
                refused += 1
                continue
            }
            guard round % 8 == 0 else { continue }
            _ = try? Negotiated(offer: offer, answer: one, as: .offerer)
            guard
                let answer = try? PeerDescription.answer(
                    to: one, from: Samples.endpoint, setup: .active)
            else { continue }
            answered += 1
            let again = try PeerDescription.parse(answer.text())
            #expect(again.audio == answer.audio && again.data == answer.data)
        }

        #expect(read > 1_250 && refused > 500 && answered > 100)
    }

    @Test func `no mutation of a fragment is more than refused`() {
        let fragment = TrickleFragment(
            credentials: Samples.endpoint.credentials, mid: "0",
            candidates: Samples.endpoint.candidates, isComplete: true)
        let text = Array(fragment.text().utf8)
        var generator = SeededGenerator(seed: 12, stream: "mutation")
        var read = 0
        for _ in 0..<5_000 {
            let bytes = Self.mutated(text, using: &generator)
            if (try? TrickleFragment.parse(String(decoding: bytes, as: UTF8.self))) != nil {
                read += 1
            }
        }
        #expect(read > 1_000)
    }
}
