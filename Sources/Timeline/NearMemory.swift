/// Blocks of memory that somebody's turn will touch, to be asked for before that turn.
///
/// Twenty milliseconds after a call was looked after nothing of it is near the processor any more.
/// Only addresses: nothing is read, and nothing is kept alive. Public so that other modules get
/// it inlined.
public struct NearMemory {
    /// The first ``count`` of them are given.
    public private(set) var blocks = InlineArray<4, UnsafeRawBufferPointer>(
        repeating: UnsafeRawBufferPointer(start: nil, count: 0))
    /// How many there are.
    public private(set) var count = 0

    /// None.
    public init() {}

    /// Adds a block; a fifth one is left out, as is none.
    public mutating func add(_ start: UnsafeRawPointer?, bytes: Int) {
        guard let start, count < 4 else { return }
        blocks[count] = UnsafeRawBufferPointer(start: start, count: bytes)
        count += 1
    }
}
