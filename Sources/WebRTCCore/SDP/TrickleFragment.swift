/// Candidates that follow a description: `application/trickle-ice-sdpfrag` (RFC 8840 §9).
package struct TrickleFragment: Equatable, Sendable {
    /// Tell which session the candidates belong to; `nil` where a peer left them out.
    package var credentials: ICECredentials?
    /// Name of the section that describes the transport.
    package var mid: String?
    /// Those this project can use: numeric, UDP, component 1.
    package var candidates: [ICECandidate]
    /// No more candidates will follow.
    package var isComplete: Bool

    package init(
        credentials: ICECredentials?, mid: String?, candidates: [ICECandidate], isComplete: Bool
    ) {
        self.credentials = credentials
        self.mid = mid
        self.candidates = candidates
        self.isComplete = isComplete
    }

    private static let candidateLimit = 128

    /// Reads a fragment; candidates of several sections are taken together, each once.
    ///
    /// - Throws: `tooLarge`, and `syntax` of a text without any line a fragment has.
    package static func parse(_ text: String) throws(SDPProblem) -> TrickleFragment {
        var fragment = TrickleFragment(
            credentials: nil, mid: nil, candidates: [], isComplete: false)
        var ufrag: Substring?
        var password: Substring?
        var seen = 0
        var isFragment = false
        for line in try SDPLine.all(of: text) where line.kind == UInt8(ascii: "a") {
            isFragment = true
            switch line.name {
            case "ice-ufrag": ufrag = ufrag ?? line.value
            case "ice-pwd": password = password ?? line.value
            case "mid" where line.value.isSDPToken():
                fragment.mid = fragment.mid ?? String(line.value)
            case "end-of-candidates": fragment.isComplete = true
            case "candidate":
                seen += 1
                guard seen <= candidateLimit else {
                    throw SDPProblem(
                        .tooLarge, line: line.number,
                        "the fragment has more than \(candidateLimit) candidates")
                }
                if let candidate = ICECandidate(usable: line.value),
                    !fragment.candidates.contains(candidate)
                {
                    fragment.candidates.append(candidate)
                }
            default: continue
            }
        }
        guard isFragment else {
            throw SDPProblem(
                .syntax, line: 1,
                "this is no fragment of a description: it has no a=candidate or other attribute")
        }
        if let ufrag, let password {
            fragment.credentials = ICECredentials(
                ufrag: String(ufrag), password: String(password))
        }
        return fragment
    }

    /// The fragment as it is sent, with CRLF.
    package func text() -> String {
        var text = SDPText()
        if let credentials {
            text.attribute("ice-ufrag:\(credentials.ufrag)")
            text.attribute("ice-pwd:\(credentials.password)")
        }
        // Only there to carry the name below; its fields mean nothing (RFC 8840 §9).
        text.line("m=audio 9 UDP/TLS/RTP/SAVPF 0")
        if let mid { text.attribute("mid:\(mid)") }
        for candidate in candidates { text.attribute(candidate.attribute) }
        if isComplete { text.attribute("end-of-candidates") }
        return text.text
    }
}
