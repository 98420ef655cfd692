import CSockets
import Timeline

extension NearMemory {
    /// All that the heap keeps for some objects.
    init(_ objects: AnyObject...) {
        self.init()
        for object in objects { add(object) }
    }

    /// Adds all that the heap keeps for an object.
    mutating func add(_ object: AnyObject) {
        let start = UnsafeRawPointer(Unmanaged.passUnretained(object).toOpaque())
        add(start, bytes: talkover_heap_bytes(start))
    }

    @inline(__always)
    func prefetch() {
        for index in 0..<count {
            talkover_prefetch(blocks[index].baseAddress, blocks[index].count)
        }
    }
}
