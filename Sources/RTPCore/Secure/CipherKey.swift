import COpenSSL

/// A key of 128 bits of one of OpenSSL's ciphers.
///
/// It is expanded anew for every message, in a context that all keys of a thread share. A context
/// of each key's own is 1.2 kB that has gone far away since its last packet: to wait for it took
/// longer than the expansion does.
struct CipherKey {
    enum Algorithm: Int32 { case counter, galois }

    private let algorithm: Algorithm
    private let bytes: (UInt64, UInt64)

    /// - Parameter key: 16 bytes.
    init(_ algorithm: Algorithm, _ key: [UInt8]) throws(SRTPProblem) {
        guard key.count == 16 else { throw .badMaster }
        self.algorithm = algorithm
        bytes = key.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64).self) }
    }

    /// Begins a message with a counter block or nonce, as long as the cipher's own.
    ///
    /// - Returns: `nil` where the library refused. Another message may begin on the same thread
    ///   only when this one is done with.
    @inline(__always)
    func begin(_ nonce: UnsafeRawBufferPointer, _ use: SRTPCipher.Use) -> CipherMessage? {
        let raw = withUnsafeBytes(of: bytes) {
            talkover_cipher_begin(
                algorithm.rawValue, $0.baseAddress, nonce.baseAddress, use == .sealing ? 1 : 0)
        }
        guard let raw else {
            ERR_clear_error()
            return nil
        }
        return CipherMessage(raw: raw)
    }
}

/// What is enciphered or deciphered under one key and nonce.
struct CipherMessage {
    fileprivate let raw: OpaquePointer

    /// Enciphers or deciphers in place.
    @inline(__always)
    func crypt(_ bytes: UnsafeMutableRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count > 0
        else { return true }
        var count: Int32 = 0
        let length = Int32(truncatingIfNeeded: bytes.count)
        return Self.isDone(EVP_CipherUpdate(raw, start, &count, start, length))
    }

    /// Takes in what is authenticated and stays in clear; before `crypt`.
    @inline(__always)
    func authenticate(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var count: Int32 = 0
        let length = Int32(truncatingIfNeeded: bytes.count)
        return Self.isDone(EVP_CipherUpdate(raw, nil, &count, start, length))
    }

    /// Ends a sealed message and writes its tag of 16 bytes.
    @inline(__always)
    func writeTag(to place: UnsafeMutableRawPointer) -> Bool {
        var count: Int32 = 0
        let bytes = place.assumingMemoryBound(to: UInt8.self)
        return Self.isDone(EVP_CipherFinal_ex(raw, bytes, &count))
            && Self.isDone(EVP_CIPHER_CTX_ctrl(raw, EVP_CTRL_AEAD_GET_TAG, 16, place))
    }

    /// Ends an opened message: whether its tag is that of these 16 bytes, in constant time.
    @inline(__always)
    func hasTag(at place: UnsafeMutableRawPointer) -> Bool {
        guard Self.isDone(EVP_CIPHER_CTX_ctrl(raw, EVP_CTRL_AEAD_SET_TAG, 16, place)) else {
            return false
        }
        var nothing: (UInt64, UInt64) = (0, 0)
        return withUnsafeMutableBytes(of: &nothing) {
            var count: Int32 = 0
            let place = $0.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return Self.isDone(EVP_CipherFinal_ex(raw, place, &count))
        }
    }

    /// Leaves no error behind: DTLS on the same thread would take it for its own.
    @inline(__always)
    private static func isDone(_ status: Int32) -> Bool {
        if status == 1 { return true }
        ERR_clear_error()
        return false
    }
}
