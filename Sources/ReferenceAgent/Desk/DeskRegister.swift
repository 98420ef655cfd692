/// What the desks of one port know of each other's callers, each on a loop of its own.
///
/// Asked when a call begins and told when it ends, never for a packet.
package protocol DeskRegister: AnyObject, Sendable {
    /// A caller wants to begin.
    func admit(_ ssrc: UInt32) -> DeskAdmission
    /// A caller that was admitted has gone.
    func dismiss(_ ssrc: UInt32)
}

/// What becomes of a caller that wants to begin.
package enum DeskAdmission: Equatable, Sendable {
    case admitted
    /// Another desk has it: this packet came from another address than the call.
    case elsewhere
    /// There are too many, at all desks together.
    case full
}
