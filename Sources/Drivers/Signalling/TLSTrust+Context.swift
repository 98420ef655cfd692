import NIOSSL
import Planning

extension TLSTrust {
    /// What a caller's TLS connections are verified with.
    ///
    /// - Throws: when the authorities' file cannot be read.
    func clientContext() throws(AgentURL.Problem) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if isInsecure { configuration.certificateVerification = .none }
        if let file = authorityFile { configuration.trustRoots = .file(file) }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            let place = authorityFile.map { "of '\($0)' " } ?? ""
            throw AgentURL.Problem(
                message:
                    "the certificates \(place)cannot be used: \(error); give a PEM file as tls.ca"
            )
        }
    }
}
