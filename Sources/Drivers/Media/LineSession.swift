package import Callers
package import Dialects
package import Timeline

/// What a line needs of the call it carries: ``CallSession``, whole.
///
/// A protocol so that lines can be tested with a call that only notes what it is told. Loops are
/// generic over it, never existential: the compiler makes one copy for the real call.
package protocol LineSession: AnyObject {
    var id: CallID { get }
    var wireID: UInt32 { get }
    /// Between two frames of the call.
    var interval: Nanoseconds { get }
    /// Until a slot that is scheduled for then or later, datagrams may be left with the kernel.
    var restsUntil: RunInstant { get }

    func started(at now: RunInstant)
    func agreed(_ agreement: MediaAgreement)
    func routed(local: CandidateKind, remote: CandidateKind)
    func connected(at now: RunInstant, firstSlot: RunInstant, setup: SetupTimes)
    func failed(_ reason: CallFailure, at now: RunInstant)
    func slot(scheduled: RunInstant, now: RunInstant)
    func receive(datagram: UnsafeRawBufferPointer, arrived: RunInstant)
    func receive(_ form: MessageForm, message: UnsafeRawBufferPointer, arrived: RunInstant)
    func roundTrip(_ measured: Nanoseconds)
    func interrupt(at now: RunInstant)
    var line: AnyObject? { get }
    static func nearBytes(_ turn: SessionTurn) -> Int
    func near(_ turn: SessionTurn, step: Int) -> NearMemory
    func poll(into buffer: inout WireBuffer) -> CallOutput?
}

extension CallSession: LineSession {}
