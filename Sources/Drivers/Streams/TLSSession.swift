import COpenSSL
import Timeline

/// TLS on one connection: turns what was read into what was meant, and what is meant into records.
///
/// Holds no socket. Everything it is given it takes at once, so that nothing is left waiting inside
/// for a socket to become readable again.
final class TLSSession {
    /// Nothing more can be read.
    enum End: Equatable {
        /// The peer has said goodbye.
        case closed
        /// In OpenSSL's words.
        case broken(String)
    }

    /// Bytes of one record, at most.
    static let recordBound = 16_384

    private let ssl: OpaquePointer
    private let wire: TLSWire
    private var hasSaidGoodbye = false
    private(set) var isEstablished = false
    private(set) var end: End?

    /// - Parameters:
    ///   - host: a name or numeric address that a client's peer has to have in its certificate;
    ///     `nil` makes a server.
    ///   - wire: of the thread this belongs to.
    init?(_ context: TLSContext, host: String?, wire: TLSWire) {
        guard let ssl = SSL_new(context.handle) else { return nil }
        self.ssl = ssl
        self.wire = wire
        BIO_up_ref(wire.incoming)
        BIO_up_ref(wire.outgoing)
        SSL_set_bio(ssl, wire.incoming, wire.outgoing)
        guard let host else {
            SSL_set_accept_state(ssl)
            return
        }
        SSL_set_connect_state(ssl)
        let isNumeric = PeerAddress(host: host, port: 1) != nil
        let expected =
            isNumeric
            ? talkover_tls_expect_address(ssl, host) : talkover_tls_expect_name(ssl, host)
        guard expected == 1 else { return nil }
    }

    deinit { SSL_free(ssl) }

    /// Goes on with the handshake as far as it can.
    func shakeHands() {
        guard !isEstablished, end == nil else { return }
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        isEstablished = result == 1
        if !isEstablished { note(result) }
    }

    /// What records hold; lent until another session of the thread is read.
    func open(_ records: UnsafeMutableRawBufferPointer) -> UnsafeMutableRawBufferPointer {
        BIO_write(wire.incoming, records.baseAddress, Int32(clamping: records.count))
        shakeHands()
        ERR_clear_error()
        var count = 0
        while isEstablished, end == nil,
            BIO_ctrl_pending(wire.incoming) > 0 || SSL_pending(ssl) > 0
        {
            let room = UnsafeMutableRawBufferPointer(rebasing: wire.plaintext[count...])
            let read = SSL_read(ssl, room.baseAddress, Int32(clamping: room.count))
            if read <= 0 {
                note(read)
                break
            }
            count += Int(read)
        }
        wire.forgetIncoming()
        return UnsafeMutableRawBufferPointer(rebasing: wire.plaintext[..<count])
    }

    /// Makes a record of at most ``recordBound`` bytes; ``TLSWire/takeRecords()`` has it then.
    func seal(_ bytes: UnsafeRawBufferPointer) -> Bool {
        isEstablished && SSL_write(ssl, bytes.baseAddress, Int32(bytes.count)) == bytes.count
    }

    /// Makes the record that says that nothing follows, once.
    func sayGoodbye() {
        if case .broken? = end { return }
        guard isEstablished, !hasSaidGoodbye else { return }
        hasSaidGoodbye = true
        ERR_clear_error()
        SSL_shutdown(ssl)
    }

    /// What can be sent now.
    func takeRecords() -> UnsafeRawBufferPointer? { wire.takeRecords() }

    private func note(_ result: Int32) {
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: break
        case SSL_ERROR_ZERO_RETURN: end = .closed
        default: end = .broken(TLSReason.take(of: ssl))
        }
    }
}

/// What the TLS sessions of one thread share: they take turns, each leaving it empty.
final class TLSWire {
    let incoming: OpaquePointer
    let outgoing: OpaquePointer
    /// All that is read of a socket at once, and a record that was not whole before.
    let plaintext = UnsafeMutableRawBufferPointer.allocate(byteCount: 96 << 10, alignment: 16)
    private let records = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 << 10, alignment: 16)

    /// `nil` when there is no memory.
    init?() {
        guard let incoming = BIO_new(BIO_s_mem()) else { return nil }
        guard let outgoing = BIO_new(BIO_s_mem()) else {
            BIO_free(incoming)
            return nil
        }
        talkover_dtls_keep_open(incoming)
        talkover_dtls_keep_open(outgoing)
        self.incoming = incoming
        self.outgoing = outgoing
    }

    deinit {
        BIO_free(incoming)
        BIO_free(outgoing)
        plaintext.deallocate()
        records.deallocate()
    }

    /// Records to be sent; lent until it is asked again.
    func takeRecords() -> UnsafeRawBufferPointer? {
        guard BIO_ctrl_pending(outgoing) > 0 else { return nil }
        let count = BIO_read(outgoing, records.baseAddress, Int32(records.count))
        guard count > 0 else { return nil }
        return UnsafeRawBufferPointer(rebasing: records[..<Int(count)])
    }

    /// What a session that has ended has left, the next one must not find.
    func forgetIncoming() {
        if BIO_ctrl_pending(incoming) > 0 { BIO_ctrl(incoming, BIO_CTRL_RESET, 0, nil) }
    }
}
