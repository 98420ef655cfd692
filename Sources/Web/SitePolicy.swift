/// Who is answered at all, and what every answer tells a browser.
///
/// A server on loopback is within reach of every page that its user opens: another site may send a
/// form to it, or point a name of its own at 127.0.0.1 and read what it answers (DNS rebinding).
/// So only loopback's own names are answered, nothing is ever changed by a request, and no page of
/// another origin may frame or embed what is answered.
package enum SitePolicy {
    /// Refuses a request before anything is looked up for it.
    ///
    /// - Parameters:
    ///   - host: the request's Host; `nil` without one.
    ///   - port: that the server is bound to.
    /// - Returns: the refusal; `nil` for a request that may be answered.
    package static func refusal(method: String, host: String?, port: Int) -> PageAnswer? {
        guard let host else { return .text(.badRequest, "a request without a Host is refused") }
        guard isOwn(host, port: port) else {
            return .text(
                .misdirected,
                "this server answers to its loopback address only: http://127.0.0.1:\(port)/")
        }
        guard method == "GET" || method == "HEAD" else {
            return .text(.methodNotAllowed, "only GET and HEAD: nothing here can be changed")
        }
        return nil
    }

    /// Names of loopback with the port the server is bound to; 80 may be left out.
    private static func isOwn(_ host: String, port: Int) -> Bool {
        ["127.0.0.1", "localhost", "[::1]"].contains { name in
            let asked = host.lowercased()
            return asked == "\(name):\(port)" || (port == 80 && asked == name)
        }
    }

    /// Headers of every answer beside its type and length.
    package static func headers(of answer: PageAnswer) -> [(name: String, value: String)] {
        var headers = [
            ("Content-Type", answer.contentType),
            ("Content-Security-Policy", answer.policy),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cache-Control", "no-store"),
        ]
        if answer.status == .methodNotAllowed { headers.append(("Allow", "GET, HEAD")) }
        return headers
    }
}
