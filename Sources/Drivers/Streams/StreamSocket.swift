import CSockets
import Timeline

/// One TCP connection on a raw descriptor: sends at once what the kernel takes, keeps the rest.
final class StreamSocket {
    enum Reading {
        /// Lent until the next socket of the loop is read.
        case bytes(UnsafeMutableRawBufferPointer, stamp: Int64)
        case nothing
        /// The peer sends no more.
        case ended
        case failed(SystemError)
    }

    let descriptor: Int32
    private unowned let streams: StreamLoop
    private var token: UInt32 = 0
    private var isOpen = true
    private var interest: Int32
    private var backlog = WireBuffer(capacity: 0)
    private var backlogSent = 0

    /// Takes a descriptor over, whatever becomes of it.
    ///
    /// - Parameter isConnecting: whether it is watched for being connected first, and read later.
    init(
        descriptor: Int32, in streams: StreamLoop, for member: any StreamMember,
        isConnecting: Bool = false
    ) throws(SystemError) {
        self.descriptor = descriptor
        self.streams = streams
        interest = Int32(isConnecting ? TALKOVER_WRITING : TALKOVER_READING)
        token = try streams.add(member, descriptor: descriptor, interest: interest)
    }

    deinit {
        // Closing a descriptor takes it out of the epoll set as well.
        if isOpen { talkover_close(descriptor) }
    }

    /// Bytes that wait for the peer to read.
    var queued: Int { backlog.count - backlogSent }

    /// How a connection that was under way turned out; `nil` is well.
    func finishConnecting() -> SystemError? {
        let pending = talkover_socket_error(descriptor)
        guard pending == 0 else { return SystemError(pending) }
        watch(Int32(TALKOVER_READING))
        return nil
    }

    func receive() -> Reading {
        var stamp: Int64 = 0
        let count = talkover_tcp_receive(
            descriptor, streams.input.baseAddress, streams.input.count, &stamp
        )
        if count > 0 {
            return .bytes(
                UnsafeMutableRawBufferPointer(rebasing: streams.input[..<Int(count)]), stamp: stamp
            )
        }
        guard count < 0 else { return .ended }
        let error = SystemError(Int32(-count))
        return error.isAgain || error.isInterrupted ? .nothing : .failed(error)
    }

    /// Sends bytes, behind those that still wait.
    ///
    /// - Returns: why the connection is of no more use; `nil` where it is.
    func send(_ bytes: UnsafeRawBufferPointer) -> SystemError? {
        guard isOpen, !bytes.isEmpty else { return nil }
        var rest = bytes
        if queued == 0 {
            let sent = talkover_tcp_send(descriptor, bytes.baseAddress, bytes.count)
            if sent == bytes.count { return nil }
            if sent < 0 {
                let error = SystemError(Int32(-sent))
                guard error.isAgain || error.isInterrupted else { return error }
            } else {
                rest = UnsafeRawBufferPointer(rebasing: bytes[Int(sent)...])
            }
        }
        backlog.append(rest)
        watch(Int32(TALKOVER_READING | TALKOVER_WRITING))
        return nil
    }

    /// Sends of what waits as much as the kernel takes now.
    func sendBacklog() {
        guard isOpen, queued > 0 else { return }
        let waiting = UnsafeRawBufferPointer(rebasing: backlog.bytes[backlogSent...])
        let sent = talkover_tcp_send(descriptor, waiting.baseAddress, waiting.count)
        // An error is found again by reading, behind whatever came before it.
        guard sent > 0 else {
            if sent < 0, !SystemError(Int32(-sent)).isAgain { abandonBacklog() }
            return
        }
        backlogSent += Int(sent)
        if queued == 0 { abandonBacklog() }
    }

    /// Nothing follows from this end.
    func finishSending() { talkover_tcp_finish_sending(descriptor) }

    func close() {
        guard isOpen else { return }
        isOpen = false
        streams.remove(token)
        talkover_close(descriptor)
    }

    private func abandonBacklog() {
        // Room for a stall is not kept for a call's whole life.
        backlog = WireBuffer(capacity: 0)
        backlogSent = 0
        watch(Int32(TALKOVER_READING))
    }

    private func watch(_ wanted: Int32) {
        guard interest != wanted else { return }
        interest = wanted
        streams.watch(token, descriptor: descriptor, interest: wanted)
    }
}
