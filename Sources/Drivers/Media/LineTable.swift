import CSockets

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

    /// Asks for what a call keeps in memory, while another one is looked after.
    ///
    /// Twenty milliseconds after its last packet nothing of a call is near the processor any
    /// more: waiting for it took as long as all that is done with a packet.
    ///
    /// - Parameter ahead: lines that come before this one's turn. Two before, the line itself is
    ///   asked for; one before, the session it names.
    @inline(__always)
    func prefetch(_ place: Int, ahead: Int) {
        guard place < count, let base = places.baseAddress else { return }
        let line = base + place
        if ahead > 1 {
            talkover_prefetch(line, MemoryLayout<MediaLine<Session>>.stride)
        } else if let session = line.pointee.session {
            talkover_prefetch(
                Unmanaged.passUnretained(session).toOpaque(), line.pointee.sessionBytes)
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
