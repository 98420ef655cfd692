import Dialects

/// How one request over HTTP is answered: who may read it, and whether another may follow.
struct VisitAnswer {
    /// The connection ends with it.
    var isLast: Bool
    /// False where a page of another host asks.
    let isAllowed: Bool
    /// The page that asks, where its browser wants to hear that it may read the answer.
    private let origin: String?
    private let methods: String
    private let mediaTypes: [String]

    /// To what is no request.
    static let last = VisitAnswer()

    private init() {
        isLast = true
        isAllowed = true
        origin = nil
        methods = ""
        mediaTypes = []
    }

    /// - Parameters:
    ///   - methods: that the place takes.
    ///   - mediaTypes: of the bodies it takes.
    init(to head: HTTPHead, methods: String, mediaTypes: [String]) {
        isLast = !head.keepsAlive
        self.methods = methods
        self.mediaTypes = mediaTypes
        guard let origin = head.value("origin") else {
            self.origin = nil
            isAllowed = true
            return
        }
        let host = (try? SignallingURL(origin)).map(\.host)
        if let host, Self.isLoopback(host) {
            self.origin = origin
            isAllowed = true
        } else {
            self.origin = nil
            isAllowed = Self.isOwn(origin, host: head.value("host"))
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost")
            || PeerAddress(host: host, port: 1)?.isLoopback == true
    }

    /// Whether it is this agent's own page.
    private static func isOwn(_ origin: String, host: String?) -> Bool {
        guard let host, let origin = try? SignallingURL(origin) else { return false }
        return (try? SignallingURL("\(origin.scheme.rawValue)://\(host)"))
            .map { origin.isSameOrigin(as: $0) } ?? false
    }

    /// To OPTIONS: what the place takes, and what a page of this host may send.
    var options: SignallingResponse {
        var fields = [HTTPField("Allow", methods)]
        if !mediaTypes.isEmpty {
            let name = methods.contains("POST") ? "Accept-Post" : "Accept-Patch"
            fields.append(HTTPField(name, mediaTypes.joined(separator: ", ")))
        }
        if origin != nil {
            fields += [
                HTTPField("Access-Control-Allow-Methods", methods),
                HTTPField(
                    "Access-Control-Allow-Headers",
                    "Authorization, Content-Type, If-Match, X-Talkover-Call"
                ),
                HTTPField("Access-Control-Max-Age", "600"),
            ]
        }
        return SignallingResponse(status: 204, fields: fields)
    }

    /// The response as it goes out.
    ///
    /// - Parameter isHead: whether its body is only described.
    func bytes(_ response: SignallingResponse, isHead: Bool = false) -> [UInt8] {
        var text = "HTTP/1.1 \(response.status) \(Self.reason(response.status))\r\n"
        for field in response.fields { text += "\(field.name): \(field.value)\r\n" }
        if response.status != 204 { text += "Content-Length: \(response.body.count)\r\n" }
        text += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nVary: Origin\r\n"
        if let origin {
            text += "Access-Control-Allow-Origin: \(origin)\r\n"
            text += "Access-Control-Expose-Headers: ETag, Link, Location\r\n"
        }
        if isLast { text += "Connection: close\r\n" }
        return Array((text + "\r\n").utf8) + (isHead ? [] : response.body)
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 204: "No Content"
        case 400: "Bad Request"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 503: "Service Unavailable"
        default: status < 400 ? "OK" : "Refused"
        }
    }
}
