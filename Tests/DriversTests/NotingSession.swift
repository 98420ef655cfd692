import Callers
import Dialects
import Drivers
import Timeline

/// A call that only notes what its line tells it, and asks for what the test wants.
final class NotingSession: LineSession {
    let id: CallID
    let wireID: UInt32
    let interval: Nanoseconds
    var restsUntil = RunInstant.zero
    private(set) var isConnected = false
    private(set) var setup = SetupTimes()
    private(set) var firstSlot: RunInstant?
    private(set) var slots: [RunInstant] = []
    private(set) var received: [(bytes: [UInt8], arrived: RunInstant)] = []
    private(set) var forms: [MessageForm] = []
    private(set) var failure: CallFailure?
    private(set) var roundTrips: [Nanoseconds] = []
    private(set) var isInterrupted = false
    /// What every slot sends.
    var frame: [UInt8] = [1, 2, 3, 4]
    var form = MessageForm.binary
    /// Hangs up once it has received this many.
    var hangsUpAfter = Int.max
    /// Says goodbye and hangs up in this slot, counted from 1.
    var hangsUpInSlot = Int.max
    private var asked: [Asked] = []

    private enum Asked {
        case send([UInt8])
        case output(CallOutput)
    }

    init(number: Int = 0, interval: Nanoseconds = .milliseconds(20)) {
        id = CallID(path: 0, number: number)
        wireID = UInt32(1_000 + number)
        self.interval = interval
    }

    func started(at now: RunInstant) {}

    func agreed(_ agreement: MediaAgreement) {}

    func routed(local: CandidateKind, remote: CandidateKind) {}

    func connected(at now: RunInstant, firstSlot: RunInstant, setup: SetupTimes) {
        isConnected = true
        self.firstSlot = firstSlot
        self.setup = setup
    }

    func failed(_ reason: CallFailure, at now: RunInstant) {
        guard failure == nil else { return }
        failure = reason
        end(.failed)
    }

    func slot(scheduled: RunInstant, now: RunInstant) {
        slots.append(scheduled)
        asked.append(.send(frame))
        if slots.count == hangsUpInSlot { end(.completed) }
    }

    func receive(datagram: UnsafeRawBufferPointer, arrived: RunInstant) {
        received.append((Array(datagram), arrived))
        if received.count >= hangsUpAfter { end(.completed) }
    }

    func receive(_ form: MessageForm, message: UnsafeRawBufferPointer, arrived: RunInstant) {
        forms.append(form)
        receive(datagram: message, arrived: arrived)
    }

    func roundTrip(_ measured: Nanoseconds) { roundTrips.append(measured) }

    func interrupt(at now: RunInstant) {
        isInterrupted = true
        end(.interrupted)
    }

    var line: AnyObject? { nil }

    static func nearBytes(_ turn: SessionTurn) -> Int { 64 }

    func near(_ turn: SessionTurn, step: Int) -> NearMemory { NearMemory() }

    func poll(into buffer: inout WireBuffer) -> CallOutput? {
        guard !asked.isEmpty else { return nil }
        switch asked.removeFirst() {
        case .send(let bytes):
            buffer.append(bytes)
            return .transmit(form)
        case .output(let output): return output
        }
    }

    private func end(_ outcome: CallOutcome) {
        var record = CallRecord(id: id, wireID: wireID, planned: .zero)
        record.outcome = outcome
        record.media.framesSent = slots.count
        asked.append(.output(.observe(.call(record))))
        asked.append(.output(.hangUp))
    }
}

extension ObservationBatch {
    var calls: [CallRecord] {
        observations.compactMap { if case .call(let record) = $0 { record } else { nil } }
    }
}
