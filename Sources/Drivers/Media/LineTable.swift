import CSockets
import Callers

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

    /// What to ask for of a call's memory, while other ones are looked after.
    ///
    /// Twenty milliseconds after its last packet nothing of a call is near the processor any
    /// more: waiting for it took longer than all that is done with a packet. Each of these leads
    /// to the next, and has to be near for it.
    enum Prefetch { case line, session(SessionTurn), beyond(SessionTurn, step: Int) }

    @inline(__always)
    func prefetch(_ place: Int, _ what: Prefetch) {
        guard place < count, let base = places.baseAddress else { return }
        let line = base + place
        switch what {
        case .line:
            talkover_prefetch(line, MediaLine<Session>.nearBytes)
        case .session(let turn):
            guard let session = line.pointee.sessionAddress else { return }
            talkover_prefetch(session, Session.nearBytes(turn))
            if let link = line.pointee.unheldLink {
                talkover_prefetch(link.toOpaque(), PeerLink.nearBytes)
            }
        case .beyond(let turn, let step):
            guard let session = line.pointee.sessionAddress else { return }
            Unmanaged<Session>.fromOpaque(session)._withUnsafeGuaranteedRef {
                $0.near(turn, step: step).prefetch()
            }
            if step == 0, let link = line.pointee.unheldLink {
                link._withUnsafeGuaranteedRef { $0.prefetch(turn) }
            }
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
