import Callers

extension CallFailure {
    /// Of a socket that could not be had, or whose peer cannot be reached.
    ///
    /// - Parameter kind: `UDP` or `TCP`.
    init(system error: SystemError, kind: String) {
        if error.isRefused {
            self.init(
                code: "connection_refused",
                detail: "nothing listens on the agent's \(kind) port; "
                    + "is the agent running, and is the port right?"
            )
        } else if error.isOutOfDescriptors {
            self.init(
                code: "no_descriptors",
                detail: "no file descriptor left for a socket; raise the limit with 'ulimit -n'"
            )
        } else if error.isOutOfPorts {
            self.init(code: "no_ports", detail: "no \(kind) port left on this host: \(error)")
        } else {
            self.init(code: "unreachable", detail: "the agent cannot be reached: \(error)")
        }
    }
}
