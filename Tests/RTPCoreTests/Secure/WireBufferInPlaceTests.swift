import Testing
import Timeline

@Suite struct WireBufferInPlaceTests {
    private struct Refusal: Error, Equatable {}

    @Test func `room is appended as zeros, even where something was before`() {
        var buffer = WireBuffer(capacity: 4)
        buffer.append([1, 2, 3, 4])
        buffer.shrink(to: 1)
        buffer.appendZeros(9)
        buffer.appendZeros(0)

        #expect(Array(buffer.bytes) == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func `what is changed in place stays changed, and errors come through`() {
        var buffer = WireBuffer(capacity: 4)
        buffer.append([1, 2, 3])

        let sum = buffer.withMutableBytes { bytes -> Int in
            bytes[1] = 9
            return bytes.reduce(0) { $0 + Int($1) }
        }

        #expect(sum == 13)
        #expect(throws: Refusal()) {
            try buffer.withMutableBytes { _ throws(Refusal) in throw Refusal() }
        }
        #expect(Array(buffer.bytes) == [1, 9, 3])
    }
}
