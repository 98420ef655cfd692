import CSockets

/// The blocks of memory that a connection's turn begins with, to be asked for before that turn.
///
/// Twenty milliseconds after a call was looked after nothing of it is near the processor any more.
/// Only addresses: nothing is read, and nothing is kept alive.
struct NearMemory {
    private typealias Block = (start: UnsafeRawPointer, bytes: Int)
    private var blocks: (Block?, Block?, Block?, Block?)

    /// Adds an object; a fifth one is left out.
    mutating func add(_ object: AnyObject) {
        let start = UnsafeRawPointer(Unmanaged.passUnretained(object).toOpaque())
        let block = (start, talkover_heap_bytes(start))
        if blocks.0 == nil {
            blocks.0 = block
        } else if blocks.1 == nil {
            blocks.1 = block
        } else if blocks.2 == nil {
            blocks.2 = block
        } else if blocks.3 == nil {
            blocks.3 = block
        }
    }

    func prefetch() {
        Self.prefetch(blocks.0)
        Self.prefetch(blocks.1)
        Self.prefetch(blocks.2)
        Self.prefetch(blocks.3)
    }

    @inline(__always)
    private static func prefetch(_ block: Block?) {
        if let block { talkover_prefetch(block.start, block.bytes) }
    }
}
