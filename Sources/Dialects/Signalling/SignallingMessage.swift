import Timeline

/// One field of an HTTP message's head.
package struct HTTPField: Equatable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension [HTTPField] {
    /// The first field of this name; upper and lower case are the same.
    package func first(_ name: String) -> String? { all(name).first }

    /// Every field of this name, in order; upper and lower case are the same.
    package func all(_ name: String) -> [String] {
        let wanted = name.lowercased()
        return filter { $0.name.lowercased() == wanted }.map(\.value)
    }

    /// The media type of the body, in lower case and without its parameters.
    var mediaType: String? {
        first("content-type").map { type in
            String(type.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }).lowercased()
        }
    }
}

/// What a caller asks of an agent, complete but for the path's own headers.
package struct SignallingRequest: Equatable, Sendable {
    package enum Method: String, Sendable { case post = "POST", patch = "PATCH", delete = "DELETE" }

    package var method: Method
    package var url: SignallingURL
    package var fields: [HTTPField] = []
    package var body: [UInt8] = []
    /// How often it was redirected already.
    package var redirections = 0
}

/// What an agent answers.
package struct SignallingResponse: Equatable, Sendable {
    package var status: Int
    package var fields: [HTTPField]
    package var body: [UInt8]

    package init(status: Int, fields: [HTTPField] = [], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

extension JSONValue {
    /// The value as JSON text.
    var bytes: [UInt8] {
        var buffer = WireBuffer(capacity: 1_024)
        buffer.append(json: self)
        return Array(buffer.bytes)
    }
}
