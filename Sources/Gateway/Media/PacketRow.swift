/// Packets in a row, with their levels, in one piece of memory that is reused.
struct PacketRow {
    private var bytes: [UInt8] = []
    private var entries: [(end: Int, octet: UInt8)] = []
    private var taken = 0
    private var start = 0

    var isEmpty: Bool { taken == entries.count }

    mutating func append(_ packet: UnsafeRawBufferPointer, octet: UInt8) {
        bytes.append(contentsOf: packet)
        entries.append((bytes.count, octet))
    }

    mutating func next<Result>(
        _ body: (UnsafeRawBufferPointer, UInt8) -> Result
    ) -> Result? {
        guard taken < entries.count else { return nil }
        let entry = entries[taken]
        let result = bytes.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[start..<entry.end]), entry.octet)
        }
        start = entry.end
        taken += 1
        if isEmpty { removeAll() }
        return result
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        taken = 0
        start = 0
    }
}
