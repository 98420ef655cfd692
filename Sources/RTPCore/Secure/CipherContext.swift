import COpenSSL

/// One of OpenSSL's ciphers with its expanded key, reused for packet after packet.
struct CipherContext: ~Copyable {
    private let raw: OpaquePointer

    /// - Parameters:
    ///   - algorithm: an EVP_CIPHER with a key of 128 bits.
    ///   - key: 16 bytes.
    init(_ algorithm: OpaquePointer?, key: [UInt8], use: SRTPCipher.Use) throws(SRTPProblem) {
        guard key.count == 16 else { throw .badMaster }
        guard let raw = EVP_CIPHER_CTX_new() else { throw .cipherFailed }
        let direction: Int32 = use == .sealing ? 1 : 0
        guard EVP_CipherInit_ex2(raw, algorithm, key, nil, direction, nil) == 1 else {
            EVP_CIPHER_CTX_free(raw)
            ERR_clear_error()
            throw .cipherFailed
        }
        self.raw = raw
    }

    deinit { EVP_CIPHER_CTX_free(raw) }

    /// Starts over with another counter block or nonce, as long as the cipher's own.
    @inline(__always)
    func begin(_ nonce: UnsafeRawBufferPointer) -> Bool {
        let bytes = nonce.baseAddress?.assumingMemoryBound(to: UInt8.self)
        return Self.isDone(EVP_CipherInit_ex2(raw, nil, nil, bytes, -1, nil))
    }

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

    /// Sets the 16 bytes that `isAuthentic` compares with, in constant time.
    @inline(__always)
    func expectTag(at place: UnsafeMutableRawPointer) -> Bool {
        Self.isDone(EVP_CIPHER_CTX_ctrl(raw, EVP_CTRL_AEAD_SET_TAG, 16, place))
    }

    /// Ends an opened message: whether its tag was the expected one.
    @inline(__always)
    func isAuthentic() -> Bool {
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
