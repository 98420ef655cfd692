/// Room for one packet or message, lent by a runner to a core and reused for every one.
///
/// Grows when something larger is written and never shrinks, so that steady state allocates nothing.
public struct WireBuffer: ~Copyable {
    private var storage: UnsafeMutableRawBufferPointer
    /// Bytes written.
    public private(set) var count = 0

    /// Room for `capacity` bytes, before it grows.
    public init(capacity: Int = 2_048) {
        storage = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { storage.deallocate() }

    /// Forgets what was written; the room stays.
    public mutating func removeAll() { count = 0 }

    /// Appends one byte.
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        storage[count] = byte
        count += 1
    }

    /// Appends a copy of the bytes.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        reserve(bytes.count)
        UnsafeMutableRawBufferPointer(rebasing: storage[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    /// Appends a copy of the bytes.
    public mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Appends in network byte order.
    public mutating func append(bigEndian value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { append($0) }
    }

    /// Overwrites in network byte order what was appended at `offset` before.
    public mutating func overwrite(at offset: Int, bigEndian value: some FixedWidthInteger) {
        precondition(offset >= 0 && offset + value.bitWidth / 8 <= count, "no bytes at \(offset)")
        withUnsafeBytes(of: value.bigEndian) {
            UnsafeMutableRawBufferPointer(rebasing: storage[offset...]).copyMemory(from: $0)
        }
    }

    /// Appends `count` bytes of zero: room for what is filled in place.
    public mutating func appendZeros(_ count: Int) {
        precondition(count >= 0, "cannot append \(count) bytes")
        guard count > 0 else { return }
        reserve(count)
        UnsafeMutableRawBufferPointer(rebasing: storage[self.count..<(self.count + count)])
            .initializeMemory(as: UInt8.self, repeating: 0)
        self.count += count
    }

    /// Forgets what was written behind the first `count` bytes.
    public mutating func shrink(to count: Int) {
        precondition(count >= 0 && count <= self.count, "no \(count) bytes of \(self.count)")
        self.count = count
    }

    /// Lends what has been written, to be changed in place.
    ///
    /// The pointer is not to leave `body`.
    public mutating func withMutableBytes<Result, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeMutableRawBufferPointer(rebasing: storage[..<count]))
    }

    /// What has been written; valid until the next change.
    public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: storage[..<count])
    }

    private mutating func reserve(_ more: Int) {
        guard count + more > storage.count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(count + more, storage.count * 2),
            alignment: 16
        )
        larger.copyMemory(from: bytes)
        storage.deallocate()
        storage = larger
    }
}
