/// The lines of a loop, each in a place of its own that an epoll token names.
///
/// A class over plain memory: a line is changed in place for every packet, and an array would ask
/// each time whether it is shared.
final class LineTable<Session: LineSession> {
    private var places: UnsafeMutableBufferPointer<MediaLine<Session>>
    private(set) var count = 0

    init(capacity: Int = 64) {
        places = .allocate(capacity: max(1, capacity))
    }

    deinit {
        places[..<count].deinitialize()
        places.deallocate()
    }

    var indices: Range<Int> { 0..<count }

    subscript(place: Int) -> MediaLine<Session> {
        unsafeAddress {
            precondition(place < count, "no line has the place \(place)")
            return UnsafePointer(places.baseAddress.unsafelyUnwrapped + place)
        }
        unsafeMutableAddress {
            precondition(place < count, "no line has the place \(place)")
            return places.baseAddress.unsafelyUnwrapped + place
        }
    }

    /// One more place; not while a line is being changed.
    func grow() -> Int {
        if count == places.count {
            let larger = UnsafeMutableBufferPointer<MediaLine<Session>>
                .allocate(capacity: 2 * places.count)
            _ = larger.moveInitialize(fromContentsOf: places[..<count])
            places.deallocate()
            places = larger
        }
        places.initializeElement(at: count, to: MediaLine())
        count += 1
        return count - 1
    }
}
