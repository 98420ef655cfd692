import COpenSSL
import RTPCore
package import Timeline

/// One DTLS 1.2 session with a peer: handshake, SRTP keys, application data (RFC 6347, RFC 5764).
///
/// Sans-IO but for one thing: the library repeats lost flights by the host's own clock, not by
/// the instants given here, so sessions are for live runs. After every call that hands something
/// in, drain ``poll(into:)``; call ``tick(at:)`` at ``wake``.
package final class DTLSTransport {
    enum State { case idle, handshaking, connected, over }

    /// An output that waits to be polled.
    enum Event {
        case connected(SRTPProfile, local: SRTPMaster, remote: SRTPMaster)
        case application([UInt8])
        case closed
        case failed(DTLSFailure)
    }

    /// Whether we open the handshake or answer it.
    package let role: DTLSRole
    /// When ``tick(at:)`` is due; `nil` where time changes nothing.
    package private(set) var wake: RunInstant?
    /// Pieces of datagrams that no DTLS 1.2 peer can have sent, and were not read.
    package private(set) var ignoredRecords = 0
    /// Application data of the peer that nobody polled in time.
    package internal(set) var droppedMessages = 0

    let context: DTLSContext
    let watch: HandshakeWatch
    /// `nil` once the session is over: everything OpenSSL held for it is freed then.
    private(set) var ssl: OpaquePointer?
    var state = State.idle

    private let patience: Nanoseconds
    var deadline: RunInstant?
    private var outbox: DTLSOutbox
    var events: [Event] = []

    /// - Parameters:
    ///   - fingerprints: of the peer's certificate, from its description; one that matches is
    ///     enough, and SHA-256, SHA-384 and SHA-512 count.
    ///   - mtu: bytes of the largest datagram, 256...16,384.
    ///   - patience: how long the handshake may take from ``start(at:)``, waiting included.
    package init(
        context: DTLSContext, role: DTLSRole, expecting fingerprints: [Fingerprint],
        mtu: Int = 1_200, patience: Nanoseconds = .seconds(10)
    ) throws(DTLSProblem) {
        precondition((256...16_384).contains(mtu), "an mtu of \(mtu) is not in 256...16384")
        precondition(patience > .zero, "patience must be positive, got \(patience)")
        let usable = fingerprints.filter { $0.knownAlgorithm != nil }
        guard !usable.isEmpty else {
            throw DTLSProblem(
                "a DTLS session",
                reason: "the peer's description has no sha-256, sha-384 or sha-512 fingerprint")
        }
        self.context = context
        self.role = role
        outbox = DTLSOutbox(mtu: mtu)
        self.patience = patience
        watch = HandshakeWatch(
            expecting: usable, firstTimeout: UInt32(context.retransmission.count / 1_000))
        ERR_clear_error()
        guard let ssl = SSL_new(context.handle) else {
            throw DTLSProblem(openSSL: "a DTLS session")
        }
        guard watch.attach(to: ssl), talkover_dtls_set_mtu(ssl, mtu) == 1 else {
            SSL_free(ssl)
            throw DTLSProblem(openSSL: "a DTLS session")
        }
        // The session takes over one reference of each.
        BIO_up_ref(context.incoming)
        BIO_up_ref(context.outgoing)
        SSL_set_bio(ssl, context.incoming, context.outgoing)
        switch role {
        case .client: SSL_set_connect_state(ssl)
        case .server: SSL_set_accept_state(ssl)
        }
        self.ssl = ssl
    }

    deinit { SSL_free(ssl) }

    /// Begins to shake hands: a client speaks, a server waits for as long as its patience lasts.
    ///
    /// Again, or after the end, it does nothing. A datagram that comes before begins by itself.
    package func start(at now: RunInstant) {
        guard let ssl, state == .idle else { return }
        state = .handshaking
        deadline = now + patience
        guard prepare(ssl) else { return settle(at: now) }
        shakeHands(ssl)
        settle(at: now)
    }

    /// Reads one datagram, in the order of arrival; anything that is not DTLS 1.2 is counted.
    package func receive(_ datagram: UnsafeRawBufferPointer, at now: RunInstant) {
        start(at: now)
        guard let ssl else { return }
        let incoming = context.incoming
        var isReadable = false
        ignoredRecords += DTLSRecords.forEachReadable(in: datagram) { record in
            isReadable = true
            BIO_write(incoming, record.baseAddress, Int32(record.count))
        }
        guard isReadable else { return }
        if prepare(ssl), state == .handshaking { shakeHands(ssl) }
        if state == .connected { readMessages(ssl) }
        // What a session leaves unread must not reach the next one.
        BIO_ctrl(incoming, BIO_CTRL_RESET, 0, nil)
        settle(at: now)
    }

    /// Repeats a flight that has not been answered, and gives up when patience is at its end.
    package func tick(at now: RunInstant) {
        guard let ssl, state == .handshaking, let deadline else { return }
        if prepare(ssl), now >= deadline || talkover_dtls_handle_timeout(ssl) < 0 {
            end(.failed(.timeout))
        }
        settle(at: now)
    }

    /// Sends one message as one record; whole messages arrive, or nothing of them.
    ///
    /// - Returns: whether it was taken: `false` before the handshake is done, after the end, for
    ///   nothing or more than ``largestMessage``, and while 256 kB wait to be polled.
    package func send(_ message: UnsafeRawBufferPointer, at now: RunInstant) -> Bool {
        guard let ssl, state == .connected, outbox.count < 262_144, !message.isEmpty,
            message.count <= largestMessage
        else { return false }
        let isWritten =
            prepare(ssl)
            && SSL_write(ssl, message.baseAddress, Int32(message.count)) == Int32(message.count)
        settle(at: now)
        return isWritten
    }

    /// Bytes of application data that fit into one datagram; 0 before the handshake is done.
    package var largestMessage: Int {
        guard let ssl, state == .connected else { return 0 }
        return DTLS_get_data_mtu(ssl)
    }

    /// Says goodbye (RFC 5246 §7.2.1) and ends the session without waiting for an answer.
    package func close(at now: RunInstant) {
        guard let ssl else { return }
        if state == .connected, prepare(ssl) { endPolitely(.closed) }
        if state != .over { end(.closed) }
        settle(at: now)
    }

    /// The next thing to do, or `nil`; a datagram or message replaces what `buffer` held.
    package func poll(into buffer: inout WireBuffer) -> DTLSOutput? {
        if outbox.takeDatagram(into: &buffer) { return .transmit }
        guard !events.isEmpty else { return nil }
        switch events.removeFirst() {
        case .connected(let profile, let local, let remote):
            return .connected(profile, local: local, remote: remote)
        case .application(let message):
            buffer.removeAll()
            buffer.append(message)
            return .application
        case .closed: return .closed
        case .failed(let failure): return .failed(failure)
        }
    }

    /// Before every call of OpenSSL that may read or write.
    ///
    /// Empties its error queue, which belongs to the thread and would mix up results, and lends
    /// the 33 kB in which it makes its records: ``settle(at:)`` takes them back once connected.
    private func prepare(_ ssl: OpaquePointer) -> Bool {
        ERR_clear_error()
        if SSL_alloc_buffers(ssl) == 1 { return true }
        end(.failed(.session("there is no memory for its records")))
        return false
    }

    /// Collects what is to be sent, and sees when time matters next.
    private func settle(at now: RunInstant) {
        outbox.collect(from: context.outgoing)
        switch state {
        case .idle: break
        case .handshaking:
            let left = ssl.map { talkover_dtls_timeout_us($0) } ?? -1
            let retry = left < 0 ? nil : now + .microseconds(Int64(left))
            wake = [retry, deadline].compactMap(\.self).min()
        case .connected:
            wake = nil
            _ = SSL_free_buffers(ssl)
        case .over:
            wake = nil
            SSL_free(ssl)
            ssl = nil
        }
    }
}
