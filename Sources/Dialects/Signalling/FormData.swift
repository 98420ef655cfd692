/// A form of named parts in one body: `multipart/form-data` (RFC 7578, RFC 2046 §5.1).
struct FormData {
    struct Part: Equatable {
        var name: String
        var mediaType: String?
        var body: [UInt8]
    }

    /// Parts of a form that are read; more than these are an attack.
    private static let mostParts = 16

    var parts: [Part]

    /// The body of the first part of that name.
    func first(_ name: String) -> [UInt8]? { parts.first { $0.name == name }?.body }

    /// Body and content type, with a boundary that none of the parts holds.
    func written() -> (body: [UInt8], contentType: String) {
        let boundary = boundary
        var body: [UInt8] = []
        for part in parts {
            var head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(part.name)\"\r\n"
            if let type = part.mediaType { head += "Content-Type: \(type)\r\n" }
            body += Array((head + "\r\n").utf8) + part.body + Array("\r\n".utf8)
        }
        body += Array("--\(boundary)--\r\n".utf8)
        return (body, "multipart/form-data; boundary=\(boundary)")
    }

    private var boundary: String {
        var number = 0
        while true {
            let boundary = "talkover-form-\(number)"
            if parts.allSatisfy({ $0.body.firstRange(of: Array(boundary.utf8)) == nil }) {
                return boundary
            }
            number += 1
        }
    }

    init(parts: [Part]) { self.parts = parts }

    /// Reads a form; `nil` where it is none, or not a whole one.
    ///
    /// - Parameter contentType: the whole field, its boundary in it.
    init?(_ body: [UInt8], contentType: String) {
        guard let boundary = Self.boundary(of: contentType) else { return nil }
        // The line end in front of a boundary belongs to it; the first needs none.
        let delimiter = Array("\r\n--\(boundary)".utf8)
        var rest = (Array("\r\n".utf8) + body)[...]
        guard let opening = rest.firstRange(of: delimiter) else { return nil }
        rest = rest[opening.upperBound...]
        parts = []
        while true {
            if rest.starts(with: Array("--".utf8)) { return }
            rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
            guard rest.starts(with: [13, 10]), parts.count < Self.mostParts,
                let end = rest.firstRange(of: delimiter)
            else { return nil }
            guard let part = Self.part(rest[..<end.lowerBound]) else { return nil }
            parts.append(part)
            rest = rest[end.upperBound...]
        }
    }

    /// - Parameter bytes: from the line end behind the boundary.
    private static func part(_ bytes: ArraySlice<UInt8>) -> Part? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        var part = Part(name: "", mediaType: nil, body: Array(bytes[end.upperBound...]))
        for line in String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(
            separator: "\r\n"
        ) {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = String(line[line.index(after: colon)...])
            switch line[..<colon].lowercased() {
            case "content-disposition": part.name = parameter("name", of: value) ?? ""
            case "content-type": part.mediaType = [HTTPField("content-type", value)].mediaType
            default: break
            }
        }
        return part.name.isEmpty ? nil : part
    }

    private static func boundary(of contentType: String) -> String? {
        guard [HTTPField("content-type", contentType)].mediaType == "multipart/form-data",
            let boundary = parameter("boundary", of: contentType),
            (1...70).contains(boundary.utf8.count)
        else { return nil }
        return boundary
    }

    private static func parameter(_ name: String, of field: String) -> String? {
        for piece in field.split(separator: ";").dropFirst() {
            guard let equals = piece.firstIndex(of: "=") else { continue }
            let found = piece[..<equals].drop { $0 == " " || $0 == "\t" }
            guard found.lowercased() == name else { continue }
            var value = piece[piece.index(after: equals)...]
            while let last = value.last, last == " " || last == "\t" { value.removeLast() }
            if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
                value = value.dropFirst().dropLast()
            }
            return value.isEmpty ? nil : String(value)
        }
        return nil
    }
}
