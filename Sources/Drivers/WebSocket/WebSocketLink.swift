import Callers
import Dialects
import NIOCore
import Timeline

/// What a WebSocket tells the call it carries, on its event loop.
protocol WebSocketLinkOwner: AnyObject {
    /// Messages can flow.
    func linkOpened(_ setup: SetupTimes)
    /// A whole message; the bytes are lent for the length of the call.
    ///
    /// - Parameters:
    ///   - arrived: when it was read: a stream can hold back what has come before it is whole.
    ///   - waitingSince: when it can have come at the earliest; `nil` where the link cannot tell.
    func linkReceived(
        _ form: MessageForm, _ message: UnsafeRawBufferPointer, arrived: RunInstant,
        waitingSince: RunInstant?
    )
    /// Ping to pong.
    func linkMeasured(roundTrip: Nanoseconds)
    /// Could not be opened, or is no more. Nothing comes after it.
    func linkFailed(_ failure: CallFailure)
}

/// One caller's WebSocket: opened, written to once per slot, closed.
///
/// The seam between callers and their connection. Plain `ws` is a ``RawLink`` on the loop's tick,
/// `wss` a ``ChannelLink`` on NIO; nothing above knows which.
protocol WebSocketLink: AnyObject {
    /// Writes a message; it has left after the next ``flush()``.
    ///
    /// - Returns: false when the connection cannot take it now, and it waits for the target to
    ///   read.
    func send(_ form: MessageForm, _ message: UnsafeRawBufferPointer) -> Bool
    func flush()
    /// Asks the agent for a sign of life; the answer's round trip is measured.
    func ping()
    /// Closes in good order, and cuts the connection where the target does not answer.
    func close()
}

/// What both kinds of links put up with.
enum WebSocketLinkBounds {
    /// Unsent bytes above which a target counts as not reading.
    static let unsent = 256 << 10
    /// How long a peer may take to answer a close before the connection is cut.
    static let closePatience = TimeAmount.seconds(1)
    /// A pong nobody asked for may hold any number.
    static let roundTrips = Nanoseconds.zero..<Nanoseconds.seconds(60)
}

extension CallFailure {
    static let stalled = CallFailure(
        code: "stalled",
        detail: "the agent stopped reading: \(WebSocketLinkBounds.unsent >> 10) kB wait to be sent"
    )
    static let closed = CallFailure(
        code: "closed_by_agent", detail: "the agent closed the connection"
    )
    static let brokenOff = CallFailure(
        code: "closed_by_agent", detail: "the agent broke off the connection"
    )

    static func closed(code: UInt16?) -> CallFailure {
        let told = code.map { " with code \($0)" } ?? ""
        return CallFailure(code: "closed_by_agent", detail: "the agent closed the call\(told)")
    }

    static func tooLarge(_ bound: Int) -> CallFailure {
        CallFailure(
            code: "message_too_large",
            detail: "the agent sent a message of more than \(bound >> 20) MiB"
        )
    }

    /// Of frames that cannot be read on.
    init(reading problem: FrameReader.Problem) {
        switch problem {
        case .tooLarge(let bound): self = .tooLarge(bound)
        case .broken(let what):
            self.init(code: "protocol", detail: "the agent's frames break RFC 6455: \(what)")
        }
    }
}
