import COpenSSL
import RTPCore
import Timeline

extension DTLSTransport {
    /// Goes on with the handshake as far as what has arrived allows.
    func shakeHands(_ ssl: OpaquePointer) {
        let result = SSL_do_handshake(ssl)
        guard result != 1 else { return establish(ssl) }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: break
        case SSL_ERROR_ZERO_RETURN: end(.closed)
        default:
            let error = OpenSSLError.take()
            if watch.sawStranger {
                end(.failed(.fingerprintMismatch))
            } else if let alert = error?.alert {
                end(.failed(.alert(DTLSTransport.name(ofAlert: alert))))
            } else {
                end(.failed(.handshake(error?.text ?? "no reason given")))
            }
        }
    }

    private func establish(_ ssl: OpaquePointer) {
        state = .connected
        deadline = nil
        guard let keys = ExportedKeys(exportedFrom: ssl, role: role) else {
            return endPolitely(.failed(.noSRTPProfile))
        }
        events.append(.connected(keys.profile, local: keys.local, remote: keys.remote))
    }

    /// Takes what the peer has sent since; its last flight, repeated, is answered on the way.
    func readMessages(_ ssl: OpaquePointer) {
        while state == .connected {
            let room = context.plaintext
            let length = SSL_read(ssl, room.baseAddress, Int32(room.count))
            guard length <= 0 else {
                keep(UnsafeRawBufferPointer(rebasing: room[..<Int(length)]))
                continue
            }
            switch SSL_get_error(ssl, length) {
            case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return
            case SSL_ERROR_ZERO_RETURN: return endPolitely(.closed)
            default:
                let error = OpenSSLError.take()
                if let alert = error?.alert {
                    end(.failed(.alert(DTLSTransport.name(ofAlert: alert))))
                } else {
                    end(.failed(.session(error?.text ?? "no reason given")))
                }
            }
        }
    }

    private func keep(_ message: UnsafeRawBufferPointer) {
        guard events.count < 64 else {
            droppedMessages += 1
            return
        }
        events.append(.application(Array(message)))
    }

    /// The last output; what OpenSSL holds is freed as soon as its records are collected.
    func end(_ event: Event) {
        state = .over
        events.append(event)
    }

    /// The same, having told the peer.
    func endPolitely(_ event: Event) {
        SSL_shutdown(ssl)
        end(event)
    }

    private static func name(ofAlert number: Int32) -> String {
        SSL_alert_desc_string_long(number).map { String(cString: $0) } ?? "alert \(number)"
    }
}
