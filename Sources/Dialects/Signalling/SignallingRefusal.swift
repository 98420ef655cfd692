/// Why an agent does not take what it was asked, as HTTP says it.
package struct SignallingRefusal: Error, Equatable, Sendable {
    package let status: Int
    /// One sentence for the body: what was found, and what would be right.
    package let message: String
    /// The methods that are, behind a 405.
    let allowed: String?

    package init(status: Int, message: String, allowed: String? = nil) {
        self.status = status
        self.message = message
        self.allowed = allowed
    }

    /// The response that says it.
    package var response: SignallingResponse {
        var fields = [HTTPField("Content-Type", "text/plain; charset=utf-8")]
        if let allowed { fields.append(HTTPField("Allow", allowed)) }
        return SignallingResponse(
            status: status, fields: fields, body: Array((message + "\n").utf8)
        )
    }
}
