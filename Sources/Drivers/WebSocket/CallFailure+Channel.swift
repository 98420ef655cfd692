import Callers
import NIOCore
import NIOPosix

extension CallFailure {
    /// Of a connection that could not be made.
    init(connecting error: any Error) {
        if case .connectTimeout? = error as? ChannelError {
            self.init(code: "timeout", detail: "the agent's host did not answer")
            return
        }
        guard let number = (error as? IOError)?.errnoCode else {
            self.init(code: "unreachable", detail: "the agent cannot be reached: \(error)")
            return
        }
        self.init(system: SystemError(number), kind: "TCP")
    }
}
