import CSockets
import Timeline

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One TCP connection on a raw descriptor, in TLS or not: sends at once what the kernel takes and
/// keeps the rest.
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
    private var tls: TLSSession?
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

    /// What this connection's turn begins with, besides the socket itself.
    func expect(_ memory: NearMemory) {
        var memory = memory
        memory.add(self)
        streams.expect(memory, for: token)
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

    // MARK: TLS

    /// Speaks TLS from now on; a client begins the handshake, which reading goes on with.
    ///
    /// - Returns: why the connection is of no more use; `nil` where it is.
    func secure(_ session: TLSSession, isClient: Bool) -> SystemError? {
        tls = session
        guard isClient else { return nil }
        session.shakeHands()
        return sendRecords(of: session)
    }

    /// Whether a handshake is done; true where none is needed.
    var isEstablished: Bool { tls?.isEstablished ?? true }

    /// Whether reading again tells how the connection has ended, though no socket becomes readable.
    var knowsEnd: Bool { tls?.end != nil }

    /// What was wrong with the peer's TLS, in OpenSSL's words.
    var securityProblem: String? {
        guard case .broken(let reason)? = tls?.end else { return nil }
        return reason
    }

    private func sendRecords(of session: TLSSession) -> SystemError? {
        var problem: SystemError?
        while let records = session.takeRecords() {
            if problem == nil { problem = transmit(records) }
        }
        return problem
    }

    // MARK: Reading

    func receive() -> Reading {
        guard let tls else { return receiveBytes() }
        if let end = tls.end { return Self.reading(end) }
        let read = receiveBytes()
        guard case .bytes(let records, let stamp) = read else { return read }
        let bytes = tls.open(records)
        // A handshake goes on; a peer at fault is told so.
        _ = sendRecords(of: tls)
        if !bytes.isEmpty { return .bytes(bytes, stamp: stamp) }
        return tls.end.map(Self.reading) ?? .nothing
    }

    private static func reading(_ end: TLSSession.End) -> Reading {
        end == .closed ? .ended : .failed(.notUnderstood)
    }

    private func receiveBytes() -> Reading {
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

    // MARK: Sending

    /// Sends bytes, behind those that still wait.
    ///
    /// - Returns: why the connection is of no more use; `nil` where it is.
    func send(_ bytes: UnsafeRawBufferPointer) -> SystemError? {
        guard isOpen, !bytes.isEmpty else { return nil }
        guard let tls else { return transmit(bytes) }
        var rest = bytes
        while !rest.isEmpty {
            let count = min(rest.count, TLSSession.recordBound)
            guard tls.seal(UnsafeRawBufferPointer(rebasing: rest[..<count])) else {
                return .notUnderstood
            }
            if let problem = sendRecords(of: tls) { return problem }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return nil
    }

    private func transmit(_ bytes: UnsafeRawBufferPointer) -> SystemError? {
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
    func finishSending() {
        sayGoodbye()
        talkover_tcp_finish_sending(descriptor)
    }

    private func sayGoodbye() {
        guard let tls else { return }
        tls.sayGoodbye()
        _ = sendRecords(of: tls)
    }

    func close() {
        guard isOpen else { return }
        sayGoodbye()
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

extension SystemError {
    /// What the peer sends is not TLS as we know it.
    static let notUnderstood = SystemError(EPROTO)
}
