import Callers
import Dialects
import NIOCore
import Timeline

/// What a WebSocket tells the call it carries, on its event loop.
protocol WebSocketLinkOwner: AnyObject {
    /// What a message for it touches first.
    var memory: NearMemory { get }
    /// Messages can flow.
    func linkOpened(_ setup: SetupTimes)
    /// A whole message; the bytes are lent for the length of the call.
    ///
    /// - Parameters:
    ///   - arrived: when it was read: a stream can hold back what has come before it is whole.
    ///   - waitingSince: when it can have come at the earliest.
    func linkReceived(
        _ form: MessageForm, _ message: UnsafeRawBufferPointer, arrived: RunInstant,
        waitingSince: RunInstant
    )
    /// Ping to pong.
    func linkMeasured(roundTrip: Nanoseconds)
    /// Could not be opened, or is no more. Nothing comes after it.
    func linkFailed(_ failure: CallFailure)
}

extension WebSocketLinkOwner {
    var memory: NearMemory { NearMemory() }
}

/// What a link puts up with.
struct WebSocketBounds {
    /// Bytes of a frame the agent sends.
    var frame = FrameReader.frameBound
    /// Bytes of a message, in whatever number of frames.
    var message = FrameReader.messageBound
    /// Unsent bytes above which a target counts as not reading.
    var unsent = 256 << 10
    /// How long a peer may take to answer a close before the connection is cut.
    static let closePatience = TimeAmount.seconds(1)
    /// A pong nobody asked for may hold any number.
    static let roundTrips = Nanoseconds(1)..<Nanoseconds.seconds(60)
}
