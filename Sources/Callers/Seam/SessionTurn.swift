/// What a session's turn is about to be.
package enum SessionTurn: Sendable {
    /// What arrived for it is heard, and its script goes on.
    case arrival
    /// A frame of its caller is due: it speaks.
    case slot
}
