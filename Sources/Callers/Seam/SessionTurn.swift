/// What a session's turn is about to be.
package enum SessionTurn: Sendable {
    /// Something arrived for it.
    case arrival
    /// A frame of its caller is due.
    case slot
}
