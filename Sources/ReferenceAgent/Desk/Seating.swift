public import Timeline

/// The seats of a server with many callers: who has which, and when each is to be looked after.
///
/// A seat that was left goes to the next newcomer. The instants lie beside the seats, so that
/// looking for due ones, every millisecond, touches little memory. Public for the reason that
/// ``RunInstant`` is: it is asked for every packet, by another module too.
public struct Seating<Occupant> {
    /// The instant of a seat that waits for nothing.
    public static var never: RunInstant { RunInstant(nanoseconds: .max) }

    private var occupants: [Occupant?] = []
    private var wakes: [RunInstant] = []
    private var vacant: [Int] = []

    /// No seats yet.
    public init() {}

    /// Every seat there is, taken or not.
    public var places: Range<Int> { occupants.indices }

    /// Who sits there; `nil` where nobody does.
    public subscript(place: Int) -> Occupant? { occupants[place] }

    /// Gives a newcomer a seat; nothing is due there yet.
    public mutating func seat(_ newcomer: Occupant) -> Int {
        guard let place = vacant.popLast() else {
            occupants.append(newcomer)
            wakes.append(Self.never)
            return occupants.count - 1
        }
        occupants[place] = newcomer
        return place
    }

    /// Nobody sits there any more.
    public mutating func vacate(_ place: Int) {
        guard occupants[place] != nil else { return }
        occupants[place] = nil
        wakes[place] = Self.never
        vacant.append(place)
    }

    /// When a seat is to be looked after.
    public mutating func wake(_ place: Int, at instant: RunInstant) {
        if occupants[place] != nil { wakes[place] = instant }
    }

    /// When that is due; ``never`` where nothing is.
    public func wake(of place: Int) -> RunInstant { wakes[place] }

    /// The earliest of all; `nil` where nothing is due.
    public var nextWake: RunInstant? {
        wakes.min().flatMap { $0 == Self.never ? nil : $0 }
    }
}
