import CSockets
import NIOCore
import Timeline

/// A stream socket's owner, told by its ``StreamLoop`` that there is something to do.
protocol StreamMember: AnyObject {
    /// The socket can be read, written or has failed: whichever was watched for.
    ///
    /// - Returns: bytes read.
    func ready() -> Int
}

/// The stream sockets of one loop, looked after once a tick: ``MediaLoop``'s counterpart for TCP.
///
/// It never waits, reads into one buffer that all its sockets share, and in steady state allocates
/// nothing. Belongs to its event loop and knows nothing of it.
final class StreamLoop {
    /// Read from one socket at once, at most.
    private static let largestRead = 64 << 10
    /// Read in one tick at most, so that a flood cannot hold up what is to be sent.
    private static let bytesPerTick = 1 << 20

    let clock: MonotonicClock
    /// What a socket was last read into; whoever reads owns it until it returns.
    let input: UnsafeMutableRawBufferPointer
    /// Where frames are composed before they are sent.
    var frame = ByteBuffer()
    /// What those of its sockets share that speak TLS; `nil` when there is no memory for it.
    private(set) lazy var wire = TLSWire()
    /// When the sockets were looked at in the tick before: what is read now came after it.
    private(set) var previousLook: RunInstant
    private var look: RunInstant
    private let epoll: Int32
    private let tokens: UnsafeMutableBufferPointer<UInt32>
    private var arrivals: ArrivalClock
    private var members: [(any StreamMember)?] = []
    /// What the member in each place is about to touch.
    private var memory: [NearMemory] = []
    private var free: [Int] = []
    /// Places given up in this tick: a report of the socket that had one may still be under way.
    private var leaving: [Int] = []

    init(clock: MonotonicClock) throws(SystemError) {
        self.clock = clock
        epoll = try SystemError.check(talkover_epoll_open())
        input = .allocate(byteCount: Self.largestRead, alignment: 16)
        tokens = .allocate(capacity: 1_024)
        arrivals = ArrivalClock(clock: clock)
        look = clock.now
        previousLook = look
    }

    deinit {
        talkover_close(epoll)
        input.deallocate()
        tokens.deallocate()
    }

    /// One tick: lets everything act that can.
    func tick() {
        arrivals.refresh()
        previousLook = look
        look = clock.now
        var budget = Self.bytesPerTick
        var mayBeMore = true
        // Asking again costs a look at every socket that was ready: only where more can be found.
        while mayBeMore, budget > 0 {
            mayBeMore = false
            let ready = Int(talkover_epoll_ready(epoll, tokens.baseAddress, Int32(tokens.count)))
            guard ready > 0 else { break }
            mayBeMore = ready == tokens.count
            for index in 0..<ready {
                if index + 2 < ready { memory[Int(tokens[index + 2])].prefetch() }
                guard let member = members[Int(tokens[index])] else { continue }
                let count = member.ready()
                if count == Self.largestRead { mayBeMore = true }
                // What leads to no bytes counts as well: the loop ends whatever the sockets do.
                budget -= max(1_024, count)
            }
        }
        free.append(contentsOf: leaving)
        leaving.removeAll(keepingCapacity: true)
    }

    /// When bytes just read came into this host, by the kernel's stamp where it gave one.
    ///
    /// - Returns: `nil` where it gave none.
    func arrival(stamp: Int64, now: RunInstant) -> RunInstant? {
        stamp == 0 ? nil : arrivals.arrival(stamp: stamp, now: now)
    }

    /// Lets go of every member: who is not held elsewhere closes its socket.
    func removeAll() { members.removeAll() }

    // MARK: What sockets ask

    func add(
        _ member: any StreamMember, descriptor: Int32, interest: Int32
    ) throws(SystemError) -> UInt32 {
        let place = free.popLast() ?? members.count
        if place == members.count {
            members.append(nil)
            memory.append(NearMemory())
        }
        let added = talkover_epoll_watch(epoll, descriptor, UInt32(place), interest, true)
        guard added == 0 else {
            free.append(place)
            throw SystemError(-added)
        }
        members[place] = member
        memory[place] = NearMemory()
        return UInt32(place)
    }

    /// What a member's turn begins with, from now on.
    func expect(_ near: NearMemory, for token: UInt32) { memory[Int(token)] = near }

    func watch(_ token: UInt32, descriptor: Int32, interest: Int32) {
        _ = talkover_epoll_watch(epoll, descriptor, token, interest, false)
    }

    func remove(_ token: UInt32) {
        guard members.indices.contains(Int(token)) else { return }
        members[Int(token)] = nil
        leaving.append(Int(token))
    }
}
