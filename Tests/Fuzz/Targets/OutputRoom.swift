import Timeline

/// Where a parser's answers go, and inputs that were changed once more.
final class OutputRoom {
    var buffer = WireBuffer()
    let guarded: GuardedBytes

    init(capacity: Int = 65_536) {
        guard let room = GuardedBytes(capacity: capacity) else {
            preconditionFailure("no memory for an input of \(capacity) bytes")
        }
        guarded = room
    }
}

extension UnsafeMutableRawBufferPointer {
    func withUnsafe<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(self))
    }
}
