import Dialects
import Timeline

/// Who is called through a ``PeerPort``: hears plain packets and messages, and answers with such.
protocol PeerCallee: AnyObject {
    /// When ``tick(now:)`` is due; `nil` once it has ended.
    var wake: RunInstant? { get }
    /// To be called when there is something to poll that nobody handed in.
    var nudge: (() -> Void)? { get set }

    func receive(datagram: UnsafeRawBufferPointer, arrived: RunInstant, now: RunInstant)
    /// A message of the data channel.
    func receive(
        _ form: MessageForm, message: UnsafeRawBufferPointer, arrived: RunInstant, now: RunInstant)
    func tick(now: RunInstant)
    /// The connection is gone.
    func closed(at now: RunInstant)
    /// What it wants next: text is a message of the data channel, anything else a packet.
    ///
    /// `nil` when there is nothing for now.
    func poll(into buffer: inout WireBuffer) -> PeerCalleeOutput?
}

enum PeerCalleeOutput {
    case transmit(MessageForm)
    case hangUp
}
