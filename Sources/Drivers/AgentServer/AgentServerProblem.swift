/// Why an agent cannot serve: what was found, and what helps.
package struct AgentServerProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case portInUse, notAllowed, noSuchHost, truthLog, certificate, system
    }

    package let code: Code
    package let message: String

    package var description: String { message }

    init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// Of a socket that could not be bound.
    init(binding error: SystemError, host: String, port: UInt16, kind: String) {
        if error.isAddressInUse {
            self.init(
                code: .portInUse,
                message:
                    "\(kind) port \(port) is in use; end what listens there, or choose another "
                    + "with --port (0 picks a free one)"
            )
        } else if error.isNotPermitted {
            self.init(
                code: .notAllowed,
                message: "\(kind) port \(port) may not be opened (\(error)); choose one above 1023"
            )
        } else if error.isNoSuchAddress {
            self.init(
                code: .noSuchHost,
                message: "'\(host)' is no address of this host; listen on 127.0.0.1 or 0.0.0.0"
            )
        } else {
            self.init(code: .system, message: "\(kind) port \(port) cannot be opened: \(error)")
        }
    }
}
