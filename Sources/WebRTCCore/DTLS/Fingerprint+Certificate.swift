import COpenSSL

extension Fingerprint {
    /// The algorithms a peer may be known by; SHA-1 and MD5 are too weak to count.
    enum Algorithm: String, CaseIterable {
        case sha256 = "sha-256"
        case sha384 = "sha-384"
        case sha512 = "sha-512"

        var digest: OpaquePointer? {
            switch self {
            case .sha256: EVP_sha256()
            case .sha384: EVP_sha384()
            case .sha512: EVP_sha512()
            }
        }
    }

    /// `nil` where the algorithm is one that is not trusted.
    var knownAlgorithm: Algorithm? { Algorithm(rawValue: algorithm) }

    /// Hashes the DER of a certificate.
    init?(of certificate: OpaquePointer, algorithm: Algorithm) {
        var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard X509_digest(certificate, algorithm.digest, &bytes, &length) == 1 else { return nil }
        self.init(algorithm: algorithm.rawValue, bytes: Array(bytes.prefix(Int(length))))
    }

    /// Whether this is the hash of that certificate.
    func matches(_ certificate: OpaquePointer) -> Bool {
        guard let knownAlgorithm else { return false }
        return Fingerprint(of: certificate, algorithm: knownAlgorithm) == self
    }
}
